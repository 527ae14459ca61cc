// Words that stand several times in a sentence are told apart by a small number.

const DIGITS = "₀₁₂₃₄₅₆₇₈₉";
const small = (/** @type {number} */ count) =>
  [...String(count)].map((digit) => DIGITS[Number(digit)]).join("");
const letters = (/** @type {string} */ label) => [...label].length;

/** What stands behind each label: "₁", "₂", … where the word comes again, else nothing. Marks are
 * not counted, nor are characters, of which nearly all come again.
 * @param {string[]} labels @returns {string[]} */
export function nths(labels) {
  const single = labels.filter((one) => letters(one) < 2).length;
  /** @type {Map<string, number>} */
  const times = new Map();
  /** @type {Map<string, number>} */
  const seen = new Map();
  const words = labels.map((one) => one.toLowerCase());
  for (const one of words) times.set(one, (times.get(one) ?? 0) + 1);
  return words.map((one) => {
    if (2 * single > labels.length || times.get(one) === 1 || !/[\p{L}\p{N}]/u.test(one)) return "";
    seen.set(one, (seen.get(one) ?? 0) + 1);
    return small(seen.get(one) ?? 0);
  });
}
