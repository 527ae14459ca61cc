// The whole trace as a file. A stage has the attention that it draws, and all layers and heads are
// many times as much: the server is asked for them when they are wanted.

import { save } from "./download.js";

/** A question that a courier carries, and its number, by which the answer is known.
 * @param {Record<string, any>} what @returns {number} */
export function inquire(what) {
  const nonce = Date.now();
  document.dispatchEvent(new CustomEvent("heed-question", { detail: { ...what, nonce } }));
  return nonce;
}

/** The entry of a menu of files, where there is a server to ask and more than the stage has.
 * @param {any} data @param {() => string} name of the file
 * @param {() => Record<string, any>} [more] that is asked
 * @returns {[string, (() => void) | null]} */
export const wholeTrace = (data, name, more = () => ({})) => [
  data.strings.as_json_whole,
  data.asks
    ? () => {
        const called = name();
        const of = { typed: data.typed, head: "", row: null, of: "trace", ...more() };
        const hear = (/** @type {any} */ { detail }) => {
          if (!detail?.whole || detail.nonce !== asked) return;
          document.removeEventListener("heed-answer", hear);
          save(`${called}.json`, "application/json", detail.whole);
        };
        document.addEventListener("heed-answer", hear);
        const asked = inquire(of);
      }
    : null,
];
