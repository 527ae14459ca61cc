// The attention of the example as it forms: target by source, and what reaches each source token.

import { inkOn, weightColour } from "../../stage/colours.js";
import { fill, fixed, h, s, set } from "../../stage/dom.js";
import { logPlace, short } from "./read.js";

const LABEL = 26; // px of the labels of a side
const REACH = 30; // px of the strip under the map
const [LOW, HIGH] = [-4, 1]; // powers of ten of its scale

/** @param {any} ui @param {any} run @param {(step: number) => void} pick */
export function attentionView(ui, run, pick) {
  const { words } = ui;
  const { source, target } = run;
  const cells = [];
  const inks = [];
  const svg = s("svg", { class: "heed-forming", role: "img" });
  const rows = target.map((_, t) =>
    s("rect", { class: "heed-chosen-row", onclick: () => pick(t), "data-row": t }),
  );
  const bars = source.map(() => s("rect", { class: "heed-reach" }));
  const tops = source.map((token) => s("text", { class: "heed-source" }, shown(token)));
  const lefts = target.map((token, t) =>
    s("text", { class: "heed-target", onclick: () => pick(t) }, shown(token)),
  );
  const none = s("text", { class: "heed-nothing" });
  svg.append(...tops, ...lefts);
  target.forEach((_, t) => {
    cells.push(
      source.map((_, i) => {
        const cell = s("rect", { class: "heed-forming-cell", rx: 2, onclick: () => pick(t) });
        cell.addEventListener("mousemove", (event) => ui.tip(event, tip(t, i)));
        cell.addEventListener("mouseleave", () => ui.tip(null));
        return cell;
      }),
    );
    inks.push(source.map(() => s("text", { class: "heed-forming-ink" })));
  });
  svg.append(...cells.flat(), ...inks.flat(), ...rows, none, ...bars);
  bars.forEach((bar, i) => {
    bar.addEventListener("mousemove", (event) =>
      ui.tip(event, [
        `${source[i]}`,
        fill(words.reach_told, { norm: short(frame?.reach[i] ?? 0) }),
      ]),
    );
    bar.addEventListener("mouseleave", () => ui.tip(null));
  });
  const caption = h("p", { class: "heed-strip-name" }, words.reach);
  /** @type {import("../../stage/wire").LiveFrame | null} */
  let frame = null;
  let each = 30;

  function shown(token) {
    return token.replace("▁", "␣");
  }

  const tip = (t, i) =>
    frame?.weights
      ? [`${target[t]} ← ${source[i]}`, `${words.weight} ${fixed(frame.weights[t][i], 3)}`]
      : [words.no_attention];

  function layout(wide, high) {
    const long = Math.max(
      ...[...target.slice(0, -1), ...source.slice(0, -1)].map((one) => one.length),
    );
    const slanted = long > 2;
    const left = slanted ? Math.min(120, 9 * long + 10) : 38;
    const top = slanted ? Math.min(90, 7 * long + 12) : LABEL;
    each = Math.max(
      9,
      Math.min(46, (wide - left - 4) / source.length, (high - top - REACH - 6) / target.length),
    );
    const right = left + each * source.length;
    const bottom = top + each * target.length;
    set(svg, { width: right + 4, height: bottom + REACH + 6 });
    // Labels are never larger than their row; where a column is narrow, the end mark is one sign.
    const size = Math.min(ui.large ? 17 : 13, each + 1);
    svg.style.fontSize = `${size}px`;
    for (const [nodes, tokens] of [
      [tops, source],
      [lefts, target],
    ])
      nodes.forEach((node, i) => {
        const narrow = tokens[i].startsWith("</") && each < 2.2 * size;
        node.textContent = narrow ? "⏎" : shown(tokens[i]);
      });
    tops.forEach((node, i) => {
      const x = left + each * (i + 0.5);
      set(
        node,
        slanted
          ? { x, y: top - 6, transform: `rotate(-45 ${x} ${top - 6})`, "text-anchor": "start" }
          : { x, y: top - 8, "text-anchor": "middle" },
      );
    });
    lefts.forEach((node, t) =>
      set(node, { x: left - 8, y: top + each * (t + 0.5) + 5, "text-anchor": "end" }),
    );
    cells.forEach((row, t) =>
      row.forEach((cell, i) => {
        const [x, y] = [left + each * i, top + each * t];
        set(cell, { x: x + 0.5, y: y + 0.5, width: each - 1, height: each - 1 });
        set(inks[t][i], { x: x + each / 2, y: y + each / 2 + 4 });
      }),
    );
    rows.forEach((row, t) =>
      set(row, { x: left - 1, y: top + each * t - 0.5, width: right - left + 2, height: each + 1 }),
    );
    bars.forEach((bar, i) => {
      bar.base = bottom + 4 + REACH;
      set(bar, { x: left + each * i + each * 0.2, width: each * 0.6 });
    });
    set(none, { x: (left + right) / 2, y: (top + bottom) / 2, "text-anchor": "middle" });
    caption.style.paddingLeft = `${left}px`;
  }

  function update(next, step) {
    frame = next;
    const drawn = frame?.weights;
    none.textContent = frame && !drawn ? words.no_attention_short : "";
    cells.forEach((row, t) =>
      row.forEach((cell, i) => {
        const colour = drawn ? weightColour(drawn[t][i]) : "none";
        if (cell.colour !== colour) {
          cell.colour = colour;
          set(cell, { fill: colour, visibility: drawn ? "visible" : "hidden" });
        }
        const told =
          drawn && each >= 30 && drawn[t][i] >= 0.005 ? fixed(drawn[t][i], 2).slice(1) : "";
        const ink = inks[t][i];
        if (ink.told !== told) ink.textContent = ink.told = told;
        if (told) ink.setAttribute("fill", inkOn(colour));
      }),
    );
    rows.forEach((row, t) => row.classList.toggle("heed-is-chosen", Boolean(drawn) && t === step));
    bars.forEach((bar, i) => {
      const tall = frame ? REACH * logPlace(frame.reach[i], LOW, HIGH) : 0;
      set(bar, { y: bar.base - tall, height: tall });
    });
    svg.setAttribute("aria-label", label(step));
  }

  function label(step) {
    if (!frame?.weights) return words.no_attention;
    const row = frame.weights[step];
    const best = row.indexOf(Math.max(...row));
    return fill(words.looks, {
      target: target[step],
      source: source[best],
      weight: fixed(row[best], 2),
    });
  }

  return { node: h("div", { class: "heed-map-of" }, svg, caption), layout, update };
}
