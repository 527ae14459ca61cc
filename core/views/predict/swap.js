// Scores and the weights that a softmax made of them, two of which stand in each other's place.

import { fixed, h, spoken } from "../../stage/dom.js";
import { exchanged } from "./judge.js";

/** @param {any} ui @param {import("../../stage/wire").PredictExercise} item
 * @param {{ answer: number[], shown: boolean }} state @param {() => void} changed */
export function swapBoard(ui, item, state, changed) {
  const { words } = ui;
  const high = Math.max(...item.scores.map(Math.abs), 1e-9);
  const rows = item.sources.map((word, place) => {
    const weight = h("span", { class: "heed-value" });
    const bar = h("i", {});
    const true_ = h("span", { class: "heed-value heed-true-weight" });
    const node = h(
      "button",
      {
        type: "button",
        class: "heed-swap",
        "data-act": `swap-${place}`,
        onclick: () => take(place),
      },
      h("b", { class: "heed-source" }, spoken(ui, "source", word)),
      h("span", { class: "heed-value" }, fixed(item.scores[place], 2)),
      h(
        "span",
        { class: "heed-bar heed-signed" },
        h("i", {
          class: item.scores[place] < 0 ? "heed-below" : "",
          style:
            item.scores[place] < 0
              ? `right:50%;left:auto;width:${(50 * -item.scores[place]) / high}%`
              : `left:50%;width:${(50 * item.scores[place]) / high}%`,
        }),
      ),
      weight,
      h("span", { class: "heed-bar" }, bar),
      true_,
    );
    return { node, weight, bar, true_ };
  });
  const head = h(
    "div",
    { class: "heed-swap heed-swap-head", "aria-hidden": "true" },
    h("span", {}),
    h("span", { class: "heed-swap-wide" }, words.score_column),
    h("span", { class: "heed-swap-wide" }, words.weight),
    h("span", {}),
  );
  const node = h(
    "div",
    { class: "heed-swaps", role: "group", "aria-label": words.kind_softmax },
    head,
    rows.map((row) => row.node),
  );

  function take(place) {
    if (state.shown) return;
    const there = state.answer.includes(place);
    const others = state.answer.filter((one) => one !== place);
    state.answer = there ? others : [...others, place].slice(-2);
    update();
    changed();
  }

  function update() {
    const put = state.answer.length === 2 ? exchanged(item.wrong, state.answer) : item.wrong;
    rows.forEach(({ node: row, weight, bar, true_ }, place) => {
      weight.textContent = fixed(put[place], 3);
      bar.style.width = `${100 * put[place]}%`;
      row.setAttribute("aria-pressed", String(state.answer.includes(place)));
      row.setAttribute("aria-disabled", String(state.shown));
      const right = Math.abs(put[place] - item.row[place]) < 5e-4;
      true_.textContent = state.shown ? `${right ? "✓" : "→"} ${fixed(item.row[place], 3)}` : "";
      row.classList.toggle("heed-amiss", state.shown && !right);
    });
  }

  update();
  return { node, update, arrange() {} };
}
