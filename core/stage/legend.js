// What the colours of a heatmap mean.

import { signedColour, weightColour } from "./colours.js";
import { bound, h } from "./dom.js";

// What the colours mean: a bar with its numbers.
export function legend(ui) {
  const bar = h("canvas", {
    class: "heed-legend-bar",
    width: 120,
    height: 1,
    "aria-hidden": "true",
  });
  const name = h("span");
  const low = h("span");
  const high = h("span");
  /** @type {any} */
  let shown = null;
  const update = () => {
    const { kind, limit } = ui;
    const now = `${kind} ${limit} ${ui.theme()}`;
    if (shown === now) return;
    shown = now;
    const paint = bar.getContext("2d");
    for (let i = 0; i < 120; i += 1) {
      paint.fillStyle =
        kind === "weights"
          ? weightColour(i / 119)
          : signedColour((i / 119) * 2 * limit - limit, limit, ui.theme());
      paint.fillRect(i, 0, 1, 1);
    }
    name.textContent = kind === "weights" ? ui.words.weight : ui.words.score;
    low.textContent = kind === "weights" ? "0" : `−${bound(limit)}`;
    high.textContent = kind === "weights" ? "1" : `+${bound(limit)}`;
  };
  return {
    node: h("div", { class: "heed-legend" }, low, bar, high, name),
    layout() {},
    update,
    light() {},
  };
}
