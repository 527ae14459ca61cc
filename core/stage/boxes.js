// What stands on the screen as a drawing: boxes, texts and pictures at their places, in plain SVG
// that any program for slides understands.

import { s } from "./dom.js";
import { drawable, styled } from "./sheet.js";

// What only somebody at the screen can use.
const LEFT_OUT =
  ".heed-help, .heed-segments, .heed-toggle, .heed-menu, .heed-tip, .heed-live, .heed-player," +
  " .heed-sight, .heed-beyond, .heed-actions, input, select, textarea, style, summary";
const CLEAR = /^(transparent|rgba\(.*,\s*0\))$/;

let measuring;
// How far below its top a line of text has its baseline.
function baseline(style, height) {
  measuring ||= document.createElement("canvas").getContext("2d");
  measuring.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measuring.measureText("x");
  return (height - up - down) / 2 + up;
}

/** The lines of a text as they stand: words that share a line, from left to right.
 * @param {Text} node @returns {{ text: string, box: DOMRect }[]} */
function linesOf(node) {
  const range = document.createRange();
  const lines = [];
  for (const { 0: word, index } of node.data.matchAll(/\S+\s*/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.trimEnd().length);
    const box = range.getClientRects()[0];
    if (!box?.width) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.box.top - box.top) < 2 && box.left >= last.box.left)
      last.text += word;
    else lines.push({ text: word, box });
  }
  return lines;
}

/** The element and all that is in it, as it stands on the screen, in a group whose origin is the
 * element's corner. @param {Element} panel */
export function boxesOf(panel) {
  const origin = panel.getBoundingClientRect();
  const group = s("g", {});
  const at = (box) => ({ x: box.left - origin.left, y: box.top - origin.top });
  const size = ({ width, height }) => ({ width, height });

  function box(node, style) {
    const place = node.getBoundingClientRect();
    if (!place.width || !place.height) return;
    const ground = CLEAR.test(style.backgroundColor) ? "none" : style.backgroundColor;
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => ({
      wide: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]),
      colour: style[`border${side}Color`],
      dashed: style[`border${side}Style`] === "dashed",
    }));
    const [one] = sides;
    const even =
      one.wide && sides.every(({ wide, colour }) => wide === one.wide && colour === one.colour);
    const inset = even ? one.wide / 2 : 0;
    const { x, y } = at(place);
    if (ground !== "none" || even)
      group.append(
        s("rect", {
          x: x + inset,
          y: y + inset,
          width: Math.max(0, place.width - 2 * inset),
          height: Math.max(0, place.height - 2 * inset),
          rx: Math.min(parseFloat(style.borderTopLeftRadius) || 0, place.height / 2),
          fill: ground,
          stroke: even ? one.colour : null,
          "stroke-width": even ? one.wide : null,
          "stroke-dasharray": even && one.dashed ? "5 4" : null,
          opacity: style.opacity === "1" ? null : style.opacity,
        }),
      );
    if (even) return;
    const [right, bottom] = [x + place.width, y + place.height];
    const ends = [
      [x, y, right, y],
      [right, y, right, bottom],
      [x, bottom, right, bottom],
      [x, y, x, bottom],
    ];
    sides.forEach(({ wide, colour }, i) => {
      if (!wide || CLEAR.test(colour)) return;
      const [x1, y1, x2, y2] = ends[i];
      group.append(s("line", { x1, y1, x2, y2, stroke: colour, "stroke-width": wide }));
    });
  }

  function text(node, style) {
    for (const { text: words, box: place } of linesOf(node)) {
      const { x, y } = at(place);
      const shown = style.textTransform === "uppercase" ? words.toUpperCase() : words;
      group.append(
        s(
          "text",
          {
            x,
            y: y + baseline(style, place.height),
            fill: style.color,
            "font-family": style.fontFamily,
            "font-size": style.fontSize,
            "font-weight": style.fontWeight,
            "font-style": style.fontStyle === "normal" ? null : style.fontStyle,
            "letter-spacing": style.letterSpacing === "normal" ? null : style.letterSpacing,
            opacity: style.opacity === "1" ? null : style.opacity,
          },
          drawable(shown.trimEnd()),
        ),
      );
    }
  }

  function picture(node) {
    const place = { ...at(node.getBoundingClientRect()), ...size(node.getBoundingClientRect()) };
    const href = node.matches("canvas") ? node.toDataURL() : node.src;
    if (place.width && href.startsWith("data:"))
      group.append(
        s("image", { ...place, href, preserveAspectRatio: "none", style: "image-rendering:auto" }),
      );
  }

  function drawing(node) {
    const place = node.getBoundingClientRect();
    if (!place.width) return;
    const copy = styled(node);
    for (const [name, value] of Object.entries({ ...at(place), ...size(place) }))
      copy.setAttribute(name, String(value));
    if (!copy.hasAttribute("viewBox"))
      copy.setAttribute("viewBox", `0 0 ${place.width} ${place.height}`);
    copy.setAttribute("overflow", "visible");
    copy.removeAttribute("style");
    group.append(copy);
  }

  function walk(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      const style = getComputedStyle(node.parentElement);
      if (style.visibility !== "hidden") text(node, style);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT)) return;
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden") return;
    if (node.matches("canvas, img")) picture(node);
    else if (node.namespaceURI === group.namespaceURI) drawing(node);
    else {
      box(node, style);
      node.childNodes.forEach(walk);
    }
  }

  panel.namespaceURI === group.namespaceURI ? drawing(panel) : panel.childNodes.forEach(walk);
  return { group, width: origin.width, height: origin.height };
}
