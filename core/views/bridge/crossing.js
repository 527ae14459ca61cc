// The bridge to read and to take home: as tables, CSV and one picture.

import { fill, fixed, h, spoken } from "../../stage/dom.js";
import { exact, quote } from "../../stage/download.js";
import { keyOn, MARGIN, plate } from "../../stage/plates.js";
import { table } from "../../stage/table.js";
import { sum } from "../../stage/trace.js";

export function bridgeTables(ui, bridge, cell, kind) {
  const { words } = ui;
  const names = [words.left, words.right];
  const exactly = (value) => (value == null ? "–" : fixed(value, 5));
  const pieces = () => bridge.source.map((one) => spoken(ui, "source", one.piece));
  const [product, query, key, both] = cell.right.terms;
  const score = cell.right.scores[ui.column];
  const matrix = (side, caption) =>
    table(
      caption,
      [words.target, ...pieces()],
      bridge.target.map((one, t) => [
        spoken(ui, "target", one.piece),
        ...Array.from(
          bridge
            .map(side, kind, ui.layer * bridge.right.heads + ui.head)
            .subarray(t * bridge.columns, (t + 1) * bridge.columns),
          (value) => exactly(value),
        ),
      ]),
    );
  const vectors = (caption, columns, count) =>
    table(
      caption,
      [words.dimension_head, ...columns.map(([name]) => name)],
      Array.from({ length: count }, (_, i) => [
        String(i + 1),
        ...columns.map(([, values]) => exactly(values[i])),
      ]),
    );
  return [
    h("p", { class: "heed-note" }, ui.summary()),
    h(
      "div",
      { class: "heed-table-pair" },
      table(
        words.table_row,
        [
          words.source,
          ...names.flatMap((name) => [`${name}: ${words.score}`, `${name}: ${words.weight}`]),
        ],
        bridge.source.map((one, j) => [
          spoken(ui, "source", one.piece),
          ...[cell.left, cell.right].flatMap((side) => [
            exactly(side.scores[j]),
            exactly(side.weights[j]),
          ]),
        ]),
      ),
      table(
        words.table_terms,
        [words.term, ...names],
        [
          [words.term_form, exactly(cell.left.product), exactly(product)],
          [words.term_query_bias, "–", exactly(query)],
          [words.term_key_bias, "–", exactly(key)],
          [words.term_both, "–", exactly(both)],
          [words.term_sum, exactly(cell.left.product), exactly(sum(cell.right.terms))],
          [words.term_root, "–", exactly(bridge.root)],
          [
            words.term_worked,
            exactly(cell.left.product),
            exactly(sum(cell.right.terms) / bridge.root),
          ],
          [words.term_model, exactly(cell.left.scores[ui.column]), exactly(score)],
        ],
      ),
      vectors(
        words.table_stretch,
        [
          ["W_a", cell.left.stretch],
          ["W_Qᵀ W_K", cell.right.stretch],
        ],
        cell.left.stretch.length,
      ),
      vectors(
        fill(words.table_left, { model: bridge.left.model }),
        ["asks", "read", "context", "on"].map((one) => [words[`${one}_row`], cell.left[one]]),
        cell.left.asks.length,
      ),
      vectors(
        fill(words.table_right, { model: bridge.right.model }),
        ["asks", "read", "joined", "on"].map((one) => [
          words[`${one}_row`] || words.joined,
          cell.right[one],
        ]),
        cell.right.asks.length,
      ),
      vectors(
        fill(words.table_head, {
          place: fill(words.place, { layer: ui.layer + 1, head: ui.head + 1 }),
        }),
        ["query", "key", "value", "context"].map((one) => [words[`${one}_row`], cell.right[one]]),
        bridge.size,
      ),
    ),
    matrix("left", `${words.left}: ${words[kind]}`),
    matrix("right", `${words.right}: ${words[kind]}`),
  ];
}

// One line a model, step and source piece, counted from 1.
export function bridgeCsv(ui, bridge) {
  const lines = ["model,layer,head,step,target,source_index,source,score,weight"];
  const n = ui.layer * bridge.right.heads + ui.head;
  /** @type {[string, any[]][]} */
  const places = [
    ["left", ["", ""]],
    ["right", [ui.layer + 1, ui.head + 1]],
  ];
  for (const [side, place] of places) {
    const [scores, weights] = ["scores", "weights"].map((kind) => bridge.map(side, kind, n));
    bridge.target.forEach((written, t) =>
      bridge.source.forEach((one, j) => {
        const i = t * bridge.columns + j;
        lines.push(
          [
            quote(bridge[side].model),
            ...place,
            t + 1,
            quote(written.piece),
            j + 1,
            quote(one.piece),
            exact(scores[i]),
            exact(weights[i]),
          ].join(","),
        );
      }),
    );
  }
  return `${lines.join("\r\n")}\r\n`;
}

// Both maps as they stand, their singular values and the score of the chosen cell, as one picture.
export function bridgeDrawing(ui, typed, bridge, cell, grids) {
  const { words } = ui;
  const gap = 56;
  const maps = grids.map((grid) => grid.again(ui));
  const sizes = maps.map((map) => map.size());
  const wide = Math.max(440, ...sizes.map(([width]) => width));
  const tall = Math.max(...sizes.map(([, height]) => height));
  const shown = `${ui.called(bridge.target[ui.now])} ← ${ui.called(bridge.source[ui.column])}`;
  const paper = plate(
    ui,
    { typed, model: [bridge.left.model, bridge.right.model].join(" · ") },
    words.title,
    [`${words[ui.kind]} · ${shown}`],
    2 * MARGIN + 2 * wide + gap,
  );
  const { from, write, block, top } = paper;
  const foot = top + tall + 124;
  const places = [words.left, fill(words.place, { layer: ui.layer + 1, head: ui.head + 1 })];
  [
    ["left", cell.left],
    ["right", cell.right],
  ].forEach(([side, own], i) => {
    const x = MARGIN + i * (wide + gap);
    const { stretch } = own;
    const each = wide / bridge[side].memory[0].length;
    from(x, top);
    write(0, 12, bridge[side].model, { size: 16, bold: true });
    write(0, 31, places[i], { colour: "--heed-mute", size: 12 });
    from(x, top + 44);
    maps[i].drawing(write, block);
    from(x, foot);
    const score = fixed(own.scores[ui.column], 4);
    const weight = fixed(own.weights[ui.column], 4);
    write(0, 0, `${words.score} ${score} · ${words.weight} ${weight}`, { bold: true });
    const range = fill(words.stretch_range, {
      most: fixed(stretch[0], 2),
      least: fixed(stretch[stretch.length - 1], 2),
      count: stretch.length,
    });
    write(0, 28, `${words.matrix_row}: ${["W_a", "W_Qᵀ W_K"][i]} · ${range}`, {
      colour: "--heed-mute",
      size: 12,
    });
    stretch.forEach((value, k) =>
      block({
        x: k * each,
        y: 98 - (60 * value) / stretch[0],
        width: each,
        height: (60 * value) / stretch[0],
        fill: ui.colour("--heed-border"),
      }),
    );
    block({ x: 0, y: 98, width: wide, height: 1, fill: ui.colour("--heed-border") });
  });
  from(0, 0);
  keyOn(paper, ui, MARGIN, top + tall + 62);
  return paper.done(foot + 104, []);
}
