// The numbers of the workbench: every score at once, its parameters, and the chosen one in full.

import { inkOn, largest, weightColour } from "../../stage/colours.js";
import { build, fill, h, help, math, minus, strip } from "../../stage/dom.js";
import {
  ENCODED,
  mi,
  mo,
  parameterName,
  row,
  SCORE,
  scoreFormula,
  WEIGHT,
} from "../../stage/formulas.js";
import { keyName, largestOf, numberText, pairOf } from "./plane.js";

const GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", lambda: "λ", sigma: "σ", tau: "τ" };

// A Greek name as its letter, others as `parameterName` has them.
const parameterLabel = (name) => GREEK[name] || parameterName(name);

// A field for one number. What is no number, or out of range, is told and leaves the number as it was.
export function numberField(bench, { label, least, most, put }) {
  let kept = 0;
  const input = h("input", {
    type: "number",
    class: "heed-field",
    step: 0.1,
    min: least,
    max: most,
    "aria-label": label,
    autocomplete: "off",
    oninput: () => {
      const value = Math.round(input.valueAsNumber * 1e4) / 1e4;
      const right = value >= least && value <= most;
      input.setAttribute("aria-invalid", String(!right));
      bench.complain(
        right
          ? ""
          : fill(bench.words.wrong_number, {
              label,
              least: minus(String(least)),
              most,
              kept: minus(String(kept)),
            }),
      );
      if (right && value !== kept) put(value);
    },
    onchange: () => {
      input.value = String(kept);
      input.setAttribute("aria-invalid", "false");
    },
  });
  input.show = (value) => {
    kept = value;
    const typing =
      input.getRootNode().activeElement === input &&
      (input.getAttribute("aria-invalid") === "true" || input.valueAsNumber === value);
    if (!typing) {
      input.value = String(value);
      input.setAttribute("aria-invalid", "false");
    }
  };
  return input;
}

// A formula with its fractions in full size.
const large = (formula) => build(formula, { displaystyle: "true" }, []);

// A row a score function, a column a key: the weight as colour and number, the raw score under it.
export function boardView(bench) {
  const { ui, words } = bench;
  const node = h("div", { class: "heed-scroll heed-board" });
  let lines = [];
  let made = "";

  function compose() {
    const { keys } = bench.setting;
    lines = bench.answer.scored.map((one) => {
      const cells = keys.map((_, j) => {
        const weight = h("span", { class: "heed-weight-cell" });
        const score = h("span", { class: "heed-raw" });
        const cell = h(
          "td",
          {
            onmousemove: (event) => ui.tip(event, tip(one.name, j)),
            onmouseleave: () => ui.tip(null),
          },
          weight,
          score,
        );
        return { cell, weight, score };
      });
      const context = h("td", { class: "heed-context" });
      const choose = h(
        "button",
        {
          type: "button",
          class: "heed-choose",
          title: one.source,
          onclick: () => bench.choose(one.name),
        },
        h("b", {}, one.name),
        h("span", { class: "heed-choose-formula" }, large(math(bench.formulas[one.name]))),
      );
      return {
        name: one.name,
        cells,
        context,
        choose,
        row: h(
          "tr",
          {
            onclick: (event) => {
              if (!choose.contains(event.target)) bench.choose(one.name);
            },
          },
          h("th", { scope: "row" }, choose),
          cells.map(({ cell }) => cell),
          context,
        ),
      };
    });
    node.replaceChildren(
      h(
        "table",
        { style: `--keys: ${keys.length}` },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, h("span", { class: "heed-live" }, words.function)),
            keys.map((_, j) => h("th", { scope: "col", class: "heed-source" }, keyName(j))),
            h("th", { scope: "col", class: "heed-context", "aria-label": words.context }, "c"),
          ),
        ),
        h(
          "tbody",
          {},
          lines.map(({ row }) => row),
        ),
      ),
    );
  }

  function tip(name, j) {
    const one = bench.answer.scored.find((each) => each.name === name);
    const weights = one && bench.own(one.weights);
    return weights
      ? [
          `${name} · ${keyName(j)}`,
          `${words.weight} ${numberText(weights[j], 5)}`,
          `${words.score} ${numberText(one.scores[j], 4)}`,
        ]
      : [name];
  }

  function update() {
    const wanted = JSON.stringify([
      bench.setting.keys.length,
      bench.answer.scored.map((one) => one.name),
    ]);
    if (made !== wanted) compose();
    made = wanted;
    bench.answer.scored.forEach((one, i) => {
      const { row, cells, context, choose } = lines[i];
      const weights = bench.own(one.weights);
      row.classList.toggle("heed-current", one.name === bench.score);
      choose.setAttribute("aria-pressed", String(one.name === bench.score));
      cells.forEach(({ weight, score }, j) => {
        const value = weights ? weights[j] : null;
        weight.textContent = numberText(value, 2);
        score.textContent = weights ? numberText(one.scores[j], 2) : "–";
        const colour = value == null ? "" : weightColour(value);
        Object.assign(weight.style, { background: colour, color: colour && inkOn(colour) });
      });
      context.textContent = pairOf(one.context);
    });
  }

  return { node, layout() {}, update };
}

