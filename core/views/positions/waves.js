// Positions drawn: their encoding and how alike they are, to walk through and to take home.

import { packed, SHADES } from "../../stage/colours.js";
import { cut, fill, fixed, h, s, set } from "../../stage/dom.js";
import { legend } from "../../stage/legend.js";
import { MARGIN, plate, scaleOn } from "../../stage/plates.js";

// A matrix as pixels, one a value, over -1 to 1.
function paintMatrix(canvas, rows, theme) {
  const wide = rows[0].length;
  const image = new ImageData(wide, rows.length);
  const pixels = new Uint32Array(image.data.buffer);
  const shades = packed[theme];
  const half = (SHADES - 1) / 2;
  rows.forEach((row, i) =>
    row.forEach((value, j) => {
      pixels[i * wide + j] =
        shades[Math.max(0, Math.min(SHADES - 1, Math.round(half + half * value)))];
    }),
  );
  Object.assign(canvas, { width: wide, height: rows.length });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Positions by something else: one position is chosen, by mouse, by arrows or from elsewhere.
export function positionsPicture(ui, { rows, label: about, className, tell, marked }) {
  const count = rows.length;
  const across = rows[0].length;
  const canvas = h("canvas", { class: "heed-order-pixels" });
  const line = h("div", { class: "heed-order-line" });
  const upto = h("div", {
    class: "heed-order-upto",
    title: fill(ui.words.upto, { count: marked }),
    style: `height:${Math.min(100, (100 * marked) / count)}%`,
  });
  const node = h(
    "div",
    {
      class: `heed-order-picture ${className}`,
      role: "slider",
      tabindex: 0,
      "aria-label": about,
      "aria-valuemin": 0,
      "aria-valuemax": count - 1,
    },
    canvas,
    upto,
    line,
  );
  const ticks = h(
    "div",
    { class: "heed-order-ticks", "aria-hidden": "true" },
    Array.from({ length: Math.ceil(count / 10) }, (_, i) =>
      h("span", { style: `top:${(100 * (10 * i + 0.5)) / count}%` }, String(10 * i)),
    ),
  );
  let column = 0;
  node.addEventListener("mousemove", (event) => {
    const box = canvas.getBoundingClientRect();
    const at = (place, size, total) =>
      Math.max(0, Math.min(total - 1, Math.floor((place / size) * total)));
    column = at(event.clientX - box.left, box.width, across);
    const place = at(event.clientY - box.top, box.height, count);
    ui.tip(event, tell(place, column));
  });
  node.addEventListener("mouseleave", () => ui.tip(null));
  node.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    ui.choose(Math.floor(((event.clientY - box.top) / box.height) * count));
  });
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const to = { ArrowUp: ui.place - 1, ArrowDown: ui.place + 1, Home: 0, End: count - 1 }[
      event.key
    ];
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (to == null && !step) return;
    event.preventDefault();
    if (step) column = Math.max(0, Math.min(across - 1, column + step));
    else ui.choose(to);
    ui.say(tell(ui.place, column).join(", "));
  });

  function update() {
    paintMatrix(canvas, rows, ui.theme());
    Object.assign(line.style, { top: `${(100 * ui.place) / count}%`, height: `${100 / count}%` });
    set(node, { "aria-valuenow": ui.place, "aria-valuetext": ui.placeName(ui.place) });
  }

  return { node: h("div", { class: "heed-order-framed" }, ticks, node), update };
}

// The cosine of the chosen position with every other, as a curve; `ink` gives a colour its name.
export function similarityCurve(ui, rows, ink = (name) => `var(${name})`) {
  const wide = 400;
  const tall = 140;
  const count = rows.length;
  const low = Math.min(0, ...rows.map((row) => Math.floor(2 * Math.min(...row)) / 2));
  const left = 34;
  const bottom = tall - 32;
  const x = (j) => left + ((wide - left - 10) * j) / (count - 1);
  const y = (value) => 8 + ((bottom - 8) * (1 - value)) / (1 - low);
  const text = (at, down, words, anchor = "middle") =>
    s(
      "text",
      {
        x: at,
        y: down,
        "text-anchor": anchor,
        "font-size": ui.large ? 14 : 11,
        fill: ink("--heed-mute"),
      },
      words,
    );
  const across = [...new Set([1, 0, low])].flatMap((value) => [
    s("line", { x1: left, x2: wide - 10, y1: y(value), y2: y(value), stroke: ink("--heed-line") }),
    text(left - 6, y(value) + 4, fixed(value, Number.isInteger(value) ? 0 : 1), "end"),
  ]);
  const along = Array.from({ length: Math.ceil(count / 10) }, (_, i) =>
    text(x(10 * i), bottom + 14, String(10 * i)),
  );
  const curve = s("path", { fill: "none", stroke: ink("--heed-source"), "stroke-width": 2 });
  const here = s("line", {
    y1: 4,
    y2: bottom,
    stroke: ink("--heed-ring"),
    "stroke-width": 1.5,
    "stroke-dasharray": "3 3",
  });
  const node = s(
    "svg",
    {
      class: "heed-order-similar",
      viewBox: `0 0 ${wide} ${tall}`,
      role: "img",
      "aria-label": ui.words.curve_label,
    },
    across,
    along,
    text((left + wide) / 2, tall - 3, ui.words.place_head),
    here,
    curve,
  );
  const update = () => {
    curve.setAttribute(
      "d",
      `M${Array.from(rows[ui.place], (value, j) => `${x(j)} ${y(value)}`).join("L")}`,
    );
    set(here, { x1: x(ui.place), x2: x(ui.place) });
  };
  return { node, update, size: [wide, tall] };
}

