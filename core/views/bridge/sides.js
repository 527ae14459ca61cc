// The two sides of the bridge: all that both models made of one step and one source token, row by row,
// rows of one name beside each other.

import { decodeArray } from "../../stage/codec.js";
import { reach } from "../../stage/colours.js";
import { fill, fixed, h, help, math, nameOf, piece, s, set, strip } from "../../stage/dom.js";
import { row, SCORE } from "../../stage/formulas.js";
import { sum, token } from "../../stage/trace.js";

export function readBridge(data) {
  const read = (side) =>
    Object.fromEntries(
      Object.entries(side).map(([key, value]) => [key, value?.dtype ? decodeArray(value) : value]),
    );
  const left = read(data.recurrent);
  const right = read(data.heads);
  const steps = data.target.length;
  const size = right.queries[0].length;
  const bridge = {
    left,
    right,
    source: data.source.map(token),
    target: data.target.map(token),
    steps,
    size,
    columns: data.source.length,
    root: Math.sqrt(size),
  };
  const flat = (rows) => Float32Array.from(rows.flatMap((row) => Array.from(row)));
  const cached = {};
  // The whole map of a side, "weights" or "scores", one row a step.
  bridge.map = (side, kind, n) =>
    (cached[`${side} ${kind} ${n}`] ||= flat(
      side === "left" ? left[kind] : right[kind].slice(n * steps, (n + 1) * steps),
    ));
  return bridge;
}

// Everything of one step, source token, layer and head.
/** @param {any} bridge
 * @param {any} place */
export function bridgeCell({ left, right, steps, columns }, { now, column, layer, head }) {
  const n = layer * right.heads + head;
  const t = n * steps + now;
  return {
    left: {
      asks: left.queries[now],
      query: left.queries[now],
      read: left.memory[column],
      key: left.memory[column],
      value: left.memory[column],
      product: left.products[now][column],
      scores: left.scores[now],
      weights: left.weights[now],
      context: left.contexts[now],
      on: left.combined[now],
      stretch: left.stretch,
      likely: Math.exp(left.log_probs[now]),
    },
    right: {
      asks: right.given[layer * steps + now],
      query: right.queries[t],
      read: right.memory[column],
      key: right.keys[n * columns + column],
      value: right.values[n * columns + column],
      terms: [
        right.products[t][column],
        right.query_biases[n][column],
        right.key_biases[t][0],
        right.both_biases[n][0],
      ],
      scores: right.scores[t],
      weights: right.weights[t],
      context: right.contexts[t],
      on: right.added[layer * steps + now],
      joined: Float32Array.from(
        Array.from({ length: right.heads }, (_, i) =>
          Array.from(right.contexts[(layer * right.heads + i) * steps + now]),
        ).flat(),
      ),
      stretch: right.stretch[n],
      likely: Math.exp(right.log_probs[now]),
    },
  };
}

// Words with letters such as W_Q or √d_k in them, their index below the line; `values` fill the rest.
const lettered = (text, values = {}) =>
  text.split(/(√?[A-Za-z][\u0300-\u036f]?_[A-Za-z])/).map((part, i) => {
    const [letter, index] = part.split("_");
    return i % 2
      ? h("span", { class: "heed-bridge-letter" }, letter, h("sub", {}, index))
      : fill(part, values);
  });

// A vector by its formula, its size and its scale.
function vectorLine(ui, formula, name, limit, className) {
  const canvas = strip(ui, "heed-tall", name);
  const about = h("span", { class: "heed-info" });
  const same = h("span", { class: "heed-bridge-same" });
  const frame = h("div", { class: "heed-bridge-strip" }, canvas);
  return {
    node: h(
      "div",
      { class: "heed-bridge-vector" },
      h(
        "div",
        {},
        h("span", { class: `heed-bridge-formula ${className}` }, math(formula)),
        same,
        about,
      ),
      frame,
    ),
    frame,
    same,
    update(values) {
      canvas.update(values, limit);
      about.textContent = fill(ui.words.size_scale, { size: values.length, limit: String(limit) });
    },
  };
}

