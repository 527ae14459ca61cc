// The chosen cell: its two vectors, their lengths and angle, and what came of them.

import { reach } from "../../stage/colours.js";
import { fill, fixed, h, math, strip } from "../../stage/dom.js";
import { highest, rank } from "./ranks.js";
import { apartHead, ofKey, sides } from "./terms.js";

// The vectors that meet, and the equation that they make.
export function cellView(ui, cell) {
  const { words } = ui;
  const limit = reach([cell.query.values, ...cell.keys.values]);
  const line = (part, label, about, className, most) => {
    const canvas = strip(ui, "heed-tall", label);
    const value = h("span", { class: "heed-value" });
    return {
      part,
      canvas,
      value,
      most,
      node: h(
        "div",
        { class: `heed-apart-vector ${className}` },
        h("span", {}, `${label} `, math(part.formula)),
        canvas,
        h("span", { class: "heed-apart-norm", title: about }, math(part.length), value),
      ),
    };
  };
  const turned =
    cell.bent &&
    line(cell.probe, words.turned, words.length_help, "heed-target", reach([cell.probe.values]));
  const lines = [
    line(cell.query, words.query, words.length_help, "heed-target", limit),
    ...(turned ? [turned] : []),
    line(cell.keys, words.key, words.length_help, "heed-source", limit),
  ];
  const equation = h("div", { class: "heed-apart-equation", role: "math" });
  const verdict = h("p", { class: "heed-apart-verdict" });
  const node = h(
    "div",
    { class: "heed-apart-cell" },
    apartHead(words.vectors, null, cell.head ? words.vectors_head_help : words.vectors_help),
    lines.map((one) => one.node),
    h(
      "p",
      { class: "heed-note" },
      fill(words.strip_scale, { limit: String(limit), size: cell.query.values.length }),
      cell.bent ? ` ${fill(words.turned_scale, { limit: String(turned.most) })}` : "",
    ),
    apartHead(
      words.equation,
      cell.formula,
      cell.probe ? words.equation_help : words.equation_other_help,
    ),
    equation,
    verdict,
    cell.gaussian ? h("p", { class: "heed-note" }, words.own_note) : null,
  );

  const number = (value, digits, symbol, label, className = "") =>
    h(
      "span",
      { class: `heed-apart-number ${className}` },
      h("b", {}, fixed(value, digits)),
      h("span", {}, symbol ? math(symbol) : null),
      h("small", {}, label),
    );
  // A sign stays with the number after it.
  const joined = (sign, one) =>
    h("span", { class: "heed-apart-joined" }, h("span", { class: "heed-apart-sign" }, sign), one);

  function factors(j) {
    const { norms } = cell;
    const key = norms.keys[j];
    if (cell.probe) {
      return [
        number(norms.query, 3, cell.query.length, words.length_query, "heed-target"),
        ...(cell.bent
          ? [joined("×", number(norms.probe / norms.query, 4, cell.gain, words.gain))]
          : []),
        joined("×", number(key, 3, cell.keys.length, words.length_key, "heed-source")),
        joined("×", number(cell.met[j], 4, ui.formulas.cosine, words.cosine)),
      ];
    }
    if (!cell.terms)
      return cell.divisors.length
        ? [number(cell.own[j] * cell.divisor, 3, null, words.undivided)]
        : [];
    const { above, below, ups, downs } = sides(ofKey(cell.terms, j));
    return [
      number(above, 3, ui.formulas.sum, fill(words.above, { count: ups })),
      joined("−", number(-below, 3, ui.formulas.sum, fill(words.below, { count: downs }))),
    ];
  }

  function judged(j) {
    const name = (i) => ui.called(i);
    const best = highest(cell.own);
    const count = cell.source.length;
    const ranks = {
      source: name(j),
      winner: name(best),
      count,
      length: rank(cell.norms.keys, j),
      direction: rank(cell.met, j),
      score: rank(cell.own, j),
    };
    if (!cell.probe) return fill(cell.terms ? words.verdict_terms : words.verdict_other, ranks);
    if (j !== best) {
      return fill(words.verdict_less, {
        ...ranks,
        ratio: fixed(cell.norms.keys[j] / cell.norms.keys[best], 2),
        less: fixed(cell.met[j], 3),
        more: fixed(cell.met[best], 3),
      });
    }
    if (cell.met[j] <= 0) return fill(words.verdict_away, ranks);
    const why =
      ranks.direction === 1
        ? ranks.length === 1
          ? "both"
          : "direction"
        : ranks.length === 1
          ? "length"
          : "neither";
    return fill(words[`verdict_${why}`], ranks);
  }

  // What the score function made, and what the Gaussian of a window takes from it.
  function besides(j, known) {
    const own = number(cell.own[j], 3, null, words.own);
    const taken = number(cell.gaussian[j], 3, ui.formulas.gaussian, words.gaussian);
    return [known ? joined("=", own) : own, joined("−", taken)];
  }

  function update() {
    const j = ui.column;
    for (const { part, canvas, value, most } of lines) {
      const values = ofKey(part, j);
      canvas.update(values, most);
      value.textContent = fixed(Math.hypot(...values), 3);
    }
    const made = factors(j);
    const score = number(cell.scores[j], 3, ui.formulas.score, words.score, "heed-apart-result");
    equation.replaceChildren(
      ...made,
      ...cell.divisors.map(([formula, value]) =>
        joined("÷", number(value, Number.isInteger(value) ? 0 : 3, formula, words.divisor)),
      ),
      ...(cell.gaussian ? besides(j, made.length > 0) : []),
      made.length || cell.gaussian ? joined("=", score) : score,
    );
    verdict.textContent = judged(j);
  }
  return { node, update, layout() {}, light() {} };
}
