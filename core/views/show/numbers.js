// The numbers behind the picture: one cell told, a table, and all of them to take home.

import { fill, fixed, h, nameOf, piece } from "../../stage/dom.js";
import { exact, quote } from "../../stage/download.js";
import { csvLines } from "../../stage/plates.js";
import { table } from "../../stage/table.js";

const TABLE = 20000; // cells; a larger map is shown row by row

// What a cell has to say, for the bubble and the voice.
export function cellNumbers({ words }, maps, head, i, j) {
  const at = i * maps.block.columns.length + j;
  if (!maps.visible(head)[at]) return [words.masked];
  const scores = maps.values(head, "scores");
  return [
    `${words.weight} ${fixed(maps.values(head, "weights")[at], 5)}`,
    ...(scores ? [`${words.score} ${fixed(scores[at], 4)}`] : []),
  ];
}

// The chosen cell, told below its map.
export function toldView(ui, maps) {
  const node = h("div", { class: "heed-show-told" });
  const { rows, columns } = maps.block;
  function update() {
    const [i, j] = ui.cell;
    node.replaceChildren(
      h("b", { class: "heed-target" }, h("bdi", {}, piece(nameOf(ui, rows[i])))),
      " ← ",
      h("b", { class: "heed-source" }, h("bdi", {}, piece(nameOf(ui, columns[j])))),
      ...ui.numbers(ui.head, i, j).map((one) => h("span", {}, one)),
    );
  }
  return { node, layout() {}, light() {}, update };
}

// The open map as a table; of one that is too large the row of the chosen cell.
export function mapTable(ui, maps) {
  const { words } = ui;
  const { rows, columns } = maps.block;
  const values = maps.values(ui.head, ui.kind);
  if (!values) return h("p", { class: "heed-note" }, words.mean_scores);
  const visible = maps.visible(ui.head);
  const all = rows.length * columns.length <= TABLE;
  const row = (i) => [
    rows[i],
    ...columns.map((_, j) => {
      const at = i * columns.length + j;
      return visible[at] ? fixed(values[at], ui.kind === "weights" ? 5 : 4) : "";
    }),
  ];
  const title = `${maps.title(ui, ui.head)} · ${words[ui.kind]}`;
  return table(
    all ? title : `${title} · ${fill(words.row_of, { query: rows[ui.cell[0]] })}`,
    [words.query_head, ...columns],
    (all ? rows.map((_, i) => i) : [ui.cell[0]]).map(row),
  );
}

// One line a cell that is there, counted from 1, with every digit of single precision.
export function arrayCsv(maps, heads) {
  const { rows, columns } = maps.block;
  const quoted = [rows, columns].map((labels) => labels.map(quote));
  const known = Boolean(maps.scores);
  const lines = [
    "layer,head,query_index,query,key_index,key,weight".split(",").concat(known ? "score" : []),
  ];
  for (const name of heads) {
    const { layer, chosen } = maps.blockOf(name);
    const [weights, scores] = ["weights", "scores"].map((kind) => maps.values(name, kind));
    const visible = maps.visible(name);
    for (let i = 0; i < rows.length; i += 1)
      for (let j = 0; j < columns.length; j += 1) {
        const at = i * columns.length + j;
        if (!visible[at]) continue;
        const place = [layer, chosen || "mean", i + 1, quoted[0][i], j + 1, quoted[1][j]];
        const score = known ? [scores ? exact(scores[at]) : ""] : [];
        lines.push([...place, exact(weights[at]), ...score]);
      }
  }
  return csvLines(lines);
}
