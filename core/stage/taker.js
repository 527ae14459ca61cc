// The button that takes a page home. The server is asked for the page only then, and the place
// where one is, which the browser alone knows, is written into it here.

import { h } from "./dom.js";
import { filesOf, save } from "./download.js";
import { placeOf } from "./place.js";

const PATIENCE = 20000; // until one may ask again

/** The page as it opens at a place.
 * @param {string} page @param {Record<string, any>} place */
export function pageAt(page, place) {
  const given = Object.entries(place).filter(([, value]) => value != null);
  const address = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
  const written = address.toString().replaceAll("&", "&amp;");
  return page.replace('<div id="heed">', () => `<div id="heed" data-place="${written}">`);
}

const taken = new WeakMap();
export default function taker({ data: [{ page, nonce, of, ...told }], ...host }) {
  const { parentElement, setTriggerValue } = host;
  let known = taken.get(parentElement);
  if (!known) {
    const button = h("button", { type: "button", class: "heed-take" });
    known = { button, nonce };
    taken.set(parentElement, known);
    parentElement.append(button);
  }
  const { button } = known;
  const busy = (on) => {
    clearTimeout(known.soon);
    button.setAttribute("aria-busy", String(on));
    if (on) known.soon = setTimeout(() => busy(false), PATIENCE);
  };
  button.textContent = told.label;
  button.title = told.help;
  button.onclick = () => {
    if (button.getAttribute("aria-busy") === "true") return;
    busy(true);
    setTriggerValue("pick", Date.now());
  };
  if (!page || known.nonce === nonce) return;
  known.nonce = nonce;
  const place = placeOf(of);
  const files = filesOf({ exports: { name: told.file }, typed: told.typed }, "heed");
  const [, step] = Object.entries(place).find(([key]) => /(^|_)step$/.test(key)) ?? [];
  const now = Number(step) >= 1 ? Number(step) - 1 : undefined;
  save(`${files(now)}.html`, "text/html", pageAt(page, place));
  busy(false);
}
