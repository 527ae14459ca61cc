// Two searches for other weights: those that write another word, and those that change nothing.

import { chance, fill, fixed, h, piece, spoken } from "../../stage/dom.js";
import { fewRows } from "./bars.js";

const SAME = 0.05; // nats of divergence under which hardly anything could move

/** @param {any} ui @param {any} data @param {any} trace
 * @param {((choice: object) => void) | null} ask */
export function searchesView(ui, data, trace, ask) {
  const { words } = ui;
  const node = h("div", { class: "heed-searches" });
  let epsilon = Math.max(0, data.epsilons.indexOf(data.epsilon));

  const texts = ({ texts: both }) =>
    both &&
    h(
      "dl",
      { class: "heed-both" },
      [words.before, words.after].map((name, i) =>
        h("div", {}, h("dt", {}, name), h("dd", {}, spoken(ui, "target", both[i]))),
      ),
    );

  const python = ({ python: text }) =>
    text &&
    h(
      "details",
      { class: "heed-python" },
      h("summary", {}, words.as_python),
      h(
        "button",
        {
          type: "button",
          class: "heed-toggle",
          onclick: () => navigator.clipboard?.writeText(text).then(() => ui.say(words.copied)),
        },
        words.copy,
      ),
      h("pre", { tabindex: 0 }, text),
    );

  const weights = (one, found) =>
    one.weights &&
    fewRows(ui, words.weights_caption, [
      [words.own_weights, one.own],
      [found, one.weights],
    ]);

  const several = (one) =>
    one.heads > 1
      ? h("p", { class: "heed-note" }, fill(words.of_heads, { count: one.heads }))
      : null;

  function findSaid(one) {
    const values = {
      piece: one.piece,
      before: chance(one.before),
      after: one.after == null ? "–" : chance(one.after),
      moved: one.distance == null ? "–" : fixed(100 * one.distance, 1),
      steps: one.steps,
      closest: fixed(Math.max(0, -one.closest), 2),
    };
    const key = one.outcome === "found" && one.distance === 0 ? "own" : one.outcome;
    return fill(words[`outcome_${key.replace("-", "_")}`], values);
  }

  const farSaid = (one) => [
    fill(words.far_found, {
      divergence: fixed(one.divergence, 3),
      moved: fixed(100 * one.distance, 1),
      changed: fixed(one.changed, 3),
    }),
    fill(one.same ? words.far_same : words.far_other, { piece: one.piece }),
    one.divergence < SAME ? words.far_near : words.far_far,
  ];

  // A result is of the step that it was searched for; at another one it says so.
  const elsewhere = (one) =>
    h(
      "p",
      { class: "heed-note" },
      fill(words.elsewhere, { step: one.step + 1 }),
      " ",
      h(
        "button",
        { type: "button", class: "heed-toggle", onclick: () => ui.go(one.step) },
        words.go_there,
      ),
    );

  const result = (one, said, name) => {
    if (!one) return null;
    if (one.step !== ui.now) return elsewhere(one);
    return h(
      "div",
      { class: "heed-result", "data-outcome": one.outcome },
      [said(one)].flat().map((text) => h("p", {}, text)),
      weights(one, name),
      several(one),
      texts(one),
      python(one),
    );
  };

  function candidates() {
    const step = trace.steps[ui.now];
    return h(
      "div",
      { class: "heed-picks", role: "group", "aria-label": words.find_choose },
      step.candidates.map((one) =>
        h(
          "button",
          {
            type: "button",
            class: "heed-pick",
            disabled: !ask,
            "data-act": `find-${one.id}`,
            "aria-pressed": String(data.found?.step === ui.now && data.found.piece === one.piece),
            onclick: () => ask?.({ act: "find", step: ui.now, id: one.id }),
          },
          spoken(ui, "target", ...piece(one.piece)),
          h("small", {}, chance(Math.exp(one.logProb))),
        ),
      ),
    );
  }

  function slider() {
    const said = h("output", {}, `ε = ${data.epsilons[epsilon]}`);
    const range = h("input", {
      type: "range",
      min: 0,
      max: data.epsilons.length - 1,
      step: 1,
      value: epsilon,
      disabled: !ask,
      "aria-label": words.epsilon,
      "aria-valuetext": `ε = ${data.epsilons[epsilon]}`,
      "data-act": "epsilon",
      oninput: () => {
        epsilon = Number(range.value);
        said.textContent = `ε = ${data.epsilons[epsilon]}`;
        range.setAttribute("aria-valuetext", said.textContent);
      },
    });
    return h(
      "div",
      { class: "heed-epsilon" },
      range,
      said,
      h(
        "button",
        {
          type: "button",
          class: "heed-toggle",
          disabled: !ask,
          "data-act": "far",
          onclick: () => ask?.({ act: "far", step: ui.now, epsilon: data.epsilons[epsilon] }),
        },
        words.far_search,
      ),
    );
  }

  const card = (title, intro, ...parts) =>
    h(
      "section",
      { class: "heed-search-card" },
      h("h2", { class: "heed-tag" }, title),
      h("p", { class: "heed-note" }, intro),
      parts,
    );

  function update() {
    node.replaceChildren(
      ...(trace.attends
        ? [
            card(
              fill(words.find_title, { step: ui.now + 1 }),
              ask ? words.find_intro : words.searched_alone,
              candidates(),
              result(data.found, findSaid, words.found_weights),
            ),
            card(
              words.far_title,
              words.far_intro,
              slider(),
              result(data.farthest, farSaid, words.far_weights),
            ),
          ]
        : [card(words.find_title_none, words.find_none)]),
    );
  }

  return { node, update, findSaid, farSaid };
}
