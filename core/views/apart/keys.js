// All keys of the step in a row, and what a model puts between query and key.

import { fill, fixed, h, math, nameOf, piece, spoken } from "../../stage/dom.js";
import { highest } from "./ranks.js";
import { apartHead } from "./terms.js";

// The whole row: what each key brings along.
export function keysView(ui, cell) {
  const { formulas, words } = ui;
  const columns = [
    ["length_key", cell.norms.keys, 2, cell.keys.length],
    ["cosine", cell.met, 3, formulas.cosine],
    ["score", cell.scores, 2, formulas.score],
    ["weight", cell.weights, 3, formulas.weight],
  ].map(([key, values, digits, formula]) => {
    const low = Math.min(0, ...values);
    const span = key === "weight" ? 1 : Math.max(0, ...values) - low || 1;
    return {
      key,
      values,
      digits: span < 1 ? 3 : digits,
      formula,
      low,
      span,
      zero: (-100 * low) / span,
      best: highest(values),
    };
  });
  const rows = cell.source.map((one, j) =>
    h(
      "div",
      {
        class: "heed-apart-row",
        role: "option",
        "data-source": j,
        onclick: () => ui.choose(j),
        onmouseenter: () => ui.point(j),
        onmouseleave: () => ui.point(null),
      },
      h(
        "span",
        { class: "heed-source heed-name", title: nameOf(ui, one.piece) },
        spoken(ui, "source", piece(one.piece)),
      ),
      columns.map(({ key, values, digits, low, span, zero, best }) => {
        const value = values[j];
        const share = (100 * Math.abs(value)) / span;
        return h(
          "span",
          { class: `heed-cell-pair heed-apart-${key}` },
          h(
            "span",
            { class: `heed-value${best === j ? " heed-apart-best" : ""}` },
            fixed(value, digits),
          ),
          h(
            "span",
            { class: `heed-bar${low < 0 ? " heed-signed" : ""}`, style: `--zero:${zero}%` },
            h("i", {
              class: value < 0 ? "heed-below" : "",
              style: `left:${value < 0 ? zero - share : zero}%;width:${share}%`,
            }),
          ),
        );
      }),
    ),
  );
  const list = h(
    "div",
    {
      class: `heed-rows${rows.length > 24 ? " heed-dense" : ""}`,
      role: "listbox",
      tabindex: 0,
      "aria-label": words.row_label,
    },
    rows,
  );
  rows.forEach((one, j) => {
    one.id = `heed-apart-${ui.id}-${j}`;
  });
  const node = h(
    "section",
    {},
    apartHead(words.row, null, words.row_help),
    h(
      "div",
      { class: "heed-apart-row heed-apart-heads" },
      h("span"),
      columns.map(({ key, formula }) =>
        h("span", { class: `heed-apart-${key}` }, words[key], " ", math(formula)),
      ),
    ),
    list,
    h("p", { class: "heed-note" }, words.best_note),
  );

  function update() {
    rows.forEach((one, j) => {
      one.classList.toggle("heed-apart-chosen", j === ui.column);
      one.setAttribute("aria-selected", String(j === ui.column));
    });
    list.setAttribute("aria-activedescendant", rows[ui.column].id);
    const now = rows[ui.column];
    const over = now.offsetTop - list.offsetTop;
    if (over < list.scrollTop || over + now.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = over - list.clientHeight / 2;
  }
  return {
    node,
    update,
    layout() {},
    light: (j) => rows.forEach((one, i) => one.classList.toggle("heed-lit", i === j)),
  };
}

// What a matrix between query and keys changes: length and direction, before and after.
export function betweenView(ui, cell) {
  const { words } = ui;
  const body = h("tbody");
  const note = h("p", { class: "heed-note" });
  const node = h(
    "section",
    { class: "heed-apart-between" },
    apartHead(words.between, null, words.between_help),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          h("th", { scope: "col" }, words.before, " ", math(cell.query.formula)),
          h("th", { scope: "col" }, words.after, " ", math(cell.probe.formula)),
        ),
      ),
      body,
    ),
    note,
  );
  const plain = cell.cosines.map((cosine, j) => cosine * cell.norms.query * cell.norms.keys[j]);

  function update() {
    const j = ui.column;
    const { norms } = cell;
    body.replaceChildren(
      ...[
        [words.length, norms.query, norms.probe],
        [words.cosine, cell.cosines[j], cell.met[j]],
        [words.product, plain[j], norms.probe * norms.keys[j] * cell.met[j]],
      ].map(([name, ...pair]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          pair.map((value) => h("td", {}, fixed(value, 3))),
        ),
      ),
    );
    note.textContent = fill(words.between_note, {
      before: ui.called(highest(plain)),
      after: ui.called(highest(cell.met.map((cosine, i) => cosine * cell.norms.keys[i]))),
    });
  }
  return { node, update, layout() {}, light() {} };
}
