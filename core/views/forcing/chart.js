// The log-probability of the reference's tokens, step by step, in each way that there is.

import { fill, fixed, h, s, set } from "../../stage/dom.js";
import { lowest, nats, points } from "./read.js";

const LEFT = 40;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 24;
const HIGH = 150;

/** @param {any} ui @param {any} data @param {number} steps */
export function chartView(ui, data, steps) {
  const { words } = ui;
  const svg = s("svg", { class: "heed-loss-chart", role: "img" });
  const most = lowest(data.columns.map((one) => one.log_probs));
  const legend = h(
    "p",
    { class: "heed-legend" },
    data.columns.map(({ kind }) =>
      h("span", { class: `heed-line-${kind}` }, h("i", {}), words[`line_${kind}`]),
    ),
  );
  const node = h("figure", { class: "heed-chart" }, h("figcaption", {}, words.chart), svg, legend);

  function update() {
    const wide = Math.max(260, node.clientWidth || 420);
    const high = ui.large ? 200 : HIGH;
    const x = (step) => LEFT + ((wide - LEFT - RIGHT) * (step + 0.5)) / steps;
    const y = (value) => TOP + ((high - TOP - BOTTOM) * -value) / most;
    set(svg, { width: wide, height: high });
    const levels = [0, -most / 2, -most];
    const every = Math.ceil(steps / 14);
    svg.replaceChildren(
      ...levels.flatMap((one) => [
        s("line", { class: "heed-level", x1: LEFT, x2: wide - RIGHT, y1: y(one), y2: y(one) }),
        s(
          "text",
          { x: LEFT - 6, y: y(one) + 4, "text-anchor": "end" },
          fixed(one, most % 2 ? 1 : 0),
        ),
      ]),
      s("line", { class: "heed-here", x1: x(ui.now), x2: x(ui.now), y1: TOP, y2: high - BOTTOM }),
      ...Array.from({ length: steps }, (_, t) => t)
        .filter((t) => t % every === 0)
        .map((t) => s("text", { x: x(t), y: high - 6, "text-anchor": "middle" }, String(t + 1))),
      ...data.columns.flatMap(({ kind, log_probs }) => {
        const line = points(log_probs);
        const path = line.map(([t, v], i) => `${i ? "L" : "M"}${x(t)} ${y(v)}`).join("");
        return [
          s("path", { class: `heed-way-line heed-line-${kind}`, d: path || "M0 0" }),
          ...line.map(([t, v]) =>
            s("circle", { class: `heed-way-dot heed-line-${kind}`, cx: x(t), cy: y(v), r: 2.6 }),
          ),
        ];
      }),
    );
    const values = data.columns
      .map(({ kind, log_probs }) => `${words[`line_${kind}`]} ${nats(log_probs[ui.now])}`)
      .join(", ");
    svg.setAttribute(
      "aria-label",
      `${words.chart}. ${fill(words.chart_now, { step: ui.now + 1 })} ${values}`,
    );
  }

  return { node, update };
}
