// Every map of every layer and head on one canvas: a tile a head, one row of tiles a layer.

import { atlas } from "./atlas.js";
import { h, help, nameOf, s, set } from "./dom.js";
import { columnsOf, nameOfTile, tilesOf } from "./tiles.js";

// `maps` are blocks by their names, each `layers` by `heads` maps of its `rows` and `columns`, with
// `values(head, kind)` and `visible(head)` of each; a block that `grows` has a row for each step.
// Of what is `on`, `onHead(name)` hears which tile was chosen, `onEnter()` that one wants into it.
export function mosaicView(ui, maps, on) {
  const { words } = ui;
  const blocks = Object.values(maps.blocks);
  const canvas = h("canvas", { class: "heed-mosaic-tiles" });
  const over = h("canvas", { class: "heed-mosaic-over" });
  const names = s("svg", { class: "heed-mosaic-names", "aria-hidden": "true" });
  const node = h(
    "div",
    { class: "heed-mosaic", tabindex: 0, role: "application", "aria-label": words.mosaic_label },
    canvas,
    names,
    over,
  );
  const font = ui.large ? 17 : 12.5;
  let places = [];
  let lines = [];
  let scale = 1;
  let size = [0, 0];
  let key = "";
  let texts = [];
  const atlases = new Map();

  function layout(width) {
    const free = width || node.clientWidth || 700;
    const left = ui.large ? 30 : 22;
    scale = window.devicePixelRatio || 1;
    const look = { free, left, scale, font, tallest: ui.large ? 130 : 92, mean: words.mean };
    const titles = blocks.map(({ title, axes }) => [title, axes]);
    ({ lines, texts, size } = tilesOf(blocks, titles, look));
    places = lines.flat();
    for (const one of [canvas, over]) {
      Object.assign(one, {
        width: Math.round(size[0] * scale),
        height: Math.round(size[1] * scale),
      });
      Object.assign(one.style, { width: `${size[0]}px`, height: `${size[1]}px` });
    }
    set(names, { width: size[0], height: size[1] });
    names.replaceChildren(
      ...texts.map(({ text, strong, anchor, ...at }) =>
        s(
          "text",
          {
            ...at,
            "font-size": font,
            "text-anchor": anchor,
            class: strong ? "heed-mosaic-block" : "",
          },
          text,
        ),
      ),
    );
    node.style.height = `${size[1]}px`;
    key = "";
  }

  const lastOf = (block) => (block.grows ? ui.now : block.rows.length - 1);
  const snap = (value) => Math.round(value * scale);

  function paint(brush, { block, layer, head, each, x, y }, first, last) {
    const wide = block.columns.length;
    const from = snap(y + first * each);
    const to = snap(y + (last + 1) * each);
    brush.drawImage(
      atlas({ ui, atlases, columnsOf, maps, nameOfTile }, block),
      head * wide,
      layer * block.rows.length + first,
      wide,
      last - first + 1,
      snap(x),
      from,
      snap(x + wide * each) - snap(x),
      to - from,
    );
  }

  // A score of zero has the colour of the paper; so a line says where the triangle ends.
  function edge(brush, { block, each, x, y }) {
    brush.beginPath();
    block.rows.forEach((_, i) => {
      brush.lineTo(snap(x + (i + 1) * each) + 0.5, snap(y + i * each));
      brush.lineTo(snap(x + (i + 1) * each) + 0.5, snap(y + (i + 1) * each));
    });
    brush.stroke();
  }

  // Only the rows that came or went since the last time are painted.
  function update() {
    const now = `${ui.kind} ${ui.theme()} ${ui.limit} ${maps.came ?? 0}`;
    const brush = canvas.getContext("2d");
    const anew = now !== key;
    if (anew) {
      key = now;
      brush.clearRect(0, 0, canvas.width, canvas.height);
      brush.strokeStyle = ui.colour("--heed-line");
      for (const one of places) {
        brush.strokeRect(
          snap(one.x) - 1.5,
          snap(one.y) - 1.5,
          snap(one.x + one.width) - snap(one.x) + 3,
          snap(one.y + one.height) - snap(one.y) + 3,
        );
        one.painted = -1;
        if (ui.kind === "scores" && one.block.triangle && one.head < one.block.heads)
          edge(brush, one);
      }
    }
    for (const one of places) {
      const last = lastOf(one.block);
      brush.imageSmoothingEnabled = one.each * scale < 1;
      if (one.painted < last) paint(brush, one, one.painted + 1, last);
      else if (one.painted > last) {
        const from = snap(one.y + (last + 1) * one.each);
        brush.clearRect(
          snap(one.x),
          from,
          snap(one.x + one.width) - snap(one.x),
          snap(one.y + one.height) - from,
        );
      }
      one.painted = last;
    }
    light();
  }

  // What stands above the tiles: the chosen one, the current row, and what is pointed at.
  function light() {
    const brush = over.getContext("2d");
    const { lit } = ui;
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    brush.clearRect(0, 0, ...size);
    brush.fillStyle = ui.colour("--heed-ring");
    for (const { block, each, x, y } of places) {
      if (block.follows ?? block.grows)
        brush.fillRect(x - 5, y + ui.now * each, 3, Math.max(2, each));
    }
    for (const { block, each, x, y, width, height } of places) {
      const [rows, columns] = maps.lines(block, lit);
      brush.lineWidth = 1;
      brush.strokeStyle = ui.colour("--heed-target");
      for (const i of rows)
        if (i <= lastOf(block)) brush.strokeRect(x - 1, y + i * each - 0.5, width + 2, each + 1);
      brush.strokeStyle = ui.colour("--heed-source");
      for (const j of columns) brush.strokeRect(x + j * each - 0.5, y - 1, each + 1, height + 2);
    }
    const chosen = places.find((one) => one.name === ui.head);
    if (!chosen) return;
    brush.lineWidth = 2.5;
    brush.strokeStyle = ui.colour("--heed-ring");
    brush.strokeRect(chosen.x - 3, chosen.y - 3, chosen.width + 6, chosen.height + 6);
  }

  // The tile under the mouse and, within it, the cell.
  function tileAt(event) {
    const box = over.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const tile = places.find(
      (one) =>
        x >= one.x - 3 && x < one.x + one.width + 3 && y >= one.y - 3 && y < one.y + one.height + 3,
    );
    if (!tile) return null;
    const clamp = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value / tile.each)));
    return {
      tile,
      row: clamp(y - tile.y, tile.block.rows.length),
      column: clamp(x - tile.x, tile.block.columns.length),
    };
  }
  over.addEventListener("mousemove", (event) => {
    const found = tileAt(event);
    over.style.cursor = found ? "pointer" : "";
    if (!found) {
      ui.point({});
      ui.tip(null);
      return;
    }
    const { tile, row, column } = found;
    const { block } = tile;
    const there = row <= lastOf(block);
    ui.point(there ? maps.pointed(block, row, column) : {});
    ui.tip(event, [
      maps.title(ui, tile.name),
      ...(there
        ? [
            `${nameOf(ui, block.rows[row])} ← ${nameOf(ui, block.columns[column])}`,
            ...ui.numbers(tile.name, row, column),
          ]
        : []),
    ]);
  });
  over.addEventListener("mouseleave", () => {
    ui.point({});
    ui.tip(null);
  });
  over.addEventListener("click", (event) => {
    const found = tileAt(event);
    if (found) on.onHead(found.tile.name);
  });

  // Arrows go from head to head and from layer to layer, over all attentions.
  function beside(key) {
    const i = lines.findIndex((line) => line.some((one) => one.name === ui.head));
    const j = lines[i].findIndex((one) => one.name === ui.head);
    const [down, right] = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    }[key];
    const line = lines[Math.max(0, Math.min(lines.length - 1, i + down))];
    return line[Math.max(0, Math.min(line.length - 1, j + right))].name;
  }
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key.startsWith("Arrow")) on.onHead(beside(event.key));
    else if (event.key === "Enter") on.onEnter();
    else return;
    event.preventDefault();
  });

  // The same picture with its names, to take home.
  function drawing(write, pixels) {
    pixels(canvas, { x: 0, y: 0, width: size[0], height: size[1] });
    for (const one of texts)
      write(one.x, one.y, one.text, {
        size: font,
        bold: one.strong,
        anchor: one.anchor,
        colour: one.strong ? "--heed-ink" : "--heed-mute",
      });
  }

  return { node, layout, update, light, drawing, size: () => size };
}

// The pane that a mosaic stands in; `width()` is its room.
export function mosaicPane({ words }, mosaic) {
  const node = h(
    "section",
    { class: "heed-pane heed-maps-all", "data-part": "all" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, words.all_maps),
      help(words.all_help, words.all_maps),
    ),
    mosaic.node,
  );
  return { node, layout: () => mosaic.layout(insideOf(node)) };
}

// The width of an element without its padding.
export function insideOf(node) {
  const style = getComputedStyle(node);
  const inside = node.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(0, inside);
}