// Singular values, the largest first, over as many places as the matrix has dimensions.
function spectrumView(ui, formula, name, full) {
  const svg = s("svg", { class: "heed-bridge-spectrum", role: "img", "aria-label": name });
  const about = h("span", { class: "heed-info" });
  const node = h(
    "div",
    {},
    h(
      "div",
      { class: "heed-bridge-vector" },
      h("div", {}, h("span", { class: "heed-bridge-formula" }, math(formula)), about),
    ),
    svg,
  );
  let values = [];
  let width = 300;
  const tall = ui.large ? 104 : 82;
  const size = ui.large ? 15 : 11.5;
  const bottom = size + 6;
  const left = ui.large ? 44 : 32;
  const x = (i) => left + (i / full) * (width - left - 2);
  const y = (value) => 4 + (1 - value / (values[0] || 1)) * (tall - bottom - 4);
  svg.addEventListener("mousemove", (event) => {
    const i = Math.floor(
      ((event.clientX - svg.getBoundingClientRect().left - left) / (width - left - 2)) * full,
    );
    ui.tip(i < 0 || i >= full ? null : event, [
      name,
      fill(ui.words.dimension, { index: i + 1, size: full }),
      fixed(values[i] || 0, 4),
    ]);
  });
  svg.addEventListener("mouseleave", () => ui.tip(null));

  function draw() {
    set(svg, { width, height: tall, viewBox: `0 0 ${width} ${tall}` });
    const steps = Array.from(
      values,
      (value, i) => `L${x(i).toFixed(1)} ${y(value).toFixed(1)}H${x(i + 1).toFixed(1)}`,
    ).join("");
    const zero = tall - bottom;
    const text = (at, down, anchor, words) =>
      s(
        "text",
        { x: at, y: down, "text-anchor": anchor, "font-size": size, class: "heed-bridge-tick" },
        words,
      );
    const cut = values.length < full;
    svg.replaceChildren(
      s("path", { class: "heed-bridge-area", d: `M${left} ${zero}${steps}V${zero}Z` }),
      s("path", { class: "heed-bridge-axis", d: `M${left} 4V${zero}H${width - 2}` }),
      ...(cut
        ? [
            s("path", { class: "heed-bridge-rank", d: `M${x(values.length)} 4V${zero}` }),
            text(
              x(values.length) + 6,
              size + 5,
              "start",
              fill(ui.words.rank, { rank: values.length, full }),
            ),
          ]
        : []),
      text(left - 5, size + 2, "end", fixed(values[0], 1)),
      text(left - 5, zero, "end", "0"),
      text(left, tall - 2, "start", "1"),
      text(width - 2, tall - 2, "end", String(full)),
      ...(cut ? [text(x(values.length), tall - 2, "middle", String(values.length))] : []),
    );
  }
  return {
    node,
    layout() {
      width = Math.max(180, node.clientWidth || 400);
      if (values.length) draw();
    },
    update(now) {
      if (now === values) return;
      values = now;
      about.textContent = fill(ui.words.stretch_range, {
        most: fixed(values[0], 2),
        least: fixed(values[values.length - 1], 2),
        count: values.length,
      });
      draw();
    },
  };
}

const numberTile = (value, digits, formula, className = "") =>
  h(
    "span",
    { class: `heed-bridge-number ${className}` },
    h("b", {}, fixed(value, digits)),
    formula ? h("span", {}, math(formula)) : null,
  );
const joinedTile = (sign, one) =>
  h("span", { class: "heed-bridge-joined" }, h("span", { class: "heed-bridge-sign" }, sign), one);