// The scale of both pictures: -1 to 1.
export function waveScale(ui, name) {
  const scale = legend(
    Object.assign(Object.create(ui), {
      kind: "signed",
      limit: 1,
      words: { ...ui.words, score: name },
    }),
  );
  scale.node.classList.add("heed-order-scale");
  return scale;
}

// A matrix on a sheet, `cell` wide and tall, with the numbers of its positions and the sentence's
// pieces.
function matrixOn(paper, words, rows, source, left, [wide, tall]) {
  const canvas = document.createElement("canvas");
  paintMatrix(canvas, rows, "light");
  paper.pixels(canvas, {
    x: left,
    y: paper.top,
    width: wide * rows[0].length,
    height: tall * rows.length,
  });
  rows.forEach((_, place) => {
    const y = paper.top + (place + 0.5) * tall + 4;
    if (place % 5 === 0 || place < source.length)
      paper.write(left - 8, y, String(place), { size: 10, anchor: "end", colour: "--heed-mute" });
    if (place < source.length)
      paper.write(left - 30, y, cut(source[place].piece, 10, left - MARGIN - 34), {
        size: 10,
        anchor: "end",
        colour: "--heed-source",
        bold: true,
      });
  });
  paper.write(left - 8, paper.top - 8, words.place_head, {
    size: 11,
    anchor: "end",
    colour: "--heed-mute",
  });
}

export function encodingPlate(ui, data, encoding, source, notes) {
  const { words } = ui;
  const count = encoding.length;
  const size = encoding[0].length;
  const left = 150;
  const wide = Math.max(2, Math.floor(800 / size));
  const tall = 12;
  const paper = plate(ui, data, words.picture, [], left + wide * size + MARGIN);
  matrixOn(paper, words, encoding, source, left, [wide, tall]);
  const under = paper.top + count * tall;
  const name = (text, y) =>
    paper.write(left - 8, y, text, { size: 11, anchor: "end", colour: "--heed-mute" });
  name(words.dimension_head, under + 18);
  name(words.wavelength, under + 34);
  for (let i = 0; i <= 4; i += 1) {
    const d = Math.min(size - 1, Math.round((i * size) / 4));
    const anchor = i === 4 ? "end" : i ? "middle" : "start";
    const x = left + (i === 4 ? size * wide : (d + i / 8) * wide);
    paper.write(x, under + 18, String(d + 1), { size: 11, anchor });
    paper.write(x, under + 34, fixed(wavelength(d, size), 1), { size: 11, anchor });
  }
  scaleOn(paper, left, under + 54, words.value);
  return paper.done(under + 76, notes);
}

export function similarityPlate(ui, data, similarity, source, about, notes) {
  const { words } = ui;
  const count = similarity.length;
  const left = 150;
  const each = 10;
  const curve = similarityCurve(ui, similarity, ui.colour);
  const paper = plate(ui, data, words.similar, [], left + each * count + MARGIN);
  matrixOn(paper, words, similarity, source, left, [each, each]);
  const under = paper.top + count * each;
  for (let place = 0; place < count; place += 5)
    paper.write(left + (place + 0.5) * each, under + 16, String(place), {
      size: 10,
      anchor: "middle",
      colour: "--heed-mute",
    });
  paper.write(left - 8, under + 16, words.place_head, {
    size: 11,
    anchor: "end",
    colour: "--heed-mute",
  });
  scaleOn(paper, left, under + 34, words.cosine);
  paper.write(left, under + 74, about, { bold: true });
  curve.update();
  set(curve.node, {
    x: left,
    y: under + 82,
    width: 1.15 * curve.size[0],
    height: 1.15 * curve.size[1],
  });
  for (const attribute of ["class", "role", "aria-label"]) curve.node.removeAttribute(attribute);
  paper.out.append(curve.node);
  return paper.done(under + 92 + 1.15 * curve.size[1], notes);
}

// Of the pair of dimensions that dimension `d` (from 0) is one of, in positions.
export const wavelength = (d, size) => 2 * Math.PI * 10000 ** ((d - (d % 2)) / size);
