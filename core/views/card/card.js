// The card of a lesson: it hears where the picture beside it stands, and lets one go on when what
// it asks for is done.

import { fill, h, segments } from "../../stage/dom.js";
import { toTop } from "../../stage/door.js";
import { stageFrame } from "../../stage/frame.js";
import { run } from "../../stage/runs.js";
import { isDone } from "./done.js";
import { note, progress } from "./progress.js";

/** @typedef {import("../../stage/wire").CardPayload} Payload */

/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountCard(root, data) {
  const words = data.strings;
  const at = data.names.indexOf(data.card);
  const last = at === data.names.length - 1;
  const { stage, busy, paint, begin, destroy, waiting } = stageFrame(root, data, data.title);
  // What was seen from this card: it is drawn anew with each of its scenes.
  const name = `${data.lesson} ${data.card}`;
  const before = /** @type {any} */ (globalThis).heedSeen;
  const own = before?.name === name ? before : { name, scenes: new Set(), steps: new Set() };
  /** @type {any} */ (globalThis).heedSeen = own;
  if (before && own !== before) toTop();
  own.scenes.add(data.scene);
  const seen = {
    asked: data.asked,
    address: /** @type {Record<string, any>} */ ({}),
    scenes: own.scenes,
    steps: own.steps,
  };
  const asks = data.task.length > 0;
  const known = (progress()[data.lesson] ?? []).includes(data.card);
  let done = !asks || known || Boolean(data.needs); // what only a model can do

  const go = (where, more = {}) => {
    busy(true);
    data.onPick?.({ go: where, ...more });
  };
  const box = h("span", { class: "heed-todo-box", "aria-hidden": "true" });
  const state = h("span", { class: "heed-live", role: "status" });
  const then = h("p", { class: "heed-then", hidden: true }, data.then.map(run));
  const next = h(
    "button",
    {
      type: "button",
      class: "heed-next-card",
      "data-act": "next",
      onclick: () => go(last ? "lesson" : "next"),
    },
    last ? (data.onward ? fill(words.onward, { title: data.onward }) : words.finish) : words.next,
  );
  const skip = h(
    "button",
    { type: "button", class: "heed-skip", "data-act": "skip", onclick: () => go("next") },
    words.skip,
  );
  const choice = segments(words.choose, data.choices, (scene) => go("scene", { scene }));
  choice.current(data.scene);
  const title = h("h1", { tabindex: -1 }, data.title);

  stage.classList.add("heed-lesson-card");
  stage.append(
    h(
      "p",
      { class: "heed-kick" },
      h("b", {}, fill(words.lesson, { number: data.number, title: data.lesson_title })),
      h("span", {}, fill(words.card, { card: at + 1, cards: data.names.length })),
    ),
    title,
    ...data.text.map((runs) => h("p", { class: "heed-said" }, runs.map(run))),
    ...(data.choices.length > 1 ? [choice.node] : []),
    ...(asks
      ? [h("div", { class: "heed-todo" }, box, h("span", {}, data.task.map(run)), state)]
      : []),
    ...(data.needs ? [h("p", { class: "heed-note heed-needs" }, data.needs)] : []),
    then,
    ...(data.references.length
      ? [
          h(
            "div",
            { class: "heed-references" },
            h("b", {}, words.references),
            h(
              "ul",
              {},
              data.references.map((one) => h("li", {}, one)),
            ),
          ),
        ]
      : []),
    h(
      "div",
      {
        class: "heed-dots",
        role: "img",
        "aria-label": fill(words.card, { card: at + 1, cards: data.names.length }),
      },
      data.names.map((_, i) => h("i", { class: i <= at ? "heed-on" : "" })),
    ),
    h(
      "div",
      { class: "heed-steps" },
      h(
        "button",
        { type: "button", class: "heed-back", "data-act": "back", onclick: () => go("back") },
        at ? words.back : words.contents,
      ),
      next,
      asks && !last ? skip : null,
      waiting,
    ),
  );

  function update() {
    if (!done && asks && isDone(data.done, seen)) {
      done = true;
      state.textContent = words.done;
    }
    if (done) note(data.lesson, data.card);
    stage.classList.toggle("heed-done", done);
    next.disabled = !done;
    skip.hidden = done;
    then.hidden = !done || !data.then.length;
  }

  const stepOf = (told) => told.step ?? told.mask_step ?? told.at;
  if (stepOf(data.asked) != null) seen.steps.add(String(stepOf(data.asked))); // where it opens
  const hear = ({ detail: { kind, address } }) => {
    if (kind === "card") return;
    seen.address = { ...seen.address, ...address };
    const step = stepOf(address);
    if (step != null) seen.steps.add(String(step));
    update();
  };
  const listening = new AbortController();
  document.addEventListener("heed-stands", /** @type {any} */ (hear), {
    signal: listening.signal,
  });
  update();
  begin({ key: () => false, arrange() {}, redraw() {} });
  return {
    paint,
    busy,
    address: () => ({}),
    kept: () => ({}),
    destroy() {
      listening.abort();
      destroy();
    },
  };
}
