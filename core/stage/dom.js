// Building elements. Text only ever enters as text, so whatever a person typed stays text.

import { paintSigned } from "./colours.js";

export const SVG = "http://www.w3.org/2000/svg";
const MATH = "http://www.w3.org/1998/Math/MathML";
const MATH_TAGS = new Set([
  "math",
  "mrow",
  "mi",
  "mo",
  "mn",
  "mtext",
  "msub",
  "msup",
  "msubsup",
  "mover",
  "munder",
  "munderover",
  "mfrac",
  "msqrt",
  "mroot",
  "mstyle",
  "mspace",
  "mpadded",
]);
export const FONT = [
  '"Source Sans"',
  '"Noto Sans KR"',
  '"Apple SD Gothic Neo"',
  '"Malgun Gothic"',
  '"Noto Sans CJK KR"',
  "system-ui",
  "sans-serif",
].join(", ");

export function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child != null));
  return node;
}

export const h = (tag, attributes, ...children) =>
  build(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) =>
  build(document.createElementNS(SVG, tag), attributes, children);

export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

// [tag, text or child, ...] -> MathML. A tag that is not known becomes a plain row.
/** @param {import("./types").Formula} formula
 * @returns {Element} */
export function math([tag, ...rest]) {
  const node = document.createElementNS(MATH, MATH_TAGS.has(tag) ? tag : "mrow");
  node.append(...rest.map((part) => (Array.isArray(part) ? math(part) : part)));
  return node;
}

// A piece with the mark of its word's start standing back.
export function piece(text) {
  const parts = text.split("▁");
  return parts.flatMap((part, i) => (i ? [h("span", { class: "heed-mark" }, "▁"), part] : [part]));
}

// A token or a text of one side, "source" or "target", in its language, as screen readers hear it.
/** @param {any} ui @param {string} side */
export const spoken = (ui, side, ...children) =>
  h("bdi", { lang: ui.tongues?.[side] }, ...children);

// A piece inside a drawing; only what changed is written again.
export function label(node, text) {
  if (node.shown === text) return;
  node.shown = text;
  node.replaceChildren(
    ...text.split("▁").flatMap((part, i) => (i ? [s("tspan", {}, "▁"), part] : [part])),
  );
}

export const minus = (text) => text.replace("-", "−");
export const fixed = (value, digits) =>
  Number.isFinite(value)
    ? minus(value.toFixed(digits))
    : Number.isNaN(value)
      ? "–"
      : value > 0
        ? "∞"
        : "−∞";
// As it is shown; zero has no minus.
export const rounded = (value, digits) => Number(value.toFixed(digits)) + 0;
/** The names of what holds, as a `class` has them. @param {Record<string, unknown>} which */
export const classes = (which) =>
  Object.keys(which)
    .filter((name) => which[name])
    .join(" ");
// A difference as anybody takes it from the two numbers that are shown.
export const apart = (from, to, digits) =>
  rounded(rounded(to, digits) - rounded(from, digits), digits);
export const signed = (value, digits) =>
  `${rounded(value, digits) > 0 ? "+" : ""}${fixed(rounded(value, digits), digits)}`;
// A probability is never nothing.
export const chance = (p, digits = 3) =>
  p < 0.5 * 10 ** -digits ? `<${(10 ** -digits).toFixed(digits)}` : fixed(p, digits);

/** @param {string} kind @param {(language: string) => any} make */
const once = (kind, make) => (/** @type {string} */ language) => {
  const name = `${kind} ${language}`;
  if (!known.has(name)) known.set(name, make(language));
  return known.get(name);
};
/** @type {Map<string, any>} */
const known = new Map();
const pluralsOf = once("plurals", (language) => new Intl.PluralRules(language));
const numbersOf = once("numbers", (language) => new Intl.NumberFormat(language));

/** A count as a reader of that language writes it.
 * @param {string} language @param {number} number @returns {string} */
export const counted = (language, number) => numbersOf(language).format(number);

