// Two charts over the updates: whole answers that are right, and the loss.

import { h, s, set } from "../../stage/dom.js";
import { curve, ticks } from "./read.js";

const LEFT = 34;
const BOTTOM = 18;
const TOP = 8;
const RIGHT = 8;

/** @param {any} ui @param {any[]} runs @param {"right" | "loss"} kind */
export function curvesView(ui, runs, kind) {
  const { words } = ui;
  const svg = s("svg", { class: "heed-chart-lines", role: "img" });
  const grid = s("g", { class: "heed-grid-lines" });
  const cursor = s("line", { class: "heed-cursor" });
  const lines = runs.map((_, n) =>
    (kind === "right" ? ["held"] : ["trained", "held"]).map((what) =>
      s("path", { class: `heed-course heed-${what} heed-run-${n}` }),
    ),
  );
  svg.append(grid, ...lines.flat(), cursor);
  let wide = 300;
  let high = 130;

  function layout(width, height) {
    [wide, high] = [width, height];
    set(svg, { width, height });
  }

  function update(at) {
    const updates = Math.max(1, ...runs.map((one) => one.updates));
    const drawn = runs.map(({ frames }) =>
      kind === "right" ? [curve(frames, 4)] : [curve(frames, 2), curve(frames, 3)],
    );
    const values = drawn
      .flat(2)
      .map(([, value]) => value)
      .filter(Number.isFinite);
    const most = kind === "right" ? 100 : Math.max(1, ...values.slice(0, 4000));
    const x = (one) => LEFT + ((wide - LEFT - RIGHT) * one) / updates;
    const y = (one) => TOP + (high - TOP - BOTTOM) * (1 - Math.min(1, one / most));
    const across = kind === "right" ? [0, 50, 100] : ticks(most);
    grid.replaceChildren(
      ...across.flatMap((one) => [
        s("line", { x1: LEFT, x2: wide - RIGHT, y1: y(one), y2: y(one) }),
        s("text", { x: LEFT - 5, y: y(one) + 4, "text-anchor": "end" }, String(one)),
      ]),
      ...ticks(updates).map((one) =>
        s(
          "text",
          {
            x: x(one),
            y: high - 4,
            "text-anchor": one ? (one === updates ? "end" : "middle") : "start",
          },
          one.toLocaleString(ui.language),
        ),
      ),
    );
    drawn.forEach((some, n) =>
      some.forEach((points, k) => {
        const path = points.map(
          ([a, b], i) => `${i ? "L" : "M"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`,
        );
        lines[n][k].setAttribute("d", path.join("") || "M0 0");
      }),
    );
    set(cursor, { x1: x(at), x2: x(at), y1: TOP, y2: high - BOTTOM });
    svg.setAttribute("aria-label", words[`chart_${kind}`]);
  }

  const node = h(
    "figure",
    { class: "heed-chart" },
    h(
      "figcaption",
      {},
      words[`chart_${kind}`],
      kind === "loss" ? h("small", {}, words.chart_loss_lines) : null,
    ),
    svg,
  );
  return { node, layout, update };
}
