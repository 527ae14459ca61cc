// What the columns of two ways through a sentence say, as words and numbers.

import { fixed } from "../../stage/dom.js";

/** Pieces as a text. @param {string[]} pieces @returns {string} */
export const wordsOf = (pieces) =>
  pieces
    .filter((one) => one !== "</s>")
    .join("")
    .replaceAll("▁", " ")
    .trim();

/** Nats with two digits; nothing where there are none. @param {number | null | undefined} value */
export const nats = (value) => (value == null ? "–" : fixed(value, 2));

/** The source token with the largest weight. @param {number[]} weights @returns {number} */
export const heaviest = (weights) => weights.indexOf(Math.max(...weights));

/** How far down a log-probability stands, from 0 to 1, `most` nats being the bottom.
 * @param {number} logProb @param {number} most */
export const depth = (logProb, most) => Math.min(1, Math.max(0, -logProb / most));

/** Points of a line, where there are values: x is the step. @param {(number | null)[]} values
 * @returns {[number, number][]} */
export const points = (values) =>
  values.flatMap((value, step) =>
    value === null ? [] : [/** @type {[number, number]} */ ([step, value])],
  );

/** The lowest of the values, rounded away from zero to a whole number, at least 1 below it.
 * @param {(number | null)[][]} lines @returns {number} */
export const lowest = (lines) =>
  Math.max(1, Math.ceil(-Math.min(0, ...lines.flat().map((one) => one ?? 0))));

/** A piece as it is named in a sentence: without the mark of its word's start.
 * @param {string} piece @returns {string} */
export const bare = (piece) => piece.replaceAll("▁", "") || "␣";
