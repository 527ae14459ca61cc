// The parts of a cell, made once for each kind of head; empty until a cell is there.

import { reach } from "../../stage/colours.js";
import { fill, fixed, h, math, nameOf, piece, spoken, strip } from "../../stage/dom.js";
import { mixed, numbered, termBars } from "./symbols.js";

export function cellParts({ ui, words, onDivided, onColumn, maps, onHead, node }, cell, block) {
  const { formulas } = ui;
  const vectors = {
    query: strip(ui, "heed-tall", words.query),
    key: strip(ui, "heed-tall", words.key),
  };
  const terms = termBars(ui, words.products);
  const equation = h("div", { class: "heed-cell-equation", role: "math" });
  const line = (name, formula, canvas, className) =>
    h(
      "div",
      { class: `heed-cell-vector ${className}` },
      h("span", {}, `${name} `, math(formula)),
      canvas,
    );
  const divided = h("input", { type: "checkbox", role: "switch", onchange: onDivided });
  const formula = h("div", { class: "heed-formula" });
  const scored = h("span");
  const saturated = h("p", { class: "heed-note" });
  const limit = reach([cell.query, ...cell.keys]);
  const widest = reach([...cell.values]);
  const rows = block.columns.map((name, j) => {
    const score = h("span", { class: "heed-value" });
    const canvas = strip(ui, "", fill(words.taken, { token: name }));
    const bars = ["weights", "undivided"].map((key) => ({
      key,
      value: h("span", { class: "heed-value" }),
      bar: h("i"),
    }));
    const line = h(
      "div",
      {
        class: "heed-cell-row",
        role: "option",
        onclick: () => onColumn(j),
        onmouseenter: () => ui.point(maps.pointed(block, null, j)),
        onmouseleave: () => ui.point({}),
      },
      h(
        "span",
        { class: `heed-name heed-${block.columnsAre}`, title: nameOf(ui, name) },
        spoken(ui, block.columnsAre, piece(name)),
      ),
      score,
      bars.map(({ key, value, bar }) =>
        h(
          "span",
          { class: `heed-cell-pair heed-cell-${key}` },
          value,
          h("span", { class: "heed-bar" }, bar),
        ),
      ),
      canvas,
    );
    return { line, score, bars, canvas };
  });
  const list = h(
    "div",
    { class: "heed-rows", role: "listbox", tabindex: 0, "aria-label": words.row_of_cell },
    rows.map((one) => one.line),
  );
  const context = strip(ui, "heed-tall", words.context);
  const joined = cell.contexts.map((_, head) => {
    const canvas = strip(ui, "", fill(words.head_context, { head: head + 1 }));
    return {
      canvas,
      node: h(
        "button",
        {
          type: "button",
          class: "heed-cell-head",
          "aria-pressed": String(head === block.chosen - 1),
          onclick: () => onHead(`${block.name}.${block.layer}.${head + 1}`),
          title: fill(words.head_nr, { head: head + 1 }),
        },
        h("span", {}, String(head + 1)),
        canvas,
      ),
    };
  });
  const given = {
    contribution: strip(ui, "heed-tall", words.contribution),
    added: strip(ui, "heed-tall", words.added),
    before: strip(ui, "heed-tall", words.before),
  };
  const facts = h("p", { class: "heed-cell-facts" });
  const most = Math.max(...cell.shares) || 1;
  const shares = cell.shares.map((size, head) =>
    h(
      "div",
      { class: `heed-cell-share${head === block.chosen - 1 ? " heed-chosen" : ""}` },
      h("span", {}, String(head + 1)),
      h("span", { class: "heed-bar" }, h("i", { style: `width:${(100 * size) / most}%` })),
      h("span", { class: "heed-value" }, fixed(size, 3)),
    ),
  );
  const scaleNote = (bound, size) =>
    h("p", { class: "heed-note" }, fill(words.strip_scale, { limit: String(bound), size }));
  const residual = reach([cell.before, cell.added]);
  const own_limit = reach([cell.contribution]);

  node.append(
    h(
      "div",
      { class: "heed-cell-panels" },
      h(
        "section",
        {},
        numbered(1, words.product_panel, null, words.product_help),
        formula,
        line(
          words.query,
          formulas.query,
          vectors.query,
          block.name === "encoder" ? "heed-source" : "heed-target",
        ),
        line(words.key, formulas.key, vectors.key, `heed-${block.columnsAre}`),
        line(words.products, formulas.products, terms, ""),
        h(
          "p",
          { class: "heed-note" },
          fill(words.strip_scale, { limit: String(limit), size: cell.query.length }),
        ),
        equation,
      ),
      h(
        "section",
        { class: "heed-cell-softmax" },
        h(
          "div",
          { class: "heed-pane-head" },
          numbered(2, words.softmax_panel, formulas.softmax, words.softmax_help),
          h(
            "label",
            { class: "heed-switch", hidden: cell.divisor === 1 },
            divided,
            h("span", {}, mixed(words.divide, { root: math(formulas.root) })),
          ),
        ),
        h(
          "div",
          { class: "heed-cell-row heed-cell-heads" },
          h("span"),
          scored,
          h("span", { class: "heed-cell-weights" }, words.weight),
          h(
            "span",
            { class: "heed-cell-undivided" },
            mixed(words.undivided, { root: math(formulas.root) }),
          ),
          h("span", {}, words.taken_head, " ", math(formulas.taken)),
        ),
        list,
        h(
          "div",
          { class: "heed-cell-row heed-total" },
          h("span", { class: "heed-name heed-context" }, math(formulas.head_context)),
          h("span"),
          h("span", { class: "heed-note heed-cell-sum" }, words.context_sum),
          context,
        ),
        saturated,
      ),
      h(
        "section",
        {},
        numbered(3, words.joined_panel, formulas.joined, words.joined_help),
        h(
          "div",
          { class: "heed-cell-joined" },
          joined.map((one) => one.node),
        ),
        numbered(4, words.output_panel, formulas.contribution, words.output_help),
        line(words.contribution, formulas.contribution, given.contribution, "heed-context"),
        scaleNote(own_limit, cell.contribution.length),
        line(words.added, formulas.added, given.added, ""),
        line(words.before, formulas.residual, given.before, ""),
        scaleNote(residual, cell.before.length),
        facts,
        h("h4", {}, words.shares),
        h("div", { class: "heed-cell-shares" }, shares),
      ),
    ),
  );
  return {
    vectors,
    terms,
    equation,
    formula,
    divided,
    scored,
    saturated,
    rows,
    list,
    context,
    joined,
    given,
    facts,
    limit,
    widest,
    residual,
    own_limit,
  };
}
