// The tiles of a block at one pixel a cell.

import { packed, ramp, SEQUENTIAL, SHADES } from "./colours.js";
import { h } from "./dom.js";

const WEIGHTS = Uint32Array.from(
  { length: 256 },
  (_, i) =>
    new Uint32Array(new Uint8ClampedArray([...ramp(SEQUENTIAL, (i / 255) ** 0.75), 255]).buffer)[0],
);

// All tiles of one block at one pixel a cell, painted once for each quantity and theme.
export function atlas({ ui, atlases, columnsOf, maps, nameOfTile }, block) {
  const id = `${block.name} ${ui.kind} ${ui.theme()} ${ui.limit} ${maps.came ?? 0}`;
  if (atlases.has(id)) return atlases.get(id);
  const wide = block.columns.length;
  const tall = block.rows.length;
  const across = wide * columnsOf(block);
  const sheet = h("canvas", { width: across, height: tall * block.layers });
  const brush = sheet.getContext("2d");
  const image = brush.createImageData(sheet.width, sheet.height);
  const pixels = new Uint32Array(image.data.buffer);
  const shades = packed[ui.theme()];
  const half = (SHADES - 1) / 2;
  const weights = ui.kind === "weights";
  for (let layer = 0; layer < block.layers; layer += 1) {
    for (let head = 0; head < columnsOf(block); head += 1) {
      const name = nameOfTile(block, layer, head);
      const values = maps.values(name, ui.kind);
      if (!values) continue; // a mean has no scores, and a layer may not have travelled
      const visible = maps.visible(name);
      for (let i = 0; i < tall; i += 1) {
        const from = (layer * tall + i) * across + head * wide;
        for (let j = 0; j < wide; j += 1) {
          const cell = i * wide + j;
          const value = values[cell];
          if (!visible[cell]) continue; // not there: the paper shows
          pixels[from + j] = weights
            ? WEIGHTS[Math.round(255 * value)]
            : shades[
                Math.max(0, Math.min(SHADES - 1, Math.round(half + (half * value) / ui.limit)))
              ];
        }
      }
    }
  }
  brush.putImageData(image, 0, 0);
  atlases.set(id, sheet);
  return sheet;
}
