// The explanations of one step: rows of bars, and beside them how far each agrees with one of them.

import { decodeFlat } from "../../stage/codec.js";
import { fill, fixed, h } from "../../stage/dom.js";
import { table } from "../../stage/table.js";
import { cell, heads as wordHeads } from "./bars.js";
import { order, shares } from "./read.js";

const told = (value) => fixed(value, 2); // "–" where there is none

/** @param {any} ui @param {any} data @param {any[]} rows as `readRows` gives them */
export function rowsView(ui, data, rows) {
  const { words } = ui;
  const name = (kind) => words[`row_${kind}`];
  const node = h("div", {
    class: "heed-scroll heed-explaining",
    tabindex: 0,
    role: "region",
    "aria-label": words.rows_are,
  });
  const count = rows.length;
  const [taus, overlaps, tau, overlap] = [data.taus, data.overlaps, data.tau, data.overlap].map(
    decodeFlat,
  );
  const at = (square, i, j, step = 0) => told(square[(step * count + i) * count + j]);
  const heads = ["tau_step", "overlap_step", "tau_sentence", "overlap_sentence"];
  const agreement = (i) => [
    at(taus, ui.row, i, ui.now),
    at(overlaps, ui.row, i, ui.now),
    at(tau, ui.row, i),
    at(overlap, ui.row, i),
  ];

  function update() {
    if (!ui.there()) {
      node.style.minHeight = `${node.offsetHeight}px`; // nothing below moves meanwhile
      node.replaceChildren(h("p", { class: "heed-note" }, words.working_step));
      return;
    }
    node.style.minHeight = "";
    const all = rows.map(({ values }) => shares(values[ui.now], ui.sources));
    const places = order(all[ui.row], ui.sorted);
    const before = /** @type {HTMLElement | null} */ (node.querySelector(":focus"))?.dataset.act;
    node.replaceChildren(
      h(
        "table",
        { class: "heed-explained", style: `--columns:${places.length}` },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td", {}),
            wordHeads(ui, places),
            heads.map((key) =>
              h("th", { scope: "col", class: "heed-agree" }, words[`head_${key}`]),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((row, i) => line(row, i, all[i], places)),
        ),
      ),
    );
    if (before) node.querySelector(`[data-act="${before}"]`)?.focus({ preventScroll: true });
  }

  function line({ kind, signed }, i, each, places) {
    const own = i === ui.row;
    return h(
      "tr",
      { class: own ? "heed-own-row" : null },
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          {
            type: "button",
            class: "heed-row-choice",
            "data-act": `row-${kind}`,
            "aria-pressed": String(own),
            title: words[`help_${kind}`],
            onclick: () => ui.choose(i),
          },
          name(kind),
        ),
      ),
      places.map((j) =>
        cell(ui, each[j], (value, share) => [
          `${name(kind)} · ${ui.sources[j].label}`,
          `${fixed(value, 4)} ${words[`unit_${kind}`]}`,
          fill(signed && share < 0 ? words.against : words.share, { share: fixed(100 * share, 1) }),
        ]),
      ),
      agreement(i).map((value) => h("td", { class: "heed-agree" }, own ? "" : value)),
    );
  }

  // The same numbers in their own units, to read.
  function numbers() {
    return table(
      fill(words.table_rows, { step: ui.now + 1, token: ui.token() }),
      [words.source, ...rows.map(({ kind }) => `${name(kind)} (${words[`unit_${kind}`]})`)],
      ui.sources.map((group, j) => [
        group.label,
        ...rows.map(({ values }) => fixed(shares(values[ui.now], ui.sources)[j].value, 5)),
      ]),
    );
  }

  const squares = () =>
    [
      [words.table_tau, tau],
      [words.table_overlap, overlap],
    ].map(([caption, square]) =>
      table(
        caption,
        ["", ...rows.map(({ kind }) => name(kind))],
        rows.map(({ kind }, i) => [name(kind), ...rows.map((_, j) => at(square, i, j))]),
      ),
    );

  return { node, update, numbers, squares, name };
}
