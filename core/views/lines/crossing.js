// The words of both sides in one serif voice, and a line for each look.

import { classes, nameOf, s, set } from "../../stage/dom.js";
import { columns, rowAt } from "../../stage/trace.js";

const SERIF = '"Source Serif", "Source Serif 4", "Noto Serif", "Noto Serif KR", Georgia, serif';
const LEAST = 0.02; // of a weight that has a line; the numbers are on the page of the decoding
const SMALLEST = 15; // px of a word, before the words go over several rows

let measuring;
function wide(text, size) {
  measuring ||= document.createElement("canvas").getContext("2d");
  measuring.font = `600 ${size}px ${SERIF}`;
  return measuring.measureText(text).width;
}

// Places of labels of that size in rows of that width: [{x, row, width}] and how many rows.
function rows(labels, size, width) {
  const gap = size * 0.62;
  let x = 0;
  let row = 0;
  const places = labels.map((text) => {
    const own = wide(text, size);
    if (x > 0 && x + own > width) {
      x = 0;
      row += 1;
    }
    const place = { x, row, width: own };
    x += own + gap;
    return place;
  });
  return { places, count: row + 1, wide: Math.max(...places.map((one) => one.x + one.width)) };
}

export function crossing(ui, trace) {
  const { sources, targets, words } = ui;
  const name = (group) => (group.mark ? words.mark : group.label);
  const svg = s("svg", {
    class: "heed-crossing",
    role: "img",
    "data-present": words.title,
    "data-said": "",
  });
  const lines = s("g", { fill: "none", "stroke-linecap": "round" });
  const word = (side) => (group) => {
    const text = s("text", { "text-anchor": "middle", class: `heed-word heed-${side}` });
    text.classList.toggle("heed-end", group.mark);
    set(text, { lang: ui.tongues?.[side] ?? "" });
    text.textContent = name(group);
    text.append(s("title", {}, nameOf(ui, group.label)));
    return text;
  };
  const tops = sources.map(word("source"));
  const bottoms = targets.map(word("target"));
  bottoms.forEach((text, t) =>
    text.addEventListener("click", () => ui.go(targets[t].items.at(-1))),
  );
  const under = s("line", { class: "heed-under" });
  svg.append(lines, ...tops, ...bottoms, under);
  /** @type {any} */
  let places;

  function layout() {
    const width = Math.max(220, (svg.parentElement?.clientWidth ?? 900) - 32);
    const most = ui.large ? 58 : 46;
    const labels = [sources.map(name), targets.map(name)];
    let size = most;
    const fits = () => labels.every((one) => rows(one, size, 1e9).wide <= width);
    while (size > SMALLEST && !fits()) size -= 1;
    const [up, down] = labels.map((one) => rows(one, size, width));
    const tall = size * 1.45;
    const roomy = innerHeight < 800 ? 74 : 104;
    const between = Math.max(60, Math.min(roomy, size * 2.3));
    const left = (list) => (width - list.wide) / 2;
    const at = (list, y) =>
      list.places.map((one) => ({
        x: left(list) + one.x + one.width / 2,
        y: y + one.row * tall,
        width: one.width,
      }));
    const top = size * 1.05;
    const floor = top + (up.count - 1) * tall + between + size * 1.2;
    places = { size, up: at(up, top), down: at(down, floor) };
    const high = floor + (down.count - 1) * tall + size * 0.55;
    set(svg, { viewBox: `0 0 ${width} ${high}`, width, height: high });
    const put = (text, place) =>
      set(text, { x: place.x, y: place.y, style: `font-size:${places.size}px` });
    tops.forEach((text, i) => put(text, places.up[i]));
    bottoms.forEach((text, i) => put(text, places.down[i]));
  }

  function line(from, to, weight, now) {
    const { size } = places;
    const [y, z] = [from.y + size * 0.34, to.y - size * 0.92];
    const middle = (y + z) / 2;
    lines.append(
      s("path", {
        d: `M${from.x} ${y}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${z}`,
        stroke: ui.colour("--heed-source"),
        "stroke-width": now ? 1 + size * 0.19 * weight : 0.6 + size * 0.06 * weight,
        "stroke-opacity": now ? 0.85 : 0.32,
      }),
    );
  }

  function update() {
    const seen = columns(trace.steps[ui.now], sources);
    lines.replaceChildren();
    targets.forEach((group, t) => {
      if (group.items[0] > ui.now) return;
      const row = t === ui.target ? seen : rowAt(trace, group, sources, ui.now);
      row.forEach(({ visible, weight }, i) => {
        if (visible && weight >= LEAST) line(places.up[i], places.down[t], weight, t === ui.target);
      });
    });
    tops.forEach((text, i) =>
      set(text, { "fill-opacity": 0.62 + 0.38 * (seen[i].visible ? seen[i].weight : 0) }),
    );
    bottoms.forEach((text, t) => {
      const later = targets[t].items[0] > ui.now;
      text.classList.toggle("heed-later", later);
      const here = later || targets[t].mark ? name(targets[t]) : ui.soFar(targets[t]);
      if (text.firstChild) text.firstChild.textContent = here;
    });
    const here = places.down[ui.target];
    set(under, {
      x1: here.x - here.width / 2,
      x2: here.x + here.width / 2,
      y1: here.y + places.size * 0.26,
      y2: here.y + places.size * 0.26,
      "stroke-width": Math.max(2.5, places.size * 0.07),
      class: classes({ "heed-under": true }),
    });
    svg.setAttribute("aria-label", ui.summary());
  }

  return { node: svg, layout, update };
}
