// The parts of a row: a vector, a spectrum, a number, all weights.

import { fill, fixed, h, math, nameOf, piece, s, set, spoken, strip } from "../../stage/dom.js";
import { sum } from "../../stage/trace.js";

// Words with letters such as W_Q or √d_k in them, their index below the line; `values` fill the
// rest.
export const lettered = (text, values = {}) =>
  text.split(/(√?[A-Za-z][\u0300-\u036f]?_[A-Za-z])/).map((part, i) => {
    const [letter, index] = part.split("_");
    return i % 2
      ? h("span", { class: "heed-bridge-letter" }, letter, h("sub", {}, index))
      : fill(part, values);
  });

// A vector by its formula, its size and its scale.
export function vectorLine(ui, formula, name, limit, className) {
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
export function spectrumView(ui, formula, name, full) {
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
export function scoreLines(ui, bridge, formulas) {
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
        joinedTile("=", numberTile(score, 3, formulas.score, "heed-bridge-result")),
      );
      check(checks[1], whole / bridge.root, score);
    },
  };
}

// Both softmaxes: the source tokens in the middle, what either gives them to the left and right.
export function weightsView(ui, bridge) {
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
        spoken(ui, "source", piece(one.piece)),
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
            ].map(([name, side]) => {
              const score = `${words.score} ${fixed(side.scores[j], 3)}`;
              return `${name}: ${score}, ${words.weight} ${fixed(side.weights[j], 4)}`;
            }),
          ].join(". "),
        });
      });
      list.setAttribute("aria-activedescendant", rows[column].node.id);
    },
  };
}
