// A region of a grid, outlined, and hatched where something lies behind a mask.

import { h, s } from "./dom.js";

export const PASSES = ["masked", "bare"]; // with a mask and without it

// `update(corners, hatched)`: corners [[column, row], …] in cells, or nothing to outline.
export function coverView(grid) {
  const under = s("path", { class: "heed-cover-under" });
  const outline = s("path", { class: "heed-cover-line" });
  const drawing = s("svg", { class: "heed-cover", "aria-hidden": "true" }, under, outline);
  const hatch = h("div", { class: "heed-cover heed-cover-hatch", hidden: true });
  const body = grid.node.querySelector(".heed-heat-body");
  body.querySelector("canvas").after(hatch, drawing);
  let corners = [];

  function layout() {
    const cells = body.querySelector("canvas");
    const each = parseFloat(cells.style.width) / grid.columns;
    for (const node of [drawing, hatch])
      Object.assign(node.style, { width: cells.style.width, height: cells.style.height });
    const at = corners.map(([x, y]) => [x * each, y * each]);
    for (const line of [under, outline])
      line.setAttribute("d", at.length ? `M${at.map((one) => one.join(" ")).join("L")}Z` : "");
    hatch.style.clipPath = at.length
      ? `polygon(${at.map(([x, y]) => `${x}px ${y}px`).join(", ")})`
      : "";
  }

  function update(now, hatched) {
    corners = now || [];
    hatch.hidden = !(hatched && corners.length);
    layout();
  }

  // The same as a shape, for a picture in which such a grid begins at x, y.
  function shape(light, drawn, x, y) {
    const [wide, tall] = drawn.size();
    const cells = drawn.node.querySelector("canvas");
    const [across, down] = [cells.style.width, cells.style.height].map(parseFloat);
    const each = across / grid.columns;
    const [left, top] = [x + wide - across - 34, y + tall - down - 4];
    return corners.length
      ? s("path", {
          d: `M${corners.map(([a, b]) => `${left + a * each} ${top + b * each}`).join("L")}Z`,
          fill: hatch.hidden ? "none" : light.colour("--heed-card"),
          "fill-opacity": 0.5,
          stroke: light.colour("--heed-target"),
          "stroke-width": 2,
          "stroke-dasharray": "6 4",
        })
      : "";
  }

  return { layout, update, shape };
}

// What lies right of the diagonal of a square: for each row, what comes after it.
export function aboveDiagonal(count) {
  const corners = [
    [1, 0],
    [count, 0],
  ];
  for (let i = count - 1; i > 0; i -= 1) corners.push([i + 1, i], [i, i]);
  return count > 1 ? corners : [];
}

// Fits maps to their frames, each with its cover and what says that more is to be seen.
export const layoutCovered = (maps) =>
  maps.forEach(({ grid, cover, sight }) => [grid, cover, sight].forEach((one) => one.layout()));
