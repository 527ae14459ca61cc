// One map large, with what its cells say.

import { h, segments } from "./dom.js";
import { gridView } from "./grid.js";
import { sightView } from "./sight.js";

const MANY = 17; // more layers or heads than that are chosen from a list

// As `segments`, where buttons would fill the page.
function list(label, options, act) {
  const node = h(
    "select",
    { class: "heed-speed", "aria-label": label, onchange: () => act(Number(node.value)) },
    options.map(([key, text]) => h("option", { value: key }, text)),
  );
  const current = (now) => {
    node.value = now;
  };
  return { node, current };
}

// One map by itself, and the way from it to its neighbours. `maps` as in a mosaic, each block
// with the names `short`, `axesHelp` and `label` of its map; `note(block)` is what stands below
// it, `onMove` hears where the keyboard went, and `onGrid` of each grid that is made.
/**
 * @param {any} ui
 * @param {any} maps
 * @param {any} on
 */
export function zoomView(ui, maps, { onCell, onHead, onMove, onGrid, note }) {
  const { words } = ui;
  const holder = h("div", { class: "heed-maps-grid" });
  const axes = h("p", { class: "heed-note heed-maps-axes" });
  const why = h("p", { class: "heed-note", role: "status" });
  const choices = h("div", { class: "heed-maps-choices" });
  const title = h("h2", { class: "heed-tag heed-maps-title" });
  const node = h(
    "section",
    { class: "heed-pane heed-maps-zoom", "data-part": "one" },
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
    const { name, layer, chosen, layers, heads, alone } = maps.blockOf(ui.head);
    const group = (text, options, now, act) => {
      const one = options.length > MANY ? list(text, options, act) : segments(text, options, act);
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
    const blocks = Object.values(maps.blocks);
    const several = [
      blocks.length > 1 &&
        group(
          words.attention,
          blocks.map((one) => [one.name, one.short]),
          name,
          (one) => onHead(within(one)),
        ),
      layers > 1 &&
        group(words.layer, count(layers), layer, (one) =>
          onHead(`${name}.${one}${chosen ? `.${chosen}` : ""}`),
        ),
      !alone &&
        group(words.head, [...count(heads), [0, words.mean]], chosen, (one) =>
          onHead(`${name}.${layer}${one ? `.${one}` : ""}`),
        ),
    ].filter((one) => one !== false);
    choices.replaceChildren(...several);
    choices.hidden = !several.length;
  }

  // Changing head keeps the keyboard's place among these buttons.
  function rebuild() {
    const root = node.getRootNode();
    const before =
      root.activeElement && choices.contains(root.activeElement)
        ? [...choices.querySelectorAll("button, select")].indexOf(root.activeElement)
        : -1;
    const block = maps.blockOf(ui.head);
    const at = grid && head.split(".")[0] === block.name ? grid.cell() : null;
    const inGrid = grid && root.activeElement === grid.node;
    choose();
    const now = choices.querySelectorAll("button, select");
    if (before >= 0) now[Math.min(before, now.length - 1)].focus();
    head = ui.head;
    title.textContent = maps.title(ui, head);
    if (at) return; // the same rows and columns
    axes.textContent = block.axesHelp;
    grid = gridView(ui, {
      axes: [words.axis_query, words.axis_key],
      rows: block.rows,
      columns: block.columns,
      rowsAre: block.rowsAre,
      columnsAre: block.columnsAre,
      least: block.least,
      label: block.label,
      onCell,
      onMove,
      onPoint: (i, j) => ui.point(i == null && j == null ? {} : maps.pointed(block, i, j)),
      tell: (i, j) => ui.numbers(ui.head, i, j),
    });
    onGrid?.(grid);
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
    const { grows } = block;
    if (maps.want) maps.want(ui.head);
    if (framed.hidden === Boolean(values)) {
      framed.hidden = !values;
      arrange();
    }
    why.textContent = values
      ? note(block)
      : !maps.there || maps.there(ui.head)
        ? words.mean_scores
        : words.layer_comes;
    if (values)
      grid.update({
        values,
        visible: maps.visible(ui.head),
        kind: ui.kind,
        limit: ui.limit,
        current: block.follows ? ui.now : null,
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

// A cell of the open map by its name in an address: "2.5", query and key from 1; null where there
// is none.
export function cellOf({ maps, ui }, text) {
  const [i, j] = String(text || "")
    .split(".")
    .map((part) => Number(part) - 1);
  const block = maps.blockOf(ui.head);
  return i >= 0 && j >= 0 && i < block.rows.length && j < block.columns.length ? [i, j] : null;
}
