// Building elements. Text only ever enters as text, so whatever a person typed stays text.

const SVG = "http://www.w3.org/2000/svg";
const MATH = "http://www.w3.org/1998/Math/MathML";
const MATH_TAGS = new Set(["math", "mrow", "mi", "mo", "mn", "mtext", "msub", "msup", "msubsup",
  "mover", "munder", "munderover", "mfrac", "msqrt", "mroot", "mstyle", "mspace", "mpadded"]);

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child != null));
  return node;
}

const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

// [tag, text or child, ...] -> MathML.
function math([tag, ...rest]) {
  const node = document.createElementNS(MATH, MATH_TAGS.has(tag) ? tag : "mrow");
  node.append(...rest.map((part) => (Array.isArray(part) ? math(part) : part)));
  return node;
}

// A piece with the mark of its word's start standing back.
function piece(text) {
  if (!text.startsWith("▁")) return [text];
  return [h("span", { class: "heed-mark", title: null }, "▁"), text.slice(1)];
}

const minus = (text) => text.replace("-", "−");
const fixed = (value, digits) => (Number.isFinite(value) ? minus(value.toFixed(digits)) : value > 0 ? "∞" : "−∞");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));

// A vector as a colour strip; hovering tells dimension and value. `update(values, limit)` redraws.
function strip(ui, className, name) {
  const canvas = h("canvas", { class: `heed-strip ${className || ""}`, role: "img", "aria-label": name });
  let shown = [];
  canvas.addEventListener("mousemove", (event) => {
    if (!shown.length) return;
    const box = canvas.getBoundingClientRect();
    const d = Math.min(shown.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * shown.length)));
    ui.tip(event, [fill(ui.words.dimension, { index: d + 1, size: shown.length }), fixed(shown[d], 4)]);
  });
  canvas.addEventListener("mouseleave", () => ui.tip(null));
  canvas.update = (values, limit) => {
    shown = values;
    if (canvas.width !== values.length) canvas.width = values.length;
    canvas.height = 1;
    const paint = canvas.getContext("2d");
    values.forEach((value, i) => {
      paint.fillStyle = signedColour(value, limit, ui.theme());
      paint.fillRect(i, 0, 1, 1);
    });
  };
  return canvas;
}