// Every small parameter of every score function, to change.
export function parametersView(bench) {
  const { words } = bench;
  const node = h("div", { class: "heed-parameters" });
  const limit = bench.limits.largest;
  let fields = [];
  let stretches = [];
  let made = "";

  function compose() {
    fields = [];
    stretches = [];
    const groups = bench.answer.scored
      .filter((one) => one.parameters.length || one.untouched.length)
      .map((one) => {
        const matrices = one.parameters.map(({ name, rows }) =>
          h(
            "span",
            { class: "heed-matrix" },
            h("span", { class: "heed-matrix-name" }, parameterLabel(name), " ="),
            h(
              "span",
              {
                class: "heed-matrix-rows",
                style: `grid-template-columns: repeat(${rows[0].length}, auto)`,
              },
              rows.flatMap((line, r) =>
                line.map((_, c) => {
                  const label = fill(words.parameter_place, {
                    name,
                    score: one.name,
                    row: r + 1,
                    column: c + 1,
                  });
                  const input = numberField(bench, {
                    label,
                    least: -limit,
                    most: limit,
                    put: (value) => bench.parameter(one.name, name, r, c, value),
                  });
                  fields.push({ input, score: one.name, name, r, c });
                  return input;
                }),
              ),
            ),
          ),
        );
        const stretch = h("span", { class: "heed-info" });
        stretches.push([one.name, stretch]);
        return h(
          "div",
          {
            class: "heed-parameter-group",
            role: "group",
            "aria-label": `${words.parameters}: ${one.name}`,
          },
          h("b", {}, one.name),
          matrices,
          stretch,
          one.untouched.length
            ? h(
                "span",
                { class: "heed-info" },
                fill(words.untouched, { names: one.untouched.join(", ") }),
              )
            : null,
        );
      });
    node.replaceChildren(
      ...groups,
      ...bench.answer.refused.map(([name, reason]) =>
        h("p", { class: "heed-note" }, fill(words.refused, { name, reason })),
      ),
    );
  }

  function update() {
    const wanted = JSON.stringify([
      bench.answer.scored.map((one) => [
        one.name,
        one.parameters.map(({ name, rows }) => [name, rows.length, rows[0].length]),
      ]),
      bench.answer.refused,
    ]);
    if (made !== wanted) compose();
    made = wanted;
    const { parameters } = bench.setting;
    for (const { input, score, name, r, c } of fields)
      input.show(parameters.find((one) => one.score === score && one.name === name).rows[r][c]);
    for (const [name, stretch] of stretches) {
      const values = bench.answer.scored.find((one) => one.name === name).stretch;
      stretch.textContent = values.length
        ? fill(words.singular, { values: values.map((value) => numberText(value, 2)).join(", ") })
        : "";
    }
  }

  return { node, layout() {}, update };
}

