// One head's maps, with all heads and without some, and rollout beside raw attention.

import { decodeFlat } from "../../stage/codec.js";
import { fill, h, help, textWidth } from "../../stage/dom.js";
import { exact, quote } from "../../stage/download.js";
import { gridView } from "../../stage/grid.js";
import { csvLines, MARGIN, plate, scaleOn } from "../../stage/plates.js";
import { sum } from "../../stage/trace.js";

// The maps of one attention as their labels and values: [labels, of queries and of keys, flat
// rows].
export function headLabels(data) {
  const source = data.source.map((one) => one.piece);
  const target = data.plain.tokens.map((one) => one.piece);
  const read = [data.start, ...target.slice(0, -1)];
  return {
    encoder: [source, source, "source", "source"],
    self: [target, read, "target", "target"],
    cross: [target, source, "target", "source"],
  };
}
const causal = (size) =>
  Uint8Array.from({ length: size * size }, (_, i) => Number(i % size <= Math.floor(i / size)));

// `all` maps as they travel: of each head one row of the cells that are there. Read by the name of
// a head, row by row.
export function readHeadMaps(data, all) {
  const sizes = Object.fromEntries(data.blocks.map(([block, , heads]) => [block, heads]));
  const labels = headLabels(data);
  const flat = {};
  const found = {};
  function read(name) {
    const [block, layer, head] = name.split(".");
    const [rows, columns] = labels[block];
    const there =
      block === "self" ? causal(rows.length) : new Uint8Array(rows.length * columns.length).fill(1);
    let at = ((Number(layer) - 1) * sizes[block] + Number(head) - 1) * sum(Array.from(there));
    flat[block] ||= decodeFlat(all[block]);
    return Float32Array.from(there, (one) => (one ? flat[block][at++] : 0));
  }
  return (name) => (found[name] ||= read(name));
}

// Two grids of one attention beside each other; `tells[i](row, column)` are what the i-th has to
// say.
export function gridPair(ui, data, block, titles, values, about, tells = []) {
  const [rows, columns, rowsAre, columnsAre] = headLabels(data)[block];
  const visible = block === "self" ? causal(rows.length) : null;
  const step = block === "encoder" ? null : (i) => ui.go(i);
  const grids = titles.map((title, i) =>
    gridView(ui, {
      rows,
      columns,
      rowsAre,
      columnsAre,
      label: `${title}: ${about}`,
      onCell: step,
      tell: tells[i],
      small: rows.length > 16,
    }),
  );
  const node = h(
    "div",
    { class: "heed-grid-pair" },
    grids.map((grid, i) => h("figure", {}, h("figcaption", {}, titles[i]), grid.node)),
  );
  return {
    node,
    grids,
    layout() {
      const widths = grids.map((grid) => grid.node.clientWidth);
      grids.forEach((grid, i) => grid.layout(widths[i]));
    },
    update: () =>
      grids.forEach((grid, i) =>
        grid.update({
          values: values[i],
          visible,
          kind: "weights",
          limit: 1,
          current: block === "encoder" ? null : ui.now,
          upTo: rows.length - 1,
        }),
      ),
  };
}

// A pair on a sheet, with the scale of its weights.
export function pairPlate(ui, data, title, lines, notes, ...pairing) {
  const light = Object.assign(Object.create(ui), { now: null });
  const pair = gridPair(light, data, ...pairing);
  const gap = 48;
  const top = 24;
  pair.grids.forEach((grid) => grid.layout(520));
  pair.update();
  const sizes = pair.grids.map((grid) => grid.size());
  const titles = pair.grids.map((_, i) => pairing[1][i]);
  const wide = sizes.map(([across], i) => Math.max(across, textWidth(titles[i], 13) + 4));
  const paper = plate(
    ui,
    data,
    title,
    lines,
    Math.max(520, 2 * MARGIN + sum(wide) + gap * (wide.length - 1)),
  );
  let x = MARGIN;
  pair.grids.forEach((grid, i) => {
    paper.from(x, paper.top);
    paper.write(0, 0, titles[i], { bold: true });
    paper.from(x, paper.top + top);
    grid.drawing(paper.write, paper.block);
    x += wide[i] + gap;
  });
  paper.from(0, 0);
  const under = paper.top + top + Math.max(...sizes.map(([, tall]) => tall)) + 18;
  scaleOn(paper, MARGIN, under, ui.words.weight, "weights");
  return paper.done(under + 20, notes);
}

// One line a cell that is there, counted from 1; `named` are columns of numbers by their names.
export function pairCsv(data, block, named) {
  const [rows, columns] = headLabels(data)[block];
  const lines = [["query_index", "query", "key_index", "key", ...Object.keys(named)]];
  rows.forEach((row, i) =>
    columns.forEach((column, j) => {
      if (block !== "self" || j <= i)
        lines.push([
          i + 1,
          quote(row),
          j + 1,
          quote(column),
          ...Object.values(named).map((values) => exact(values[i * columns.length + j])),
        ]);
    }),
  );
  return csvLines(lines);
}

export function headMapsView(ui, data) {
  const { words } = ui;
  const holder = h("div");
  const note = h("p", { class: "heed-note" });
  const picker = h(
    "select",
    {
      class: "heed-speed",
      "aria-label": words.head_shown,
      onchange: () => ui.choose(picker.value),
    },
    data.blocks.map(([block, layers, heads]) =>
      h(
        "optgroup",
        { label: words[`block_${block}`] },
        Array.from(
          { length: layers * heads },
          (_, i) => `${block}.${Math.floor(i / heads) + 1}.${(i % heads) + 1}`,
        ).map((name) => h("option", { value: name }, ui.called(name))),
      ),
    ),
  );
  const node = h(
    "section",
    { class: "heed-pane heed-head-maps", "data-part": "maps" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("span", { class: "heed-head-of" }, h("h2", { class: "heed-tag" }, words.maps_of), picker),
      help(words.maps_help, words.maps_of),
    ),
    holder,
    note,
  );
  /** @type {any} */
  let shown = null;
  /** @type {any} */
  let pair = null;

  const titles = data.without
    ? [words.map_with, fill(words.map_without, { count: data.switched.length })]
    : [words.map_with];
  const told = () =>
    data.switched.includes(ui.head) ? words.off_note : data.without ? words.forced_note : "";
  const pairing = () => [
    ui.head.split(".")[0],
    titles,
    [data.weights, data.without].filter(Boolean).map((of) => of(ui.head)),
    ui.called(ui.head),
  ];
  function compose() {
    pair = gridPair(ui, data, ...pairing());
    holder.replaceChildren(pair.node);
    pair.layout();
    shown = ui.head;
  }
  return {
    node,
    light() {},
    layout() {
      if (pair) pair.layout();
    },
    update() {
      picker.value = ui.head;
      if (shown !== ui.head) compose();
      pair.update();
      note.textContent = told();
    },
    drawing: (light) =>
      pairPlate(light, data, ui.called(ui.head), [], told() ? [told()] : [], ...pairing()),
    csv() {
      const [block, , [weight, less]] = pairing();
      return pairCsv(data, block, { weight, ...(less ? { weight_without: less } : {}) });
    },
  };
}
