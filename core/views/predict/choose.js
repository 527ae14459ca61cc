// One answer of several: tokens, models, heads with where they look, hypotheses of a beam.

import { weightColour } from "../../stage/colours.js";
import { chance, fixed, h, piece, s, spoken } from "../../stage/dom.js";

const CELL = 24;
const ROW = 17;

/** A sentence of runs. @param {any} ui @param {[string, string][]} runs */
export const runsOf = (ui, runs) =>
  runs.map(([kind, text]) =>
    kind === "plain" ? text : h("b", { class: `heed-${kind}` }, spoken(ui, kind, ...piece(text))),
  );

/** A map as a picture: rows of what was written over the words of the source.
 * @param {string[]} sources @param {import("../../stage/wire").PredictMap} map */
export function mapView(sources, map) {
  const named = Math.max(...map.rows.map((row) => row.length)) * 7 + 12;
  const high = Math.max(...sources.map((word) => word.length)) * 5 + 16;
  const size = [named + sources.length * CELL + 24, high + map.rows.length * ROW];
  return h(
    "figure",
    { class: "heed-map-asked" },
    map.label ? h("figcaption", {}, map.label) : null,
    s(
      "svg",
      {
        viewBox: `0 0 ${size[0]} ${size[1]}`,
        width: size[0],
        role: "img",
        "aria-label": map.rows
          .map((row, t) => `${row}: ${fixed(Math.max(...map.weights[t]), 2)}`)
          .join("; "),
      },
      sources.map((word, j) =>
        s(
          "text",
          {
            class: "heed-source",
            transform: `translate(${named + j * CELL + 10} ${high - 6}) rotate(-40)`,
          },
          word,
        ),
      ),
      map.rows.flatMap((row, t) => [
        s(
          "text",
          { class: "heed-target", x: named - 8, y: high + t * ROW + 12, "text-anchor": "end" },
          row,
        ),
        ...map.weights[t].map((weight, j) =>
          s(
            "rect",
            {
              x: named + j * CELL,
              y: high + t * ROW,
              width: CELL - 1,
              height: ROW - 1,
              rx: 2,
              fill: weightColour(weight),
            },
            s("title", {}, `${row} · ${sources[j]}: ${fixed(weight, 3)}`),
          ),
        ),
      ]),
    ),
  );
}

/** Where a head looks, as bars over the words. @param {any} ui @param {string[]} sources
 * @param {number[]} row */
export const rowView = (ui, sources, row) =>
  h(
    "span",
    { class: "heed-small-row" },
    row.map((weight, j) =>
      h(
        "span",
        {},
        h("i", { style: `height:${Math.max(2, 100 * weight)}%` }),
        h("small", {}, spoken(ui, "source", sources[j])),
      ),
    ),
  );

export function labelled(ui, item, option) {
  if (item.kind === "head") return ui.headName(option.label);
  if (!option.side) return option.label;
  return h(
    "b",
    { class: `heed-${option.side}` },
    spoken(ui, option.side, ...(item.kind === "token" ? piece(option.label) : [option.label])),
  );
}

/** @param {any} ui @param {import("../../stage/wire").PredictExercise} item
 * @param {{ answer: number[], shown: boolean }} state @param {() => void} changed */
export function chooseBoard(ui, item, state, changed) {
  const { words } = ui;
  const valued = (value) =>
    item.kind === "token"
      ? chance(value)
      : item.kind === "head"
        ? `${words.costs} ${fixed(value, 2)}`
        : `${words.total} ${fixed(value, 2)}`;
  const buttons = item.options.map((option, i) => {
    const bar = h("i", { class: "heed-option-bar" });
    const value = h("span", { class: "heed-value" });
    const mark = h("span", { class: "heed-option-mark" });
    const node = h(
      "button",
      {
        type: "button",
        class: "heed-option",
        role: "radio",
        "data-act": `option-${i}`,
        onclick: () => take(i),
      },
      h("kbd", { "aria-hidden": "true" }, `${i + 1}`),
      h(
        "span",
        { class: "heed-option-label" },
        labelled(ui, item, option),
        option.row.length ? rowView(ui, item.sources, option.row) : null,
      ),
      value,
      mark,
      bar,
    );
    return { node, bar, value, mark };
  });
  const node = h(
    "div",
    { class: `heed-choose heed-choose-${item.kind}` },
    item.clues.length && !state.shown ? mapView(item.sources, item.clues[0]) : null,
    h(
      "div",
      { class: "heed-options", role: "radiogroup", "aria-label": words[`kind_${item.kind}`] },
      buttons.map((one) => one.node),
    ),
  );
  const both = h("div", { class: "heed-both-maps" });

  function take(i) {
    if (state.shown || i >= buttons.length) return;
    state.answer = [i];
    update();
    changed();
  }

  function update() {
    buttons.forEach(({ node: button, bar, value, mark }, i) => {
      const option = item.options[i];
      const mine = state.answer[0] === i;
      const right = state.shown && i === item.right;
      button.setAttribute("aria-checked", String(mine));
      button.classList.toggle("heed-right", right);
      button.classList.toggle("heed-amiss", state.shown && mine && !right);
      button.setAttribute("aria-disabled", String(state.shown));
      value.textContent = state.shown && option.value != null ? valued(option.value) : "";
      mark.textContent = right ? `✓ ${words.the_model}` : state.shown && mine ? words.you : "";
      const share = item.kind === "token" && state.shown ? (option.value ?? 0) : 0;
      bar.style.width = `${100 * share}%`;
    });
    if (state.shown && item.maps.length) {
      node.querySelector(":scope > figure")?.remove();
      both.replaceChildren(...item.maps.map((map) => mapView(item.sources, map)));
      node.prepend(both);
    }
  }

  update();
  return { node, update, take, arrange() {} };
}