// How both scores come about, and that the forms give the same numbers as the models.
function scoreLines(ui, bridge, formulas) {
  const left = h("div", { class: "heed-bridge-equation", role: "math" });
  const right = h("div", { class: "heed-bridge-equation", role: "math" });
  const checks = [h("p", { class: "heed-note" }), h("p", { class: "heed-note" })];
  const check = (node, form, model) => {
    node.textContent = fill(ui.words.check, { form: fixed(form, 4), model: fixed(model, 4) });
  };
  return {
    left: [left, checks[0]],
    right: [right, checks[1]],
    update(cell, column) {
      const [product, ...biases] = cell.right.terms;
      const whole = sum(cell.right.terms);
      const score = cell.right.scores[column];
      left.replaceChildren(
        numberTile(cell.left.scores[column], 3, formulas.score_left, "heed-bridge-result"),
      );
      check(checks[0], cell.left.product, cell.left.scores[column]);
      right.replaceChildren(
        numberTile(product, 3, formulas.product_right),
        ...biases.map((value, i) =>
          joinedTile(
            value < 0 ? "−" : "+",
            numberTile(Math.abs(value), 3, formulas[["query_bias", "key_bias", "both_bias"][i]]),
          ),
        ),
        joinedTile("=", numberTile(whole, 3, formulas.product_qk)),
        joinedTile("÷", numberTile(bridge.root, 3, formulas.root)),
        joinedTile("=", numberTile(score, 3, row(SCORE), "heed-bridge-result")),
      );
      check(checks[1], whole / bridge.root, score);
    },
  };
}

// Both softmaxes: the source tokens in the middle, what either gives them to the left and right.
function weightsView(ui, bridge) {
  const { words } = ui;
  const half = (side) => {
    const score = h("span", { class: "heed-value heed-bridge-score" });
    const weight = h("span", { class: "heed-value" });
    const bar = h("i");
    return {
      score,
      weight,
      bar,
      node: h(
        "span",
        { class: `heed-bridge-half heed-bridge-${side}` },
        score,
        weight,
        h("span", { class: "heed-bar" }, bar),
      ),
    };
  };
  const rows = bridge.source.map((one, j) => {
    const left = half("to-left");
    const right = half("to-right");
    const node = h(
      "div",
      {
        class: "heed-bridge-weight",
        role: "option",
        id: `heed-bridge-${ui.id}-${j}`,
        "data-source": j,
        onclick: () => ui.choose(j),
      },
      left.node,
      h(
        "span",
        { class: "heed-source heed-bridge-token", title: nameOf(ui, one.piece) },
        h("bdi", {}, piece(one.piece)),
      ),
      right.node,
    );
    return { node, left, right };
  });
  const list = h(
    "div",
    {
      class: `heed-bridge-list${rows.length > 24 ? " heed-dense" : ""}`,
      role: "listbox",
      tabindex: 0,
      "aria-label": words.row_label,
    },
    rows.map(({ node }) => node),
  );
  const heads = h(
    "div",
    { class: "heed-bridge-weight heed-bridge-heads", "aria-hidden": "true" },
    ...["to-left", null, "to-right"].map((side) =>
      side
        ? h(
            "span",
            { class: `heed-bridge-half heed-bridge-${side}` },
            h("span", { class: "heed-bridge-score" }, words.score),
            h("span", {}, words.weight),
            h("span"),
          )
        : h("span"),
    ),
  );
  return {
    node: h("div", { class: "heed-bridge-weights" }, heads, list),
    update(cell, column) {
      rows.forEach(({ node, left, right }, j) => {
        for (const [own, side] of [
          [left, cell.left],
          [right, cell.right],
        ]) {
          own.score.textContent = fixed(side.scores[j], 2);
          own.weight.textContent = fixed(side.weights[j], 3);
          own.bar.style.width = `${100 * side.weights[j]}%`;
        }
        node.classList.toggle("heed-bridge-chosen", j === column);
        set(node, {
          "aria-selected": String(j === column),
          "aria-label": [
            nameOf(ui, bridge.source[j].piece),
            ...[
              [words.left, cell.left],
              [words.right, cell.right],
            ].map(
              ([name, side]) =>
                `${name}: ${words.score} ${fixed(side.scores[j], 3)}, ${words.weight} ${fixed(side.weights[j], 4)}`,
            ),
          ].join(". "),
        });
      });
      list.setAttribute("aria-activedescendant", rows[column].node.id);
    },
  };
}

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
