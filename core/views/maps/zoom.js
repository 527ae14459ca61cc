// One map large, with what its cells say.

import { fill, h, segments } from "../../stage/dom.js";
import { gridView } from "../../stage/grid.js";
import { sightView } from "../../stage/sight.js";

// One map by itself, and the way from it to its neighbours.
export function zoomView(ui, maps, { onCell, onHead }) {
  const { words } = ui;
  const holder = h("div", { class: "heed-maps-grid" });
  const axes = h("p", { class: "heed-note heed-maps-axes" });
  const why = h("p", { class: "heed-note", role: "status" });
  const choices = h("div", { class: "heed-maps-choices" });
  const title = h("h2", { class: "heed-tag heed-maps-title" });
  const node = h(
    "section",
    { class: "heed-pane heed-maps-zoom" },
    h("div", { class: "heed-pane-head" }, title),
    choices,
    axes,
    holder,
    why,
  );
  /** @type {any} */
  let grid = null;
  /** @type {any} */
  let sight = null;
  /** @type {any} */
  let framed = null;
  let head = "";
  let wide = 0;
  let step = -1;

  function choose() {
    const { name, layer, chosen, layers, heads } = maps.blockOf(ui.head);
    const group = (text, options, now, act) => {
      const one = segments(text, options, act);
      one.current(now);
      return h(
        "div",
        { class: "heed-maps-choice" },
        h("span", { class: "heed-info" }, text),
        one.node,
      );
    };
    const within = (other) => {
      const { layers: deep, heads: many } = maps.blocks[other];
      return `${other}.${Math.min(layer, deep)}${chosen ? `.${Math.min(chosen, many)}` : ""}`;
    };
    const count = (most) => Array.from({ length: most }, (_, i) => [i + 1, String(i + 1)]);
    choices.replaceChildren(
      group(
        words.attention,
        Object.keys(maps.blocks).map((one) => [one, words[`${one}_short`]]),
        name,
        (one) => onHead(within(one)),
      ),
      group(words.layer, count(layers), layer, (one) =>
        onHead(`${name}.${one}${chosen ? `.${chosen}` : ""}`),
      ),
      group(words.head, [...count(heads), [0, words.mean]], chosen, (one) =>
        onHead(`${name}.${layer}${one ? `.${one}` : ""}`),
      ),
    );
  }

  // Changing head keeps the keyboard's place among these buttons.
  function rebuild() {
    const root = node.getRootNode();
    const before =
      root.activeElement && choices.contains(root.activeElement)
        ? [...choices.querySelectorAll("button")].indexOf(root.activeElement)
        : -1;
    const block = maps.blockOf(ui.head);
    const at = grid && head.split(".")[0] === block.name ? grid.cell() : null;
    const inGrid = grid && root.activeElement === grid.node;
    choose();
    if (before >= 0)
      choices
        .querySelectorAll("button")
        [Math.min(before, choices.querySelectorAll("button").length - 1)].focus();
    head = ui.head;
    title.textContent = maps.title(ui, head);
    if (at) return; // the same rows and columns
    axes.textContent = words[`${block.name}_axes_help`];
    grid = gridView(ui, {
      axes: [words.axis_query, words.axis_key],
      rows: block.rows,
      columns: block.columns,
      rowsAre: block.rowsAre,
      columnsAre: block.columnsAre,
      label: fill(words.grid_label, { attention: words[`${block.name}_title`] }),
      onCell,
      onPoint: (i, j) => ui.point(i == null && j == null ? {} : maps.pointed(block, i, j)),
      tell: (i, j) => ui.numbers(ui.head, i, j),
    });
    sight = sightView(ui, grid);
    framed = h("div", {}, grid.node, sight.node);
    holder.replaceChildren(framed);
    arrange();
    step = -1;
    if (inGrid) grid.node.focus();
  }

  function update() {
    if (head !== ui.head) rebuild();
    const block = maps.blockOf(ui.head);
    const values = maps.values(ui.head, ui.kind);
    const grows = block.name !== "encoder";
    if (framed.hidden === Boolean(values)) {
      framed.hidden = !values;
      arrange();
    }
    why.textContent = !values
      ? words.mean_scores
      : [
          ui.left && fill(words.cell_left, { attention: words[`${ui.left}_title`] }),
          words[block.chosen ? "choose_cell" : "choose_mean"],
        ]
          .filter(Boolean)
          .join(" ");
    if (values)
      grid.update({
        values,
        visible: block.visible,
        kind: ui.kind,
        limit: ui.limit,
        current: grows ? ui.now : null,
        upTo: grows ? ui.now : block.rows.length - 1,
      });
    grid.node.classList.toggle("heed-chosen-cell", Boolean(ui.cell));
    if (ui.cell) grid.select(...ui.cell, true);
    else if (grows && step !== ui.now) grid.select(ui.now, grid.cell()[1]); // the cursor goes along
    step = ui.now;
    light();
  }

  function arrange() {
    grid.layout(wide);
    sight.layout();
  }

  function light() {
    const [[row = null], [column = null]] = maps.lines(maps.blockOf(ui.head), ui.lit);
    grid.light(row, column);
  }

  return {
    node,
    holder,
    layout: (width) => {
      wide = width;
      if (grid) arrange();
    },
    update,
    light,
    focus: () => grid.node.focus(),
    grid: () => grid,
  };
}
