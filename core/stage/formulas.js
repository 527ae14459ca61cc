// The formulas that every model of this wiring shares, as nested lists (see `math`).

import { math } from "./dom.js";

export const mi = (text) => ["mi", text];
export const mo = (text) => ["mo", text];
export const sub = (base, index) => ["msub", Array.isArray(base) ? base : mi(base), mi(index)];
const accent = (base, mark) => ["mover", mi(base), mo(mark)];
export const row = (...parts) => ["math", ["mrow", ...parts]];

export const STATE = sub("h", "t");
export const STREAM = sub("x", "t");
export const VALUE = sub("v", "s");
export const CONTEXT = sub("c", "t");
export const COMBINED = sub(accent("h", "~"), "t");
export const ENCODED = sub(accent("h", "¯"), "s");
export const SCORE = sub("e", "ts");
export const WEIGHT = sub("α", "ts");

// Where a Transformer differs; of a mean, H counts its heads.
const OF_HEAD = ["msubsup", mi("α"), mi("ts"), mi("h")];
export const TRANSFORMER = {
  mean_weight: row(
    WEIGHT,
    mo("="),
    ["mfrac", ["mn", "1"], mi("H")],
    ["msub", mo("∑"), mi("h")],
    OF_HEAD,
  ),
  context_panel: row(CONTEXT, mo("="), ["msub", mo("∑"), mi("s")], WEIGHT, VALUE),
  combine: row(COMBINED, mo("="), mi("LayerNorm"), mo("("), STREAM, mo(")")),
  combine_post: row(COMBINED, mo("="), STREAM),
};

export const FORMULAS = {
  softmax: row(WEIGHT, mo("="), mi("softmax"), mo("("), SCORE, mo(")")),
  context_panel: row(CONTEXT, mo("="), ["msub", mo("∑"), mi("s")], WEIGHT, ENCODED),
  combine: row(
    COMBINED,
    mo("="),
    mi("tanh"),
    mo("("),
    sub("W", "c"),
    mo("["),
    CONTEXT,
    mo(";"),
    STATE,
    mo("]"),
    mo(")"),
  ),
  combine_none: row(COMBINED, mo("="), STATE),
  combine_alone: row(COMBINED, mo("="), mi("tanh"), mo("("), sub("W", "c"), STATE, mo(")")),
  next: row(mi("p"), mo("="), mi("softmax"), mo("("), mi("E"), COMBINED, mo("+"), mi("b"), mo(")")),
};

// The model's own score, with its name e_ts before it, which the softmax then takes up.
/** @param {import("./types").Formula | null} formula
 * @returns {any} */
export function scoreFormula(formula) {
  if (!formula) return null;
  const inner = formula.slice(1).filter((part) => Array.isArray(part));
  return row(SCORE, mo("="), ...inner);
}

// "W_a" with its index below the line; any other name as it is.
export function parameterName(name) {
  const [, base, index] = name.match(/^(\w)_(\w+)$/) || [];
  return base ? math(row(sub(base, index))) : name;
}
