// One cell of one head, all numbers: from its query and key to what the head adds to the residual
// stream.

import { decodeArray } from "../../stage/codec.js";
import { largest, reach } from "../../stage/colours.js";
import { fill, fixed, h, help, math, nameOf, piece, rounded, strip } from "../../stage/dom.js";
import { SCORE, VALUE, WEIGHT, mi, mo, row, sub } from "../../stage/formulas.js";
import { table } from "../../stage/table.js";
import { sum } from "../../stage/trace.js";

export function readCell(raw) {
  const arrays = [
    "query",
    "keys",
    "values",
    "visible",
    "scores",
    "weights",
    "undivided",
    "contexts",
    "contribution",
    "added",
    "before",
  ];
  return { ...raw, ...Object.fromEntries(arrays.map((name) => [name, decodeArray(raw[name])])) };
}

const dot = (a, b) => a.reduce((total, value, i) => total + value * b[i], 0);
const entropyOf = (weights) =>
  -weights.reduce((total, w) => total + (w > 0 ? w * Math.log(w) : 0), 0);
const ROOT = ["msqrt", sub("d", "k")];
const QUERY = sub("q", "t");
const KEY = sub("k", "s");
const PRODUCT = ["mrow", ["msubsup", mi("q"), mi("t"), mo("⊤")], KEY];
const contextOf = (head) => ["msubsup", mi("c"), mi("t"), mi(head)];
const HEAD = contextOf("h");
const MIXED = ["mrow", ["msubsup", mi("W"), mi("O"), mi("h")], HEAD];
// Words with formulas or elements in them, by their names in braces.
const mixed = (text, parts) =>
  text.split(/(\{\w+\})/).map((part) => parts[part.slice(1, -1)] || part);

const numbered = (nr, title, formula, about) =>
  h(
    "div",
    { class: "heed-panel-head" },
    h(
      "h3",
      {},
      h("span", { class: "heed-nr" }, String(nr)),
      title,
      about ? help(about, title) : null,
    ),
    formula ? h("div", { class: "heed-formula" }, math(formula)) : null,
  );

// Bars up and down from zero, one a dimension; hovering tells which.
function termBars(ui, name) {
  const node = h("div", { class: "heed-cell-bars", role: "img", "aria-label": name });
  let bars = [];
  node.update = (values, told) => {
    const limit = largest(values) || 1;
    if (bars.length !== values.length) {
      bars = Array.from(values, (_, i) =>
        h(
          "i",
          { onmousemove: (event) => ui.tip(event, bars[i].told), onmouseleave: () => ui.tip(null) },
          h("b"),
        ),
      );
      node.replaceChildren(...bars);
    }
    bars.forEach((bar, i) => {
      const share = (50 * Math.abs(values[i])) / limit;
      bar.told = told(i);
      bar.firstChild.className = values[i] < 0 ? "heed-below" : "";
      bar.firstChild.style.cssText = `height:${share}%;${values[i] < 0 ? "top" : "bottom"}:50%`;
    });
  };
  return node;
}

