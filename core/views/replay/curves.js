// Quality and loss over the updates, a line a training, and where the film is.

import { counted, h, s, set } from "../../stage/dom.js";
import { ticks } from "../live/read.js";
import { curve, place } from "./read.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [36, 12, 8, 20];

/** @param {any} ui @param {any} data @param {"figure" | "held_out_loss" | "sharpness"} key
 * @param {string} title @param {boolean} powers */
export function curvesView(ui, data, key, title, powers) {
  const svg = s("svg", { class: "heed-replay-chart", role: "img", "aria-label": title });
  const node = h("figure", { class: "heed-chart" }, h("figcaption", {}, title), svg);
  const lines = data.films.map((film) => curve(film.moments, key));
  const last = Math.max(...data.films.flatMap((film) => film.moments.map((one) => one.update)));
  const most = 1.04 * Math.max(1e-9, ...lines.flat().map(([, value]) => value));
  const shown = lines.some((line) => line.length);
  node.hidden = !shown;

  function update(at) {
    const wide = Math.max(220, node.clientWidth || 380);
    const high = ui.large ? 150 : 112;
    set(svg, { width: wide, height: high });
    const x = (one) => LEFT + (wide - LEFT - RIGHT) * place(one, last, powers);
    const y = (one) => TOP + (high - TOP - BOTTOM) * (1 - one / most);
    const across = powers ? [1, 8, 64, 512, 4096].filter((one) => one < 0.6 * last) : ticks(last);
    svg.replaceChildren(
      ...ticks(most)
        .filter((one) => one <= most)
        .flatMap((one) => [
          s("line", { class: "heed-level", x1: LEFT, x2: wide - RIGHT, y1: y(one), y2: y(one) }),
          s("text", { x: LEFT - 5, y: y(one) + 4, "text-anchor": "end" }, String(one)),
        ]),
      ...[...across.filter((one) => one <= last), ...(powers ? [last] : [])].map((one) =>
        s(
          "text",
          { x: x(one), y: high - 4, "text-anchor": one ? "middle" : "start" },
          counted(ui.language, one),
        ),
      ),
      s("line", { class: "heed-here", x1: x(at), x2: x(at), y1: TOP, y2: high - BOTTOM }),
      ...lines.flatMap((line, n) => [
        s("path", {
          class: `heed-film-line heed-film-${n}`,
          d: line.map(([a, b], i) => `${i ? "L" : "M"}${x(a)} ${y(b)}`).join("") || "M0 0",
        }),
        ...line
          .filter(([a]) => a <= at)
          .slice(-1)
          .map(([a, b]) =>
            s("circle", { class: `heed-film-dot heed-film-${n}`, cx: x(a), cy: y(b), r: 3.6 }),
          ),
      ]),
    );
  }

  return { node, update };
}
