// All keys as points: how they lie to the query against how long they are.

import { cut, fixed, h, label, s, set, textWidth } from "../../stage/dom.js";
import { highest } from "./ranks.js";

// Every key by its direction and its length; on one curve lies one score.
export function mapView(ui, cell) {
  const { words } = ui;
  const size = ui.large ? 16 : 12.5;
  const bottom = 46;
  const left = ui.large ? 58 : 46;
  const top = 30;
  const right = 16;
  const svg = s("svg", { class: "heed-apart-map", role: "img", "aria-label": words.map_label });
  const node = h("div", {}, svg);
  const norms = Array.from(cell.norms.keys);
  let dots = [];

  function span(values, least) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const pad = Math.max(0.12 * (high - low), least);
    return [low - pad, high + pad];
  }
  /** @param {number[]} range */
  const ticks = ([low, high], count) => {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5].find((one) => one * power >= rough) || 10);
    return Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, i) => [
      (Math.ceil(low / step) + i) * step,
      Math.max(0, -Math.floor(Math.log10(step))),
    ]);
  };

  function draw() {
    const width = Math.max(240, node.clientWidth || 430);
    const height = ui.large ? 430 : 352;
    const across = span(Array.from(cell.met), 0.02);
    const up = span(norms, 0.02 * Math.max(...norms));
    up[0] = Math.max(0, up[0]);
    const x = (v) => left + ((v - across[0]) / (across[1] - across[0])) * (width - left - right);
    const y = (v) => height - bottom - ((v - up[0]) / (up[1] - up[0])) * (height - bottom - top);
    set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    const line = (x1, y1, x2, y2, className) => s("line", { x1, y1, x2, y2, class: className });
    const text = (x0, y0, anchor, said, className = "heed-apart-tick") =>
      s("text", { x: x0, y: y0, "text-anchor": anchor, "font-size": size, class: className }, said);
    const grid = [
      ...ticks(across, width < 340 ? 4 : 6).flatMap(([v, digits]) => [
        line(x(v), top, x(v), height - bottom, v === 0 ? "heed-apart-zero" : "heed-apart-line"),
        text(x(v), height - bottom + size + 5, "middle", fixed(v, digits)),
      ]),
      ...ticks(up, 5).flatMap(([v, digits]) => [
        line(left, y(v), width - right, y(v), "heed-apart-line"),
        text(left - 7, y(v) + size * 0.35, "end", fixed(v, digits)),
      ]),
      text(width - right, height - 6, "end", `${words.cosine} →`, "heed-apart-axis"),
      text(4, size + 2, "start", `↑ ${words.length_key}`, "heed-apart-axis"),
    ];
    // score · divisor = ‖probe‖ · ‖key‖ · cos: one score is one curve.
    const curve = (score, className) => {
      const product = (score * cell.divisor) / cell.norms.probe;
      const points = [];
      for (let i = 0; i <= 160; i += 1) {
        const cosine = across[0] + ((across[1] - across[0]) * i) / 160;
        const length = product / cosine;
        if (Number.isFinite(length) && length >= up[0] && length <= up[1])
          points.push(`${x(cosine).toFixed(1)},${y(length).toFixed(1)}`);
      }
      return points.length > 1
        ? s("polyline", { points: points.join(" "), class: className })
        : null;
    };
    const best = highest(cell.own);
    const curves = cell.probe
      ? [
          ...ticks([Math.min(...cell.own), Math.max(...cell.own)], 5).map(([score]) =>
            curve(score, "heed-apart-curve"),
          ),
          curve(cell.own[ui.column], "heed-apart-curve heed-apart-own"),
        ].filter(Boolean)
      : [];
    const taken = norms.map((norm, j) => [
      x(cell.met[j]) - 4,
      y(norm) - 4,
      x(cell.met[j]) + 4,
      y(norm) + 4,
    ]);
    const order = norms
      .map((_, j) => j)
      .sort(
        (a, b) =>
          Number(b === ui.column) - Number(a === ui.column) ||
          Number(b === best) - Number(a === best) ||
          cell.weights[b] - cell.weights[a],
      );
    const labels = [];
    const radius = (j) => (ui.large ? 5 : 4) + 9 * Math.sqrt(cell.weights[j]);
    for (const j of order) {
      // a name where there is room for one
      const name = cut(cell.source[j].piece, size, 110);
      const wide = textWidth(name, size) + 4;
      const r = radius(j) + 4;
      /** @type {[number, number, string][]} */
      const places = [
        [r, 0, "start"],
        [-r, 0, "end"],
        [0, -r - 2, "middle"],
        [0, r + size, "middle"],
      ];
      const free = places
        .map(([dx, dy, anchor]) => {
          const px = x(cell.met[j]) + dx;
          const py = y(norms[j]) + dy;
          const from = anchor === "start" ? px : anchor === "end" ? px - wide : px - wide / 2;
          return {
            px,
            py: dy ? py - (dy > 0 ? 3 : 0) : py + size * 0.35,
            anchor,
            box: [from, py - size * 0.7, from + wide, py + size * 0.5],
          };
        })
        .find(
          ({ box }) =>
            box[0] > left &&
            box[2] < width &&
            box[1] > 0 &&
            taken.every(
              (one) => box[2] < one[0] || box[0] > one[2] || box[3] < one[1] || box[1] > one[3],
            ),
        );
      if (!free) continue;
      taken.push(free.box);
      const node = text(
        free.px,
        free.py,
        free.anchor,
        "",
        `heed-label heed-source${j === ui.column ? " heed-apart-chosen" : ""}`,
      );
      label(node, name);
      if (ui.tongues) node.setAttribute("lang", ui.tongues.source);
      labels.push(node);
    }
    dots = norms.map((norm, j) =>
      s("circle", {
        cx: x(cell.met[j]),
        cy: y(norm),
        r: radius(j),
        class: `heed-apart-dot${j === ui.column ? " heed-apart-chosen" : ""}`,
        "data-source": j,
        onclick: () => ui.choose(j),
        onmouseleave: () => {
          ui.tip(null);
          ui.point(null);
        },
        onmousemove: (event) => {
          ui.point(j);
          ui.tip(event, ui.told(j));
        },
      }),
    );
    svg.replaceChildren(
      ...grid,
      ...curves,
      ...order
        .slice()
        .reverse()
        .map((j) => dots[j]),
      ...labels,
    );
  }
  return {
    node,
    update: draw,
    layout() {},
    light: (j) => dots.forEach((dot, i) => dot.classList.toggle("heed-lit", i === j)),
  };
}
