// One cell of one head, all numbers: from its query and key to what the head adds to the residual
// stream.

import { decodeArray } from "../../stage/codec.js";
import { fill, fixed, h, math } from "../../stage/dom.js";
import { sum } from "../../stage/trace.js";
import { cellHeading, meanOf } from "./heading.js";
import { putOutput, putSoftmax } from "./numbers.js";
import { cellParts } from "./parts.js";
import { cellTables } from "./tables.js";

export function readCell(raw) {
  const arrays = [
    "query",
    "keys",
    "values",
    "visible",
    "scores",
    "weights",
    "undivided",
    "contexts",
    "contribution",
    "added",
    "before",
  ];
  return { ...raw, ...Object.fromEntries(arrays.map((name) => [name, decodeArray(raw[name])])) };
}

// `maps` is what `readMaps` made; `ui.cell` is [row, column] of the map `ui.head`, `found()` its
// numbers once they are there: {cell} or {error}.
export function cellsView(ui, maps, { found, onColumn, onHead, onClose, onDivided }) {
  const { words } = ui;
  const node = h("section", {
    class: "heed-flow heed-cell",
    tabindex: -1,
    "aria-label": words.cell_title,
    hidden: true,
  });
  /** @type {any} */
  let shown = null;
  /** @type {any} */
  let views = null;

  function told(cell, j) {
    const terms = cell.query.map((value, i) => value * cell.keys[j][i]);
    const total = sum(Array.from(terms));
    const number = (value, digits, under, className = "") =>
      h(
        "span",
        { class: `heed-cell-number ${className}` },
        h("b", {}, fixed(value, digits)),
        h("span", {}, under),
      );
    // Never apart.
    const signed = (sign, one) =>
      h("span", { class: "heed-cell-signed" }, h("span", { class: "heed-cell-sign" }, sign), one);
    const ups = terms.filter((v) => v > 0);
    const downs = terms.filter((v) => v < 0);
    views.vectors.query.update(cell.query, views.limit);
    views.vectors.key.update(cell.keys[j], views.limit);
    views.terms.update(terms, (i) => [
      fill(words.dimension, { index: i + 1, size: terms.length }),
      `q ${fixed(cell.query[i], 4)} × k ${fixed(cell.keys[j][i], 4)}`,
      `= ${fixed(terms[i], 4)}`,
    ]);
    const dividing = ui.divided && cell.divisor !== 1;
    views.formula.replaceChildren(
      math(
        ui.formulas[
          dividing ? "score_divided" : cell.divisor === 1 ? "score_undivided" : "product"
        ],
      ),
    );
    views.equation.replaceChildren(
      number(sum(Array.from(ups)), 3, fill(words.above, { count: ups.length })),
      signed("−", number(-sum(Array.from(downs)), 3, fill(words.below, { count: downs.length }))),
      ...(dividing
        ? [
            signed("=", number(total, 3, words.sum)),
            signed("÷", number(cell.divisor, 3, math(ui.formulas.root))),
            signed("=", number(cell.scores[j], 3, words.score, "heed-cell-result")),
          ]
        : [
            signed(
              "=",
              number(total, 3, cell.divisor === 1 ? words.score : words.sum, "heed-cell-result"),
            ),
          ]),
    );
  }

  let counted = 0;
  function update() {
    node.hidden = !ui.cell;
    if (!ui.cell) {
      shown = null;
      return;
    }
    const block = maps.blockOf(ui.head);
    const [i, j] = ui.cell;
    const answer = found();
    const there = block.visible[i * block.columns.length + j];
    const mean = there && !block.chosen;
    const why = !there
      ? fill(words.not_there, { query: i + 1, key: j + 1, later: block.columns[j] })
      : mean
        ? null
        : !answer
          ? words.asking
          : answer.error || null;
    const now = why || mean ? `${why} ${ui.head} ${ui.cell}` : `${ui.head} ${i}`;
    if (shown !== now) {
      shown = now;
      node.replaceChildren();
      if (why) node.append(h("p", { class: "heed-cell-why", role: "status" }, why));
      else if (mean) node.append(...meanOf({ words, maps, onHead }, block, ui.cell));
      else {
        views = cellParts(
          { ui, words, onDivided, onColumn, maps, onHead, node },
          answer.cell,
          block,
        );
        counted += 1;
        views.rows.forEach(({ line }, k) => {
          line.id = `heed-cell-${counted}-${k}`;
        });
        putOutput({ views, words }, answer.cell, block);
      }
      node.prepend(h("div", { class: "heed-cell-top" }));
    }
    node.firstChild.replaceChildren(
      ...cellHeading({ words, maps, ui, onClose }, block, i, j).filter(Boolean),
    );
    if (why || mean) return;
    told(answer.cell, j);
    const given = maps.byHand(ui.head, i);
    putSoftmax({ ui, node, views, words, given }, answer.cell, block, j);
  }

  function key(name, origin) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[name];
    if (!step || !views || node.hidden || origin !== views.list) return false;
    onColumn(Math.max(0, Math.min(views.rows.length - 1, ui.cell[1] + step)));
    return true;
  }
  return {
    node,
    layout() {},
    light() {},
    update,
    tables: () => cellTables({ ui, found, maps, words }),
    key,
    repaint: () => {
      shown = null;
      update();
    },
  };
}
