// Small pictures of pages, each of true numbers.

import { weightColour as heat } from "../../stage/colours.js";
import { s } from "../../stage/dom.js";

const WIDE = 78;
const HIGH = 54;

const cells = (rows, x, y, size) =>
  rows.flatMap((row, i) =>
    row.map((weight, j) =>
      s("rect", {
        x: x + j * size,
        y: y + i * size,
        width: size * 0.9,
        height: size * 0.9,
        rx: size * 0.15,
        fill: heat(weight),
      }),
    ),
  );

const square = (rows) => {
  const size = Math.min(HIGH / rows.length, WIDE / rows[0].length);
  return cells(rows, (WIDE - size * rows[0].length) / 2, (HIGH - size * rows.length) / 2, size);
};

const beside = (maps, across, down) => {
  const room = Math.min(WIDE / across, HIGH / down);
  const size = (room - 3) / Math.max(...maps.map((one) => one.length));
  const left = (WIDE - across * room) / 2;
  const top = (HIGH - down * room) / 2;
  return maps.flatMap((rows, n) =>
    cells(rows, left + (n % across) * room + 1, top + Math.floor(n / across) * room + 1, size),
  );
};

const tree = (nodes) => {
  const deep = Math.max(...nodes.map(([depth]) => depth));
  const place = ([depth, rank]) => [5 + ((WIDE - 10) * depth) / deep, 9 + rank * 18];
  const start = [5, 9];
  const lines = nodes.map((node) => {
    const from = node[2] < 0 ? start : place(nodes[node[2]]);
    const to = place(node);
    return s("line", {
      x1: from[0],
      y1: from[1],
      x2: to[0],
      y2: to[1],
      class: node[3] ? "heed-tiny-best" : "heed-tiny-line",
    });
  });
  const dots = nodes.map((node) => {
    const [cx, cy] = place(node);
    return s("circle", { cx, cy, r: node[3] ? 3 : 2, class: node[3] ? "heed-tiny-target" : "" });
  });
  return [...lines, ...dots];
};

const bars = (rows) => {
  const most = Math.max(...rows.map(([, value]) => value));
  const each = HIGH / rows.length;
  return rows.map(([, value], i) =>
    s("rect", {
      x: 0,
      y: i * each,
      width: (WIDE * value) / most,
      height: each * 0.72,
      rx: 1.5,
      class: "heed-tiny-source",
    }),
  );
};

// A query and its keys in the plane, each key as strong as its weight.
const plane = ({ query, keys, weights }) => {
  const unit = 9;
  const line = ([x, y], name, opacity) =>
    s("line", {
      x1: WIDE / 2,
      y1: HIGH / 2 + 6,
      x2: WIDE / 2 + x * unit,
      y2: HIGH / 2 + 6 - y * unit,
      class: name,
      "stroke-opacity": opacity,
    });
  return [
    ...keys.map((one, i) => line(one, "heed-tiny-key", 0.3 + 0.7 * weights[i])),
    line(query, "heed-tiny-query", 1),
  ];
};

const kinds = {
  heat: square,
  three: (maps) => beside(maps, 3, 1),
  heads: (maps) => beside(maps, 4, Math.ceil(maps.length / 4)),
  two: (maps) => beside(maps, 2, 1),
  looks: square,
  tree,
  bars,
  plane,
};

/** @param {string} kind @param {any} data */
export const picture = (kind, data) =>
  s(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, "aria-hidden": "true" },
    kinds[kind](data),
  );
