// Where the tiles of a mosaic stand, and what is written beside them.

import { textWidth } from "./dom.js";

const GAP = 9; // between tiles, room for the mark of the current row

// The tile of a block, layer and head, counted from 0; the last head is the mean, but of a head
// that is `alone`.
export const columnsOf = (block) => block.heads + (block.alone ? 0 : 1);
export const nameOfTile = (block, layer, head) =>
  head < block.heads ? `${block.name}.${layer + 1}.${head + 1}` : `${block.name}.${layer + 1}`;

// How large a cell of each block is: whole pixels of the screen where they fit, so that all cells
// of an attention are of one size. `room` is the width of a tile, `scale` pixels of the screen in
// one.
export const cellSizes = (blocks, room, tallest, scale) =>
  blocks.map(({ columns, rows }) => {
    const fits = Math.min(room / columns.length, Math.max(1, tallest / rows.length)) * scale;
    return (fits >= 1 ? Math.floor(fits) : fits) / scale;
  });

// The tiles line by line, the texts around them, and the size of all; `titles` are what each block
// and its axes are called.
export function tilesOf(blocks, titles, { free, left, scale, font, tallest, mean }) {
  const most = Math.max(...blocks.map((block) => block.heads));
  const across = Math.max(...blocks.map(columnsOf));
  const sizes = cellSizes(blocks, (free - left) / across - GAP, tallest, scale);
  const pitch = Math.max(...blocks.map(({ columns }, b) => columns.length * sizes[b])) + GAP;
  const after = titles.map(([title]) => textWidth(title, font) + 14);
  // Where the names of the axes have no room, they stand in the explanation.
  const named = titles.every(([, axes], b) => after[b] + textWidth(axes, font) <= free);
  const lines = [];
  /** @type {any[]} */
  const texts = Array.from({ length: across }, (_, head) => {
    const text = head < most ? String(head + 1) : mean;
    const fits = textWidth(text, font) <= pitch;
    const x = left + head * pitch + (fits ? (pitch - GAP) / 2 : 0);
    return { x, y: font, anchor: fits ? "middle" : "start", text };
  });
  texts.unshift({ x: left - 8, y: font, anchor: "end", text: "" });
  let y = font + 6;
  blocks.forEach((block, b) => {
    const [title, axes] = titles[b];
    const each = sizes[b];
    const width = block.columns.length * each;
    const height = block.rows.length * each;
    y += font + 13;
    texts.push({ x: 0, y: y - 8, anchor: "start", text: title, strong: true });
    if (named) texts.push({ x: after[b], y: y - 8, anchor: "start", text: axes });
    for (let layer = 0; layer < block.layers; layer += 1) {
      const middle = y + height / 2 + font * 0.35;
      texts.push({ x: left - 9, y: middle, anchor: "end", text: String(layer + 1) });
      const x = (head) =>
        left + (head < block.heads ? head : most) * pitch + (pitch - GAP - width) / 2;
      lines.push(
        Array.from({ length: columnsOf(block) }, (_, head) => {
          const name = nameOfTile(block, layer, head);
          return { block, layer, head, each, name, x: x(head), y, width, height };
        }),
      );
      y += height + GAP;
    }
    y += 4;
  });
  return { lines, texts, size: [left + across * pitch, y] };
}
