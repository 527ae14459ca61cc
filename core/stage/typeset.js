// A formula as text of a drawing, for pictures to take home: MathML is drawn by browsers alone.
//
// What stands above each other in a formula stands on one line here: a fraction is a/b, a bound of
// a sum is its index, an accent is a mark that joins the letter before it.

import { s } from "./dom.js";

const ACCENTS = { "~": "\u0303", "¯": "\u0304", "^": "\u0302", "→": "\u20d7" };
const SPACED = new Set(["=", "+", "−", "-", "⊙", "/"]);

/** @typedef {{ text: string, level: number, slanted: boolean }} Run */
/** The parts of a formula in their order; `level` is 0 on the line, 1 above it and -1 below.
 * @param {import("./types").Formula | string} formula @returns {Run[]} */
export function runsOf(formula, level = 0) {
  if (typeof formula === "string") return [{ text: formula, level, slanted: false }];
  const [tag, ...parts] = formula;
  const inner = (part, at = level) => runsOf(part, at);
  const plain = (text) => ({ text, level, slanted: false });
  const grouped = (part) => {
    const runs = inner(part);
    const long = runs.filter((run) => run.level === level).length > 1;
    return long ? [plain("("), ...runs, plain(")")] : runs;
  };
  switch (tag) {
    case "mi":
      return [{ text: parts[0], level, slanted: Array.from(parts[0]).length === 1 }];
    case "mo": {
      const text = level === 0 && SPACED.has(parts[0]) ? ` ${parts[0]} ` : (parts[0] ?? "");
      return [plain(text)];
    }
    case "mspace":
      return [plain(" ")];
    case "msub":
    case "munder":
      return [...inner(parts[0]), ...inner(parts[1], -1)];
    case "msup":
      return [...inner(parts[0]), ...inner(parts[1], 1)];
    case "msubsup":
    case "munderover":
      return [...inner(parts[0]), ...inner(parts[1], -1), ...inner(parts[2], 1)];
    case "mover": {
      const base = inner(parts[0]);
      const accent = ACCENTS[parts[1][1]];
      if (!accent) return [...base, ...inner(parts[1], 1)];
      const last = base[base.length - 1];
      return [...base.slice(0, -1), { ...last, text: last.text + accent }];
    }
    case "mfrac":
      return [...grouped(parts[0]), plain(" / "), ...grouped(parts[1])];
    case "msqrt": {
      const [first, ...rest] = grouped(parts[0]);
      return [{ ...first, text: `√${first.text}` }, ...rest];
    }
    default:
      return parts.flatMap((part) => inner(part));
  }
}

const SERIF = '"STIX Two Text", "Cambria Math", "Times New Roman", "DejaVu Serif", serif';
const RISE = { 0: 0, 1: -0.34, "-1": 0.22 }; // of the size of type

/** The formula as pieces of a text of that size.
 * @param {import("./types").Formula} formula @param {number} size */
export function typeset(formula, size) {
  let at = 0;
  return runsOf(formula).map(({ text, level, slanted }) => {
    const rise = RISE[level] * size;
    const dy = Number((rise - at).toFixed(2));
    at = rise;
    return s(
      "tspan",
      {
        dy: dy || null,
        "font-size": level ? Number((0.72 * size).toFixed(1)) : null,
        "font-family": SERIF,
        "font-style": slanted ? "italic" : null,
        "font-weight": 400,
        "xml:space": "preserve",
      },
      text,
    );
  });
}
