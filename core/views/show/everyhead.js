// One cell in every head: layers by heads, and the way to each.

import { fill, h, help, nameOf } from "../../stage/dom.js";
import { gridView } from "../../stage/grid.js";

export function everyHeadView(ui, maps, onHead) {
  const { words } = ui;
  const { layers, heads, rows, columns } = maps.block;
  const count = (most) => Array.from({ length: most }, (_, i) => String(i + 1));
  const nameAt = (layer, head) => maps.names[layer * heads + head];
  const grid = gridView(ui, {
    axes: [words.layer, words.head],
    rows: count(layers),
    columns: count(heads),
    rowsAre: "context",
    columnsAre: "context",
    small: true,
    label: words.every_label,
    onCell: (layer, head) => onHead(nameAt(layer, head)),
    called: (layer, head) => maps.title(ui, nameAt(layer, head)),
    tell: (layer, head) => ui.numbers(nameAt(layer, head), ...ui.cell),
  });
  const title = h("h2", { class: "heed-tag heed-maps-title" });
  const node = h(
    "section",
    { class: "heed-pane" },
    h("div", { class: "heed-pane-head" }, title, help(words.every_help, words.every)),
    grid.node,
  );
  let shown = "";

  function update() {
    const [i, j] = ui.cell;
    const at = i * columns.length + j;
    const { layer, chosen } = maps.blockOf(ui.head);
    const now = `${ui.kind} ${ui.theme()} ${at}`;
    if (now !== shown) {
      shown = now;
      title.textContent = fill(words.every_of, {
        query: nameOf(ui, rows[i]),
        key: nameOf(ui, columns[j]),
      });
      grid.update({
        values: maps.names.map((name) => maps.values(name, ui.kind)[at]),
        visible: maps.names.map((name) => maps.visible(name)[at]),
        kind: ui.kind,
        limit: ui.limit,
      });
    }
    grid.node.classList.toggle("heed-chosen-cell", Boolean(chosen));
    if (chosen) grid.select(layer - 1, chosen - 1);
  }
  return { node, layout: (width) => grid.layout(width), light() {}, update };
}
