// Explanations as they are shown: shares of their rows, on words or pieces, in an order.

import { decodeArray } from "../../stage/codec.js";

/** The rows of the message, their numbers read: [step][source piece].
 * @param {import("../../stage/wire").ExplainRow[]} rows */
export const readRows = (rows) =>
  rows.map(({ kind, signed, values }) => ({ kind, signed, values: decodeArray(values) }));

/** What each group of source pieces has of one row: the sums of its pieces, and their shares of
 * the sizes of the whole row, so that rows of any unit stand on one scale.
 * @param {ArrayLike<number>} values @param {{ items: number[] }[]} groups */
export function shares(values, groups) {
  const sums = groups.map(({ items }) => items.reduce((all, i) => all + values[i], 0));
  const whole = sums.reduce((all, one) => all + Math.abs(one), 0);
  return sums.map((value) => ({ value, share: whole > 0 ? value / whole : 0 }));
}

/** The places of the groups as they are read from left to right: those of the sentence, or the
 * heaviest of a row first.
 * @param {{ share: number }[]} row @param {boolean} sorted */
export function order(row, sorted) {
  const places = row.map((_, i) => i);
  if (!sorted) return places;
  return places.sort((a, b) => Math.abs(row[b].share) - Math.abs(row[a].share) || a - b);
}

/** Where a key leads among rows of that number. @param {number} at @param {string} key */
export const rowAfter = (at, key, count) =>
  Math.max(0, Math.min(count - 1, at + (key === "ArrowDown" ? 1 : -1)));
