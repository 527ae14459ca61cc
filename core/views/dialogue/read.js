// What the numbers of answers come to: their order, where the keys lead, the scales of the chart.

/** @typedef {import("../../stage/wire").DialogueAnswer} Answer */

export const WAYS = ["beam", "sampling"];
export const ORDERS = ["total", "each", "gain"];

/** Log-probability a piece. @param {Answer} one */
export const each = (one) => one.total / one.pieces;

/** @param {Answer} one @param {string} order */
const worth = (one, order) =>
  order === "each" ? each(one) : order === "gain" ? (one.gain ?? -Infinity) : one.total;

/** The places of the answers of one way, those that rank first in that order first.
 * @param {Answer[]} answers @param {string} way @param {string} order @returns {number[]} */
export const ranked = (answers, way, order) =>
  answers
    .map((_, i) => i)
    .filter((i) => answers[i].way === way)
    .sort((a, b) => worth(answers[b], order) - worth(answers[a], order) || a - b);

/** Where a key leads from an answer, given both lists as they stand; null for no such key.
 * @param {string} key @param {number[][]} lists @param {number} now @returns {number | null} */
export function after(key, lists, now) {
  const side = Math.max(
    0,
    lists.findIndex((list) => list.includes(now)),
  );
  const row = Math.max(0, lists[side].indexOf(now));
  const at = (list, place) => list[Math.max(0, Math.min(list.length - 1, place))];
  if (key === "ArrowUp") return at(lists[side], row - 1);
  if (key === "ArrowDown") return at(lists[side], row + 1);
  if (key === "Home") return lists[side][0];
  if (key === "End") return at(lists[side], lists[side].length - 1);
  const other = lists[key === "ArrowRight" ? 1 : 0];
  if (key !== "ArrowLeft" && key !== "ArrowRight") return null;
  return other.length && !other.includes(now) ? at(other, row) : now;
}

/** The weight of each word that was read, a mean over the words that were written.
 * @param {Answer} one @returns {number[]} */
export const looked = ({ parts }) =>
  parts[0].weights.map(
    (_, k) => parts.reduce((all, word) => all + word.weights[k], 0) / parts.length,
  );

/** Round numbers from 0 to at least `most`, about `count` of them.
 * @param {number} most @param {number} count @returns {number[]} */
export function ticks(most, count) {
  const rough = Math.max(most, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough;
  const whole = Math.max(1, step);
  return Array.from({ length: Math.ceil(most / whole) + 1 }, (_, i) => i * whole);
}
