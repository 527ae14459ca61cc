// The terms that a score is the sum of, each below what it was made of: one column, one term.

import { paintSigned, reach } from "../../stage/colours.js";
import { fill, fixed, h, help, math, minus, segments, set } from "../../stage/dom.js";
import { sum } from "../../stage/trace.js";

// A part as the key `j` has it; what all keys share is the same for each.
export const ofKey = (part, j) => (Array.isArray(part.values) ? part.values[j] : part.values);
const short = (value) => minus(String(Number(value.toPrecision(2))));
export const termName = (words, terms) => words[`term_${terms.name}`] || words.term;

// The two sides of a sum and how many terms stand on each.
export function sides(values) {
  const above = values.filter((v) => v > 0);
  const below = values.filter((v) => v < 0);
  return { above: sum(above), below: sum(below), ups: above.length, downs: below.length };
}

export function apartHead(title, formula, helpText) {
  return h(
    "div",
    { class: "heed-panel-head" },
    h("h3", {}, title, help(helpText, title)),
    formula ? h("div", { class: "heed-formula" }, math(formula)) : null,
  );
}

// Bars up and down from zero, over `[low, high]`; `mark` is a height with a line of its own.
function drawBars(ui, canvas, values, limits, mark) {
  const [low, high] = limits;
  const scale = window.devicePixelRatio || 1;
  const wide = canvas.clientWidth;
  const tall = canvas.clientHeight;
  const each = wide / values.length;
  Object.assign(canvas, { width: Math.round(wide * scale), height: Math.round(tall * scale) });
  const paint = canvas.getContext("2d");
  const unit = (tall - 2) / (high - low || 1);
  const zero = 1 + high * unit;
  paint.scale(scale, scale);
  values.forEach((value, i) => {
    paint.fillStyle = ui.colour(
      low === 0 ? "--heed-border" : value < 0 ? "--heed-source" : "--heed-target",
    );
    paint.fillRect(
      i * each,
      zero - Math.max(0, value) * unit,
      Math.max(0.6, each > 4 ? each - 1 : each),
      Math.abs(value) * unit,
    );
  });
  paint.fillStyle = ui.colour("--heed-border");
  paint.fillRect(0, zero - 0.5, wide, 1);
  if (mark == null) return;
  paint.strokeStyle = ui.colour("--heed-target");
  paint.lineWidth = 2;
  paint.setLineDash([6, 4]);
  paint.beginPath();
  paint.moveTo(0, zero - mark * unit);
  paint.lineTo(wide, zero - mark * unit);
  paint.stroke();
}

export function termsView(ui, cell) {
  const { words } = ui;
  const count = ofKey(cell.terms, 0).length;
  const parts = [...(cell.parts.length ? cell.parts : [cell.query, cell.keys]), cell.terms];
  const gain = cell.bent ? cell.norms.probe / cell.norms.query : null;
  const lanes = parts.map((part) => {
    const name = words[`part_${part.name}`] || part.name;
    const stretch = part.name === "singular_values";
    const all = Array.isArray(part.values) ? part.values : [part.values];
    const bars = stretch || part === cell.terms;
    const limit = bars
      ? [
          Math.min(0, ...all.map((values) => Math.min(...values))),
          Math.max(0, ...all.map((values) => Math.max(...values))),
        ]
      : reach(all);
    const canvas = h("canvas", {
      class: `heed-apart-lane${part === cell.terms ? " heed-tall" : bars ? "" : " heed-strip"}`,
      role: "img",
      "aria-label": name,
    });
    const scale = h(
      "span",
      { class: "heed-info" },
      bars
        ? fill(words.from_to, { low: short(limit[0]), high: short(limit[1]) })
        : fill(words.either_way, { limit: String(limit) }),
    );
    const mark = stretch
      ? h(
          "span",
          { class: "heed-info heed-target" },
          fill(words.gain_mark, { gain: fixed(gain, 2) }),
        )
      : null;
    return {
      part,
      name,
      canvas,
      limit,
      bars,
      mark: stretch ? gain : null,
      node: h(
        "div",
        { class: "heed-apart-part" },
        h("div", {}, h("span", {}, `${name} `, math(part.formula)), mark, scale),
        canvas,
      ),
    };
  });
  const cursor = h("div", { class: "heed-apart-cursor", hidden: true });
  const stack = h(
    "div",
    {
      class: "heed-apart-lanes",
      role: "slider",
      tabindex: 0,
      "aria-label": words.lanes_label,
      "aria-valuemin": 1,
      "aria-valuemax": count,
    },
    lanes.map((lane) => lane.node),
    cursor,
  );
  const order = segments(
    words.order,
    [
      ["sorted", words.sorted],
      ["given", words.given],
    ],
    ui.sort,
  );
  const total = h("p", { class: "heed-apart-sum" });
  const node = h(
    "section",
    { class: "heed-apart-terms" },
    h(
      "div",
      { class: "heed-apart-terms-head" },
      apartHead(words.terms, null, words[`help_${cell.terms.name}`] || words.terms_help),
      order.node,
    ),
    stack,
    total,
  );
  let places = [];
  let at = 0;

  const tell = (i) => [
    `${termName(words, cell.terms)} ${i + 1}`,
    ...lanes.map(({ part, name }) => `${name} ${fixed(ofKey(part, ui.column)[i], 5)}`),
  ];
  function show(place, event) {
    at = Math.max(0, Math.min(count - 1, place));
    const box = lanes[0].canvas.getBoundingClientRect();
    const x = ((at + 0.5) / count) * box.width;
    cursor.hidden = false;
    cursor.style.left = `${box.left - stack.getBoundingClientRect().left + x}px`;
    set(stack, { "aria-valuenow": at + 1, "aria-valuetext": tell(places[at]).join(", ") });
    ui.tip(event || { clientX: box.left + x, clientY: box.top }, tell(places[at]));
  }
  const hide = () => {
    cursor.hidden = true;
    ui.tip(null);
  };
  stack.step = (key) => {
    if (key === "Escape") {
      hide();
      return true;
    }
    const place = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 }[key];
    if (place != null) show(place);
    return place != null;
  };
  stack.addEventListener("focusout", hide);
  stack.addEventListener("mouseleave", hide);
  stack.addEventListener("mousemove", (event) => {
    const box = lanes[0].canvas.getBoundingClientRect();
    show(Math.floor(((event.clientX - box.left) / box.width) * count), event);
  });

  function update() {
    const terms = ofKey(cell.terms, ui.column);
    places = Array.from(terms, (_, i) => i);
    if (ui.order === "sorted") places.sort((a, b) => terms[b] - terms[a]);
    order.current(ui.order);
    for (const { part, canvas, limit, bars, mark } of lanes) {
      const values = ofKey(part, ui.column);
      const shown = Float32Array.from(places, (i) => values[i]);
      if (bars) drawBars(ui, canvas, shown, limit, mark);
      else paintSigned(canvas, shown, limit, ui.theme());
    }
    const { above, below, ups, downs } = sides(terms);
    total.textContent = fill(words.sum_of_terms, {
      above: fixed(above, 3),
      ups,
      below: fixed(-below, 3),
      downs,
      total: fixed(above + below, 3),
    });
    set(stack, { "aria-valuenow": at + 1, "aria-valuetext": tell(places[at]).join(", ") });
  }
  return { node, update, layout() {}, light() {} };
}