// `maps` is what `readMaps` made; `ui.cell` is [row, column] of the map `ui.head`, `found()` its
// numbers once they are there: {cell} or {error}.
export function cellsView(ui, maps, { found, onColumn, onHead, onClose, onDivided }) {
  const { words } = ui;
  const node = h("section", {
    class: "heed-flow heed-cell",
    tabindex: -1,
    "aria-label": words.cell_title,
    hidden: true,
  });
  /** @type {any} */
  let shown = null;
  /** @type {any} */
  let views = null;

  function compose(cell, block) {
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
        h("span", {}, `${name} `, math(row(formula))),
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
          h("bdi", {}, piece(name)),
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
            QUERY,
            vectors.query,
            block.name === "encoder" ? "heed-source" : "heed-target",
          ),
          line(words.key, KEY, vectors.key, `heed-${block.columnsAre}`),
          line(words.products, row(QUERY, mo("⊙"), KEY)[1], terms, ""),
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
            numbered(
              2,
              words.softmax_panel,
              row(WEIGHT, mo("="), mi("softmax"), mo("("), sub("e", "ts"), mo(")")),
              words.softmax_help,
            ),
            h(
              "label",
              { class: "heed-switch", hidden: cell.divisor === 1 },
              divided,
              h("span", {}, mixed(words.divide, { root: math(row(ROOT)) })),
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
              mixed(words.undivided, { root: math(row(ROOT)) }),
            ),
            h("span", {}, words.taken_head, " ", math(row(WEIGHT, VALUE))),
          ),
          list,
          h(
            "div",
            { class: "heed-cell-row heed-total" },
            h("span", { class: "heed-name heed-context" }, math(row(HEAD))),
            h("span"),
            h("span", { class: "heed-note heed-cell-sum" }, words.context_sum),
            context,
          ),
          saturated,
        ),
        h(
          "section",
          {},
          numbered(
            3,
            words.joined_panel,
            row(mo("["), contextOf("1"), mo(";"), mo("…"), mo(";"), contextOf("H"), mo("]")),
            words.joined_help,
          ),
          h(
            "div",
            { class: "heed-cell-joined" },
            joined.map((one) => one.node),
          ),
          numbered(4, words.output_panel, row(MIXED), words.output_help),
          line(words.contribution, MIXED, given.contribution, "heed-context"),
          scaleNote(own_limit, cell.contribution.length),
          line(
            words.added,
            row(["msub", mo("∑"), mi("h")], MIXED, mo("+"), sub("b", "O"))[1],
            given.added,
            "",
          ),
          line(words.before, mi("x"), given.before, ""),
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

  function told(cell, j) {
    const terms = cell.query.map((value, i) => value * cell.keys[j][i]);
    const total = sum(Array.from(terms));
    const number = (value, digits, under, className = "") =>
      h(
        "span",
        { class: `heed-cell-number ${className}` },
        h("b", {}, fixed(value, digits)),
        h("span", {}, under),
      );
    const signed = (sign, one) =>
      h("span", { class: "heed-cell-signed" }, h("span", { class: "heed-cell-sign" }, sign), one); // never apart
    const ups = terms.filter((v) => v > 0);
    const downs = terms.filter((v) => v < 0);
    views.vectors.query.update(cell.query, views.limit);
    views.vectors.key.update(cell.keys[j], views.limit);
    views.terms.update(terms, (i) => [
      fill(words.dimension, { index: i + 1, size: terms.length }),
      `q ${fixed(cell.query[i], 4)} × k ${fixed(cell.keys[j][i], 4)}`,
      `= ${fixed(terms[i], 4)}`,
    ]);
    const dividing = ui.divided && cell.divisor !== 1;
    views.formula.replaceChildren(
      math(
        dividing || cell.divisor === 1
          ? row(SCORE, mo("="), dividing ? ["mfrac", PRODUCT, ROOT] : PRODUCT)
          : row(PRODUCT),
      ),
    );
    views.equation.replaceChildren(
      number(sum(Array.from(ups)), 3, fill(words.above, { count: ups.length })),
      signed("−", number(-sum(Array.from(downs)), 3, fill(words.below, { count: downs.length }))),
      ...(dividing
        ? [
            signed("=", number(total, 3, words.sum)),
            signed("÷", number(cell.divisor, 3, math(row(ROOT)))),
            signed("=", number(cell.scores[j], 3, words.score, "heed-cell-result")),
          ]
        : [
            signed(
              "=",
              number(total, 3, cell.divisor === 1 ? words.score : words.sum, "heed-cell-result"),
            ),
          ]),
    );
  }

  function softmax(cell, block, j) {
    const saturating = !ui.divided && cell.divisor !== 1;
    node.classList.toggle("heed-cell-saturating", saturating);
    views.divided.checked = ui.divided;
    views.scored.textContent = saturating ? words.sum : words.score;
    views.rows.forEach(({ line, score, bars, canvas }, k) => {
      const there = Boolean(cell.visible[k]);
      line.classList.toggle("heed-chosen", k === j);
      line.classList.toggle("heed-masked", !there);
      line.setAttribute("aria-selected", String(k === j));
      score.textContent = there
        ? fixed(rounded(cell.scores[k] * (saturating ? cell.divisor : 1), 2), 2)
        : words.masked;
      for (const { key, value, bar } of bars) {
        value.textContent = there ? fixed(cell[key][k], 3) : "";
        bar.style.width = there ? `${100 * cell[key][k]}%` : "0";
      }
      canvas.update(
        there
          ? cell.values[k].map((value) => value * cell.weights[k])
          : new Float32Array(cell.values[k].length),
        views.widest,
      );
      canvas.style.visibility = there ? "" : "hidden";
    });
    views.context.update(cell.contexts[block.chosen - 1], views.widest);
    const [with_, without] = ["weights", "undivided"].map((key) => ({
      top: Math.max(...cell[key]),
      entropy: entropyOf(Array.from(cell[key])),
    }));
    views.saturated.replaceChildren(
      ...mixed(
        fill(saturating ? words.saturated : words.unsaturated, {
          top: fixed(with_.top, 3),
          entropy: fixed(with_.entropy, 2),
          sharp: fixed(without.top, 3),
          low: fixed(without.entropy, 2),
          value: fixed(cell.divisor, 2),
        }),
        { root: math(row(ROOT)) },
      ),
    );
    const now = views.rows[j].line;
    views.list.setAttribute("aria-activedescendant", now.id);
    const over = now.offsetTop - views.list.offsetTop;
    if (
      over < views.list.scrollTop ||
      over + now.offsetHeight > views.list.scrollTop + views.list.clientHeight
    )
      views.list.scrollTop = over - views.list.clientHeight / 2;
  }

  function output(cell, block) {
    const spread = reach(cell.contexts);
    views.joined.forEach(({ canvas }, head) => canvas.update(cell.contexts[head], spread));
    views.given.contribution.update(cell.contribution, views.own_limit);
    views.given.added.update(cell.added, views.residual);
    views.given.before.update(cell.before, views.residual);
    const size = (vector) => Math.hypot(...vector);
    const alike =
      dot(cell.contribution, cell.added) / (size(cell.contribution) * size(cell.added) || 1);
    views.facts.textContent = fill(words.output_facts, {
      head: block.chosen,
      own: fixed(size(cell.contribution), 3),
      added: fixed(size(cell.added), 3),
      before: fixed(size(cell.before), 3),
      alike: fixed(alike, 2),
    });
  }

  // Which cell, and whatever stands in the way of its numbers.
  function heading(block, i, j) {
    const sentence = !block.visible[i * block.columns.length + j]
      ? words.cell_masked
      : words[block.chosen ? "cell" : "cell_mean"];
    const parts = {
      query: h("b", { class: `heed-${block.rowsAre}` }, h("bdi", {}, piece(block.rows[i]))),
      key: h("b", { class: `heed-${block.columnsAre}` }, h("bdi", {}, piece(block.columns[j]))),
    };
    const read = block.name === "encoder" || !block.chosen ? null : i ? block.rows[i - 1] : "<s>";
    return [
      h(
        "div",
        { class: "heed-pane-head" },
        h(
          "h2",
          { class: "heed-tag heed-cell-tag" },
          mixed(sentence, parts),
          " · ",
          maps.title(ui, ui.head),
        ),
        h(
          "button",
          { type: "button", class: "heed-toggle", "data-act": "close", onclick: onClose },
          words.close,
        ),
      ),
      read
        ? h(
            "p",
            { class: "heed-note heed-cell-read" },
            fill(words.query_of, { read, token: block.rows[i] }),
          )
        : null,
    ];
  }

  // A mean has no query and no key: the weights it is the mean of, and the way to each.
  function meanOf(block, [i, j]) {
    const at = i * block.columns.length + j;
    const name = `${block.name}.${block.layer}`;
    return [
      h(
        "p",
        { class: "heed-cell-why" },
        fill(words.no_mean, {
          count: block.heads,
          weight: fixed(maps.values(name, "weights")[at], 3),
        }),
      ),
      h(
        "div",
        { class: "heed-cell-shares heed-cell-of-mean" },
        Array.from({ length: block.heads }, (_, head) => {
          const weight = maps.values(`${name}.${head + 1}`, "weights")[at];
          const text = fill(words.head_nr, { head: head + 1 });
          return h(
            "button",
            {
              type: "button",
              class: "heed-cell-share",
              "aria-label": `${text}: ${fixed(weight, 3)}`,
              onclick: () => onHead(`${name}.${head + 1}`),
            },
            h("span", {}, text),
            h("span", { class: "heed-bar" }, h("i", { style: `width:${100 * weight}%` })),
            h("span", { class: "heed-value" }, fixed(weight, 3)),
          );
        }),
      ),
    ];
  }

  let counted = 0;
  function update() {
    node.hidden = !ui.cell;
    if (!ui.cell) {
      shown = null;
      return;
    }
    const block = maps.blockOf(ui.head);
    const [i, j] = ui.cell;
    const answer = found();
    const there = block.visible[i * block.columns.length + j];
    const mean = there && !block.chosen;
    const why = !there
      ? fill(words.not_there, { query: i + 1, key: j + 1, later: block.columns[j] })
      : mean
        ? null
        : !answer
          ? words.asking
          : answer.error || null;
    const now = why || mean ? `${why} ${ui.head} ${ui.cell}` : `${ui.head} ${i}`;
    if (shown !== now) {
      shown = now;
      node.replaceChildren();
      if (why) node.append(h("p", { class: "heed-cell-why", role: "status" }, why));
      else if (mean) node.append(...meanOf(block, ui.cell));
      else {
        views = compose(answer.cell, block);
        counted += 1;
        views.rows.forEach(({ line }, k) => {
          line.id = `heed-cell-${counted}-${k}`;
        });
        output(answer.cell, block);
      }
      node.prepend(h("div", { class: "heed-cell-top" }));
    }
    node.firstChild.replaceChildren(...heading(block, i, j).filter(Boolean));
    if (why || mean) return;
    told(answer.cell, j);
    softmax(answer.cell, block, j);
  }

  // The numbers of the row as a table.
  function tables() {
    const answer = ui.cell && found();
    const block = maps.blockOf(ui.head);
    if (!answer || !answer.cell) return null;
    const { cell } = answer;
    const j = ui.cell[1];
    const exactly = (value) => fixed(value, 5);
    return h(
      "div",
      { class: "heed-table-pair" },
      table(
        fill(words.table_row, { token: block.rows[ui.cell[0]] }),
        [words.key_head, words.score, words.weight, fill(words.undivided, { root: "√d_k" })],
        block.columns.map((name, k) => [
          name,
          ...(cell.visible[k]
            ? [cell.scores[k], cell.weights[k], cell.undivided[k]].map(exactly)
            : [words.masked, words.masked, words.masked]),
        ]),
      ),
      cell.visible[j]
        ? table(
            fill(words.table_terms, { token: block.columns[j] }),
            [words.dimension_head, "q", "k", "q · k", "v", "α · v", "c"],
            Array.from(cell.query, (value, d) => [
              String(d + 1),
              ...[
                value,
                cell.keys[j][d],
                value * cell.keys[j][d],
                cell.values[j][d],
                cell.weights[j] * cell.values[j][d],
                cell.contexts[block.chosen - 1][d],
              ].map(exactly),
            ]),
          )
        : null,
    );
  }

  function key(name, origin) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[name];
    if (!step || !views || node.hidden || origin !== views.list) return false;
    onColumn(Math.max(0, Math.min(views.rows.length - 1, ui.cell[1] + step)));
    return true;
  }
  return {
    node,
    layout() {},
    light() {},
    update,
    tables,
    key,
    repaint: () => {
      shown = null;
      update();
    },
  };
}
