// The numbers of the workbench: every score at once, its parameters, and the chosen one in full.

import { inkOn, weightColour } from "../../stage/colours.js";
import { build, fill, h, math, minus } from "../../stage/dom.js";
import { keyName, numberText, pairOf } from "./plane.js";

// A field for one number. What is no number, or out of range, is told and leaves the number as it
// was.
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
export const large = (formula) => build(formula, { displaystyle: "true" }, []);

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
            h("span", { class: "heed-matrix-name" }, math(bench.names[name]), " ="),
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
