// What every picture to take home is drawn on, and what makes a drawing stand by itself.

import { FONT, SVG, s } from "./dom.js";

const KEPT = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "fill-opacity",
  "paint-order",
  "opacity",
  "font-size",
  "font-weight",
  "font-family",
];

// XML knows no control characters and no halves of a pair; they are drawn as the sign for
// "unknown".
export const drawable = (text) =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");

// A drawing with the page's style written into it, so that it looks the same anywhere.
export function styled(svg) {
  const copy = svg.cloneNode(true);
  const from = [svg, ...svg.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    for (const key of KEPT) {
      const value = style.getPropertyValue(key);
      if (value && node !== svg) to[i].setAttribute(key, value);
    }
    for (const name of ["class", "tabindex", "role", "aria-label"]) to[i].removeAttribute(name);
    for (const child of to[i].childNodes)
      if (child.nodeType === Node.TEXT_NODE) child.data = drawable(child.data);
  });
  return copy;
}

// An empty picture to write words and put blocks and canvases on; `from(x, y)` says where they
// count from.
export function sheet(ui) {
  const out = s("svg", {
    xmlns: SVG,
    "font-family": FONT,
    style: "font-variant-ligatures:none",
    role: "img",
  });
  let origin = [0, 0];
  return {
    out,
    from: (x, y) => {
      origin = [x, y];
    },
    /**
     * @param {number} x
     * @param {number} y
     * @param {string | (string | Element)[]} text of words and what `typeset` makes of formulas
     * @param {{ size?: number, bold?: boolean, colour?: string, anchor?: string,
     *   transform?: string }} [looks]
     */
    write: (
      x,
      y,
      text,
      { size = 13, bold, colour: name = "--heed-ink", anchor = "start", transform } = {},
    ) =>
      out.append(
        s(
          "text",
          {
            x: x + origin[0],
            y: y + origin[1],
            "font-size": size,
            "font-weight": bold ? 600 : 400,
            fill: ui.colour(name),
            "text-anchor": anchor,
            transform:
              transform &&
              `translate(${origin}) ${transform} translate(${-origin[0]} ${-origin[1]})`,
          },
          [text].flat().map((part) => (typeof part === "string" ? drawable(part) : part)),
        ),
      ),
    block: ({ x, y, ...rest }) =>
      out.append(s("rect", { x: x + origin[0], y: y + origin[1], ...rest })),
    pixels: (canvas, { x, y, ...size }) =>
      out.append(
        s("image", {
          x: x + origin[0],
          y: y + origin[1],
          ...size,
          preserveAspectRatio: "none",
          style: "image-rendering:pixelated",
          href: canvas.toDataURL(),
        }),
      ),
  };
}