/** A text with its values: of a plural the form that its number takes (see core/words).
 * @param {string | import("./types").Plural} text @param {Record<string, any>} values
 * @returns {string} */
export function fill(text, values) {
  if (typeof text === "string")
    return text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  const by = text.by ?? "count";
  const form = text[pluralsOf(text.language).select(values[by])] ?? text.other;
  return fill(form, { ...values, [by]: counted(text.language, values[by]) });
}

// A label with what it means where nobody would guess: the end mark as our vocabularies write it.
const END = "</s>";
export const nameOf = (ui, label) =>
  label === END ? `${END} (${ui.words.end_of_sentence})` : label;
// The same for tokens shown as one.
export const groupName = (ui, { label, joins }) =>
  joins ? `${label} (${ui.words.joins})` : nameOf(ui, label);

let measuring;
export function textWidth(text, size) {
  measuring ||= document.createElement("canvas").getContext("2d");
  measuring.font = `600 ${size}px ${FONT}`;
  return measuring.measureText(text).width;
}

// Where a box scrolls to, so that it begins with a whole row or column of that size.
export const whole = (place, each) => Math.max(0, Math.round(place / each) * each);

// As much of a label as has room, by whole characters.
export function cut(label, size, room) {
  if (textWidth(label, size) <= room) return label;
  const letters = Array.from(label);
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, size) > room) letters.pop();
  return `${letters.join("")}…`;
}

/** The end of a scale: one decimal, or two digits where it is below one.
 * @param {number} limit */
export const bound = (limit) =>
  fixed(limit, limit >= 1 || limit <= 0 ? 1 : 1 - Math.floor(Math.log10(limit)));

/** The fewest digits that tell `value` as far as half precision knows it: within half of its last
 * place.
 * @param {number} value */
export function half(value) {
  if (value === 0 || !Number.isFinite(value)) return fixed(value, 0);
  const place = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  let digits = 0;
  while (Math.abs(Number(value.toFixed(digits)) - value) > place / 2) digits += 1;
  return fixed(value, digits);
}

// A vector as a colour strip; hovering tells dimension and value, as `told` writes it.
// `update(values, limit)` redraws.
export function strip(ui, className, name, told = (value) => fixed(value, 4)) {
  const canvas = h("canvas", {
    class: `heed-strip ${className || ""}`,
    role: "img",
    "aria-label": name,
  });
  let shown = [];
  canvas.addEventListener("mousemove", (event) => {
    if (!shown.length) return;
    const box = canvas.getBoundingClientRect();
    const d = Math.min(
      shown.length - 1,
      Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * shown.length)),
    );
    ui.tip(event, [
      name,
      fill(ui.words.dimension, { index: d + 1, size: shown.length }),
      told(shown[d]),
    ]);
  });
  canvas.addEventListener("mouseleave", () => ui.tip(null));
  canvas.update = (values, limit) => {
    shown = values;
    paintSigned(canvas, values, limit, ui.theme());
  };
  return canvas;
}

// A question mark that opens an explanation.
export function help(text, about) {
  return h(
    "details",
    { class: "heed-help" },
    h("summary", { "aria-label": `${about}: ?`, title: about }, "?"),
    h("p", {}, text),
  );
}

// A button that shows the numbers as a table, or a list. `current(on)` says whether it does.
export function tableToggle(text, act) {
  const node = h(
    "button",
    { type: "button", class: "heed-toggle", "data-act": "table", onclick: act },
    text,
  );
  return { node, current: (on) => node.setAttribute("aria-pressed", String(on)) };
}

// Buttons of which one is pressed. `current(key)` moves the mark.
export function segments(label, options, act) {
  const buttons = options.map(([key, text]) => [
    key,
    h("button", { type: "button", onclick: () => act(key) }, text),
  ]);
  const node = h(
    "div",
    { class: "heed-segments", role: "group", "aria-label": label },
    buttons.map(([, button]) => button),
  );
  return {
    node,
    current: (now) =>
      buttons.forEach(([key, button]) => button.setAttribute("aria-pressed", String(key === now))),
  };
}
