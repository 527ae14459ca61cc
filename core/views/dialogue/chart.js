// Every answer as a mark: how long it is, and how likely.

import { fill, fixed, s } from "../../stage/dom.js";
import { ticks } from "./read.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [46, 58, 14, 38];
const RATES = [1, 2, 4]; // nats a piece, of the lines that fan out

/** @param {any} ui @param {import("./read.js").Answer[]} answers
 * @param {{ wide: number, high: number, chosen?: (i: number) => void }} looks */
export function chartOf(ui, answers, { wide, high, chosen }) {
  const { words } = ui;
  const size = ui.large ? 16 : 12;
  const longest = ticks(Math.max(...answers.map((one) => one.pieces)), 6);
  const least = ticks(Math.max(...answers.map((one) => -one.total)), 4);
  const [most, deep] = [longest.at(-1) || 1, least.at(-1) || 1];
  const x = (pieces) => LEFT + ((wide - LEFT - RIGHT) * pieces) / most;
  const y = (nats) => TOP + ((high - TOP - BOTTOM) * nats) / deep; // 0 above, less below
  const out = s("svg", {
    width: wide,
    height: high,
    viewBox: `0 0 ${wide} ${high}`,
    class: "heed-answers-chart",
    role: "img",
    "aria-label": words.chart_is,
  });
  const ink = (name) => ui.colour(`--heed-${name}`);
  const write = (text, at) =>
    out.append(s("text", { "font-size": size, fill: ink("mute"), ...at }, text));
  const line = (from, to, looks) =>
    out.append(
      s("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], stroke: ink("line"), ...looks }),
    );
  for (const nats of least) {
    line([LEFT, y(nats)], [wide - RIGHT, y(nats)], {});
    write(fixed(-nats, 0), { x: LEFT - 8, y: y(nats) + 4, "text-anchor": "end" });
  }
  for (const pieces of longest)
    write(String(pieces), { x: x(pieces), y: high - BOTTOM + 16, "text-anchor": "middle" });
  // As likely a piece as the lines say: a longer answer must fall along one of them.
  for (const rate of RATES) {
    const end = Math.min(most, deep / rate);
    line([x(0), y(0)], [x(end), y(end * rate)], {
      stroke: ink("border"),
      "stroke-dasharray": "2 5",
    });
    const right = end === most;
    write(fill(words.a_piece, { nats: fixed(-rate, 0) }), {
      x: x(end) + (right ? 6 : 0),
      y: y(end * rate) + (right ? 4 : -5),
      "font-size": size - 1,
      "text-anchor": right || end < most / 2 ? "start" : "middle",
    });
  }
  write(words.axis_pieces, {
    x: (LEFT + wide - RIGHT) / 2,
    y: high - 4,
    "text-anchor": "middle",
  });
  answers.forEach((one, i) => {
    const beam = one.way === "beam";
    const here = { cx: x(one.pieces), cy: y(-one.total) };
    const mark = s(
      "g",
      { class: "heed-answer-mark", onclick: chosen && (() => chosen(i)) },
      one.dull
        ? s("circle", { ...here, r: 9.5, fill: "none", stroke: ink("ink"), "stroke-width": 1.5 })
        : null,
      s("circle", {
        ...here,
        r: 5.5,
        fill: beam ? ink("target") : ink("card"),
        stroke: ink("target"),
        "stroke-width": 2,
      }),
      i === ui.now
        ? s("circle", { ...here, r: 13, fill: "none", stroke: ink("ring"), "stroke-width": 2.5 })
        : null,
      s("circle", { ...here, r: 14, fill: "transparent" }),
    );
    const tell = (event) => ui.tip(event, [one.text || words.silence, ui.told(one)]);
    mark.addEventListener("mousemove", tell);
    mark.addEventListener("mouseleave", () => ui.tip(null));
    out.append(mark);
  });
  return out;
}

/** What the marks mean. @param {any} ui @param {boolean} dull */
export function keyOf(ui, dull) {
  const ink = (name) => `var(--heed-${name})`;
  const key = (text, ...shapes) => [
    s("svg", { width: 22, height: 22, viewBox: "-11 -11 22 22", "aria-hidden": "true" }, shapes),
    text,
  ];
  const dot = (fill_) =>
    s("circle", { r: 5.5, fill: fill_, stroke: ink("target"), "stroke-width": 2 });
  const ring = s("circle", { r: 9.5, fill: "none", stroke: ink("ink"), "stroke-width": 1.5 });
  return [
    key(ui.words.by_beam, dot(ink("target"))),
    key(ui.words.by_sampling, dot(ink("card"))),
    ...(dull ? [key(ui.words.dull, ring)] : []),
  ];
}