// The vectors as numbers, and how the chosen score function weighs them.
export function vectorsView(bench) {
  const { ui, words } = bench;
  const reach = bench.limits.reach;
  const title = h("h2", { class: "heed-tag" });
  const info = h("span", { class: "heed-info" });
  const formulas = {
    score: h("div", { class: "heed-formula" }),
    softmax: h("div", { class: "heed-formula" }),
    context: h("div", { class: "heed-formula" }),
  };
  const head = (nr, name, about, formula) =>
    h(
      "div",
      { class: "heed-panel-head" },
      h("h3", {}, h("span", { class: "heed-nr" }, nr), name, help(about, name)),
      formula ||
        h(
          "div",
          { class: "heed-formula heed-columns" },
          h("span", {}, "x"),
          h("span", {}, "y"),
          h("span", {}, words.length),
          h("span", {}, words.cosine),
        ),
    );
  const heads = h(
    "div",
    { class: "heed-vector-row heed-vector-heads" },
    h("span", {}),
    head(1, words.vectors_panel, words.vectors_help),
    head(2, words.score, words.score_help, formulas.score),
    head(3, words.softmax_panel, words.softmax_help, formulas.softmax),
    head(4, words.context, words.context_help, formulas.context),
    h("span", {}),
  );
  const list = h("div", { class: "heed-vector-list" });
  const add = h(
    "button",
    { type: "button", class: "heed-toggle", onclick: () => bench.add() },
    `+ ${words.add_key}`,
  );
  const node = h(
    "section",
    { class: "heed-flow heed-vectors" },
    h("div", { class: "heed-pane-head" }, title, info),
    heads,
    list,
    h(
      "div",
      { class: "heed-vector-foot" },
      add,
      h("span", { class: "heed-info" }, words.values_are_keys),
    ),
  );
  let rows = [];
  /** @type {any} */
  let total = null;
  let made = -1;
  let drawn = "";
  write(
    formulas.softmax,
    row(WEIGHT, mo("="), mi("softmax"), mo("("), SCORE, mo("/"), mi("τ"), mo(")")),
  );
  write(formulas.context, row(mi("c"), mo("="), ["msub", mo("∑"), mi("s")], WEIGHT, ENCODED));

  function write(place, formula) {
    place.replaceChildren(large(math(formula)));
  }

  function vectorRow(index) {
    const name = index < 0 ? "h" : keyName(index);
    const said = index < 0 ? words.query : `${words.key} ${index + 1}`;
    const field = (axis) =>
      numberField(bench, {
        label: `${said}, ${"xy"[axis]}`,
        least: -reach,
        most: reach,
        put: (value) => bench.coordinate(index, axis, value),
      });
    const parts = {
      index,
      x: field(0),
      y: field(1),
      length: h("span", { class: "heed-value" }),
      cosine: h("span", { class: "heed-value" }),
      score: h("span", { class: "heed-value" }),
      scoreBar: h("i", {}),
      weight: h("span", { class: "heed-value" }),
      weightBar: h("i", {}),
      strip: strip(ui, "", `${words.part} · ${name}`),
      part: h("span", { class: "heed-value" }),
    };
    const query = index < 0;
    parts.node = h(
      "div",
      { class: `heed-vector-row ${query ? "heed-query-row" : ""}`, "data-vector": index },
      h("span", { class: `heed-name ${query ? "heed-target" : "heed-source"}` }, name),
      h("div", { class: "heed-numbers" }, parts.x, parts.y, parts.length, parts.cosine),
      query
        ? null
        : h(
            "div",
            { class: "heed-cell-pair" },
            parts.score,
            h("div", { class: "heed-bar heed-signed" }, parts.scoreBar),
          ),
      query
        ? null
        : h(
            "div",
            { class: "heed-cell-pair" },
            parts.weight,
            h("div", { class: "heed-bar" }, parts.weightBar),
          ),
      query ? null : h("div", { class: "heed-part" }, parts.strip, parts.part),
      query
        ? null
        : h(
            "button",
            {
              type: "button",
              class: "heed-remove",
              "aria-label": fill(words.remove_key, { index: index + 1 }),
              title: fill(words.remove_key, { index: index + 1 }),
              onclick: () => bench.remove(index),
            },
            "×",
          ),
    );
    return parts;
  }

  function compose() {
    rows = [vectorRow(-1), ...bench.setting.keys.map((_, j) => vectorRow(j))];
    total = {
      strip: strip(ui, "heed-tall", `${words.context} c`),
      part: h("span", { class: "heed-value" }),
    };
    list.replaceChildren(
      ...rows.map((one) => one.node),
      h(
        "div",
        { class: "heed-vector-row heed-total" },
        h("span", { class: "heed-name heed-context" }, "c"),
        h("span", {}),
        h("span", {}),
        h("span", {}),
        h("div", { class: "heed-part" }, total.strip, total.part),
      ),
    );
  }

  function update() {
    const { setting, answer } = bench;
    const chosen = bench.chosen();
    const lengths = bench.own(answer.key_lengths);
    const scores = bench.own(chosen.scores);
    const moved = made !== setting.keys.length;
    if (moved) compose();
    made = setting.keys.length;
    title.replaceChildren(
      ...fill(words.weighs, { score: "\u0000" })
        .split("\u0000")
        .flatMap((text, i) => (i ? [h("b", {}, chosen.name), text] : [text])),
    );
    info.textContent = fill(words.flow_info, {
      source: chosen.source,
      entropy: numberText(chosen.entropy, 2),
    });
    if (drawn !== chosen.name) write(formulas.score, scoreFormula(bench.formulas[chosen.name]));
    drawn = chosen.name;
    const scale = largest(scores || []) || 1;
    const limit = Math.max(1, largestOf(setting.keys));
    for (const one of rows) {
      const j = one.index;
      const [a, b] = bench.vector(j);
      one.x.show(a);
      one.y.show(b);
      one.length.textContent = numberText(j < 0 ? answer.query_length : lengths?.[j], 2);
      one.cosine.textContent = j < 0 ? "" : numberText(lengths && answer.cosines[j], 2);
      if (j < 0) continue;
      one.cosine.title = lengths && answer.cosines[j] == null ? words.no_direction : "";
      const score = scores?.[j];
      const weight = scores && chosen.weights[j];
      const part = scores && chosen.parts[j];
      const share = score == null ? 0 : (50 * Math.abs(score)) / scale;
      one.score.textContent = numberText(score, 2);
      Object.assign(one.scoreBar.style, {
        left: `${score < 0 ? 50 - share : 50}%`,
        width: `${share}%`,
        right: "auto",
      });
      one.scoreBar.className = score < 0 ? "heed-below" : "";
      one.weight.textContent = numberText(weight, 3);
      one.weightBar.style.width = `${100 * (weight || 0)}%`;
      one.strip.update(part && !part.includes(null) ? part : [0, 0], limit);
      one.part.textContent = pairOf(part);
    }
    total.strip.update(chosen.context.includes(null) ? [0, 0] : chosen.context, limit);
    total.part.textContent = pairOf(chosen.context);
    add.disabled = setting.keys.length >= bench.limits.keys;
    list.querySelectorAll(".heed-remove").forEach((button) => {
      button.disabled = setting.keys.length === 1;
    });
  }

  return { node, layout() {}, update, focus: (j) => rows[j + 1] && rows[j + 1].x.focus() };
}
