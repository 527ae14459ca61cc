// Figures with their intervals as lines: how often probes are right, by place or by length.

import { fill, fixed, h, s } from "../../stage/dom.js";

const [WIDE, HIGH, LEFT, BELOW, ABOVE] = [520, 230, 44, 40, 12];
const TASKS = ["state", "at its place", "control"];

/** Where a share stands between 0 and 1. @param {number} share */
export const upAt = (share) => ABOVE + (1 - share) * (HIGH - ABOVE - BELOW);

/** Where a number stands among all of them, from the least to the greatest.
 * @param {number} at @param {number[]} all */
export function alongAt(at, all) {
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = WIDE - LEFT - 16;
  return LEFT + (most > least ? (room * (at - least)) / (most - least) : room / 2);
}

/** The corners of a line, and those of the band of its intervals around it.
 * @param {{ at: number[], figures: any[] }} curve @param {number[]} all */
export function corners({ at, figures }, all) {
  const point = (number, share) => `${alongAt(number, all).toFixed(1)},${upAt(share).toFixed(1)}`;
  const along = (key) => at.map((number, i) => point(number, figures[i][key]));
  return {
    line: along("value").join(" "),
    band: [...along("low"), ...along("high").reverse()].join(" "),
  };
}

/** @param {any} ui @param {any[]} curves @param {string} title */
export function curveView(ui, curves, title) {
  const { words } = ui;
  const all = [...new Set(curves.flatMap(({ at }) => at))].sort((a, b) => a - b);
  const name = (task) => words[`task_${task.split(" ")[0]}`];
  const ordered = TASKS.flatMap((task) => curves.filter((one) => one.task === task));
  const drawing = s(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": title, class: "heed-curve" },
    [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      s("line", {
        x1: LEFT,
        x2: WIDE - 8,
        y1: upAt(share),
        y2: upAt(share),
        class: "heed-grid-line",
      }),
      s(
        "text",
        { x: LEFT - 8, y: upAt(share) + 4, "text-anchor": "end" },
        `${fixed(100 * share, 0)}%`,
      ),
    ]),
    all.map((at) =>
      s("text", { x: alongAt(at, all), y: HIGH - BELOW + 18, "text-anchor": "middle" }, String(at)),
    ),
    s("text", { x: (LEFT + WIDE) / 2, y: HIGH - 4, "text-anchor": "middle" }, title),
    ordered.flatMap((one) => {
      const { line, band } = corners(one, all);
      const kind = `heed-task-${one.task.split(" ")[0]}`;
      return [
        s("polygon", { points: band, class: `heed-band ${kind}` }),
        s("polyline", { points: line, class: `heed-line ${kind}` }),
        ...one.at.map((at, i) => dot(one, at, one.figures[i], kind)),
      ];
    }),
  );

  function dot(curve, at, figure, kind) {
    const told = fill(words.point, {
      task: name(curve.task),
      by: words[curve.by],
      at,
      value: fixed(100 * figure.value, 1),
      low: fixed(100 * figure.low, 1),
      high: fixed(100 * figure.high, 1),
      count: figure.count,
    });
    const node = s("circle", {
      cx: alongAt(at, all),
      cy: upAt(figure.value),
      r: 4,
      class: `heed-dot ${kind}`,
    });
    node.addEventListener("mousemove", (event) => ui.tip(event, [told]));
    node.addEventListener("mouseleave", () => ui.tip(null));
    return node;
  }

  return h(
    "figure",
    { class: "heed-curve-figure" },
    drawing,
    h(
      "figcaption",
      {},
      ordered.map(({ task }) =>
        h(
          "span",
          { class: `heed-key heed-task-${task.split(" ")[0]}` },
          h("i", { "aria-hidden": "true" }),
          name(task),
        ),
      ),
    ),
  );
}
