// What of a map is out of sight: a line below it, where there is more than its frame holds.

import { fill, h } from "./dom.js";

export function sightView(ui, grid) {
  const node = h("p", { class: "heed-note heed-sight", role: "status", hidden: true });

  function layout() {
    const [[columns, across], [rows, down]] = grid.room();
    node.hidden = across >= columns && down >= rows;
    node.textContent = node.hidden
      ? ""
      : fill(ui.words.larger_than_frame, {
          rows,
          columns,
          down: Math.min(down, rows),
          across: Math.min(across, columns),
        });
  }

  return { node, layout };
}
