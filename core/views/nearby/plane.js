// The plane: all the others as pale dots, the tokens of the sentence by name, and what is near to
// the one that is looked at.

import { fixed, h, s } from "../../stage/dom.js";
import { around, layout } from "./read.js";

const [WIDE, HIGH, MARGIN] = [640, 420, 34];

export function planeView(ui) {
  const { words } = ui;
  const canvas = h("canvas", { width: 2 * WIDE, height: 2 * HIGH, "aria-hidden": "true" });
  const drawing = s("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
  const node = h("div", { class: "heed-plane-of-states" }, canvas, drawing);
  let near = [];
  let named = [];

  function update() {
    const { points, cloud, near: all, tokens, side } = ui.own();
    const found = all[ui.at];
    const place = layout(
      [...cloud, ...points, ...found.map(({ at }) => at)].map((one) => Array.from(one)),
      WIDE,
      HIGH,
      MARGIN,
    );
    const paint = canvas.getContext("2d");
    paint.clearRect(0, 0, canvas.width, canvas.height);
    paint.fillStyle = ui.colour("--heed-border");
    paint.globalAlpha = 0.45;
    for (const one of cloud) {
      const [x, y] = place(one);
      paint.beginPath();
      paint.arc(2 * x, 2 * y, 2.6, 0, 7);
      paint.fill();
    }
    paint.globalAlpha = 1;
    const [x, y] = place(points[ui.at]);
    near = found.map((one, i) => {
      const [nx, ny] = place(one.at);
      const text = one.begin == null ? one.text : around(one.text, one.begin, one.end)[1];
      const group = s(
        "g",
        { class: "heed-near-point" },
        s("line", { x1: x, y1: y, x2: nx, y2: ny }),
        s("circle", { cx: nx, cy: ny, r: 5 }),
        s("text", { x: nx + 8, y: ny + 4 }, text),
      );
      group.addEventListener("mousemove", (event) => {
        ui.light(i);
        ui.tip(event, [one.text, fixed(one.cosine, 3)]);
      });
      group.addEventListener("mouseleave", () => {
        ui.light(null);
        ui.tip(null);
      });
      return group;
    });
    named = tokens.map((one, i) => {
      const [px, py] = place(points[i]);
      const group = s(
        "g",
        { class: `heed-own-point heed-near-${side}${i === ui.at ? " heed-chosen-point" : ""}` },
        s("circle", { cx: px, cy: py, r: i === ui.at ? 7 : 5 }),
        s("text", { x: px, y: py - 10, "text-anchor": "middle" }, one.text.trim() || one.piece),
      );
      group.addEventListener("click", () => ui.choose(i));
      return group;
    });
    drawing.setAttribute("aria-label", `${words.plane_title}: ${tokens[ui.at].piece}`);
    drawing.replaceChildren(...near, ...named, named[ui.at]);
    light();
  }

  const light = () =>
    near.forEach((group, i) => {
      group.classList.toggle("heed-lit", i === ui.lit);
    });
  const point = (at) =>
    named.forEach((group, i) => {
      group.classList.toggle("heed-pointed", i === at);
    });

  return { node, update, light, point };
}
