// The two sides of the bridge: all that both models made of one step and one source token, row by
// row, rows of one name beside each other.

import { reach } from "../../stage/colours.js";
import { fill, h, help, math } from "../../stage/dom.js";
import { lettered, scoreLines, spectrumView, vectorLine, weightsView } from "./tiles.js";

// All rows, from what asks to what becomes of the answer.
export function rowsView(ui, bridge, formulas) {
  const { words } = ui;
  const { left, right } = bridge;
  const limits = {
    left: reach([...left.queries, ...left.memory]),
    asks: reach([...right.given, ...right.memory]),
    query: reach([...right.queries, ...right.keys]),
    value: reach([...right.values, ...right.contexts]),
    on: reach(right.added),
  };
  const line = (key, side, limit, className, formula = `${key}_${side}`) =>
    vectorLine(ui, formulas[formula], words[`${key}_row`], limits[limit], className);
  const both = (key, own, className) => [
    line(key, "left", "left", className),
    line(key, "right", own, className),
  ];
  const vectors = {
    asks: both("asks", "asks", "heed-target"),
    query: both("query", "query", "heed-target"),
    read: both("read", "asks", "heed-source"),
    key: both("key", "query", "heed-source"),
    value: both("value", "value", "heed-source"),
    context: both("context", "value", "heed-context"),
    on: both("on", "on", ""),
  };
  for (const key of ["query", "key", "value"]) vectors[key][0].same.textContent = words.same;
  const joined = vectorLine(ui, formulas.joined, words.joined, limits.value, "heed-context");
  const part = h("i", { class: "heed-bridge-part" });
  joined.frame.append(part);
  const spectra = [
    spectrumView(ui, formulas.matrix_left, words.matrix_row, left.memory[0].length),
    spectrumView(ui, formulas.matrix_right, words.matrix_row, right.memory[0].length),
  ];
  const scores = scoreLines(ui, bridge, formulas);
  const weights = weightsView(ui, bridge);
  /** @type {Record<string, any[]>} */
  const sides = {
    ...Object.fromEntries(
      Object.entries(vectors).map(([key, pair]) => [key, pair.map((one) => [one.node])]),
    ),
    matrix: spectra.map((one) => [one.node]),
    score: [scores.left, scores.right],
    softmax: [0, 1].map(() => [
      h("span", { class: "heed-bridge-formula" }, math(formulas.softmax)),
    ]),
  };
  sides.on[1].unshift(joined.node);
  const sayings = [];
  const order = [
    "asks",
    "query",
    "read",
    "key",
    "matrix",
    "score",
    "softmax",
    "value",
    "context",
    "on",
  ];
  const nodes = order.map((key, i) => {
    const saying = h("p", { class: "heed-bridge-words" });
    const [one, other] = sides[key].map((parts, side) => {
      const tag = h("span", { class: "heed-bridge-tag" }, [words.left, words.right][side]);
      return h("div", { class: "heed-bridge-side" }, tag, parts);
    });
    sayings.push([saying, words[`${key}_words`]]);
    return h(
      "section",
      {
        class: `heed-bridge-row${key === "softmax" ? " heed-bridge-softmax" : ""}`,
        "data-row": key,
        "aria-label": words[`${key}_row`],
      },
      one,
      h(
        "div",
        { class: "heed-bridge-middle" },
        h(
          "h3",
          {},
          h("span", { class: "heed-nr" }, String(i + 1)),
          words[`${key}_row`],
          help(lettered(words[`${key}_help`]), words[`${key}_row`]),
        ),
        saying,
      ),
      other,
      key === "softmax" ? weights.node : null,
    );
  });
  const heading = h("h3", {});
  const head = h(
    "div",
    { class: "heed-bridge-row heed-bridge-names" },
    h("h3", {}, left.model, h("small", {}, words.left)),
    h("div", {}),
    heading,
  );
  return {
    node: h("div", { class: "heed-flow heed-bridge" }, head, nodes),
    layout() {
      spectra.forEach((one) => one.layout());
    },
    update(cell) {
      heading.replaceChildren(
        right.model,
        h("small", {}, fill(words.place, { layer: ui.layer + 1, head: ui.head + 1 })),
      );
      const told = {
        token: ui.called(bridge.target[ui.now]),
        source: ui.called(bridge.source[ui.column]),
        size: bridge.size,
        full: right.memory[0].length,
        heads: right.heads,
        columns: bridge.columns,
      };
      for (const [node, text] of sayings) node.replaceChildren(...lettered(text, told));
      for (const [key, pair] of Object.entries(vectors))
        pair.forEach((one, side) => one.update(cell[side ? "right" : "left"][key]));
      joined.update(cell.right.joined);
      Object.assign(part.style, {
        left: `${(100 * ui.head) / right.heads}%`,
        width: `${100 / right.heads}%`,
      });
      spectra[0].update(cell.left.stretch);
      spectra[1].update(cell.right.stretch);
      scores.update(cell, ui.column);
      weights.update(cell, ui.column);
    },
  };
}
