// What is changed in the attention of a translation, as one value: rows by hand, and what holds for
// every step. A link and the server have it as the texts that `told` makes.

import { millionths, without } from "./simplex.js";

/** @typedef {{ step: number, block: string, name: string, parts: number[] | null }} Row weights by
 *   hand, in millionths; null where attention is off */
/** @typedef {{ rows: Row[], temperature: number, forbidden: number[],
 *   uniform: { block: string, name: string }[] }} Edits */

export const NOTHING = { rows: [], temperature: 1, forbidden: [], uniform: [] };

/** @param {import("../../stage/wire").DecodeHeld} held @returns {Edits} */
export const editsOf = ({ given, temperature, forbidden, uniform }) => ({
  rows: given,
  temperature,
  forbidden,
  uniform,
});

/** As the link has them; what is as usual is empty.
 * @param {Edits} edits */
export const told = ({ rows, temperature, forbidden, uniform }) => ({
  weights: rows
    .map(({ step, block, parts }) => {
      const place = block === "cross" ? `${step + 1}` : `${step + 1}@${block}`;
      return `${place}:${parts ? parts.join(".") : "off"}`;
    })
    .join(","),
  temperature: String(temperature),
  without: forbidden.map((place) => place + 1).join("."),
  uniform: uniform.map(({ block }) => block).join(","),
});

/** @param {Edits} edits */
export const key = (edits) => JSON.stringify(told(edits));

/** Whether nothing is changed.
 * @param {Edits} edits */
export const isNothing = (edits) => key(edits) === key(NOTHING);

const holds = (outer, inner) => inner === outer || inner.startsWith(`${outer}.`);

/** With a row more: it stands for all that were given for the same heads at that step. Rows are in
 * the order of their steps, those of one step in that in which they were given.
 * @param {Edits} edits @param {Row} row @returns {Edits} */
export const withRow = (edits, row) => {
  const others = edits.rows.filter((one) => one.step !== row.step || !holds(row.block, one.block));
  return { ...edits, rows: [...others, row].sort((a, b) => a.step - b.step) };
};

/** @param {Edits} edits @param {Row} row @returns {Edits} */
export const withoutRow = (edits, row) => ({
  ...edits,
  rows: edits.rows.filter((one) => one.step !== row.step || one.block !== row.block),
});

/** With those source tokens forbidden that are named, and no others: rows by hand lose what they
 * gave them, and where nothing is left the row goes.
 * @param {Edits} edits @param {number[]} forbidden @returns {Edits} */
export const withForbidden = (edits, forbidden) => ({
  ...edits,
  forbidden,
  rows: edits.rows.flatMap((row) => {
    if (!row.parts || !row.parts.some((part, i) => part && forbidden.includes(i))) return [row];
    const left = without(row.parts, forbidden);
    return left ? [{ ...row, parts: millionths(left) }] : [];
  }),
});

/** With that head, layer or block uniform everywhere, or not any more.
 * @param {Edits} edits @param {{ block: string, name: string }} one @returns {Edits} */
export const toggledUniform = (edits, one) => ({
  ...edits,
  uniform: edits.uniform.some(({ block }) => block === one.block)
    ? edits.uniform.filter(({ block }) => block !== one.block)
    : [...edits.uniform, one],
});

/** What was changed, one after the other, and which of it is shown.
 * @typedef {{ all: Edits[], place: number }} History */

/** The history that shows `now`: the `kept` one, where that has it.
 * @param {Edits} now @param {History | undefined} kept @returns {History} */
export function historyOf(now, kept) {
  const fresh = isNothing(now) ? [now] : [NOTHING, now];
  if (!kept) return { all: fresh, place: fresh.length - 1 };
  const here = key(now);
  if (key(kept.all[kept.place]) === here) return kept;
  const place = kept.all.findLastIndex((one) => key(one) === here); // by the browser's way back
  return place >= 0 ? { ...kept, place } : pushed(kept, now);
}

/** @param {History} history @param {Edits} now @returns {History} */
export const pushed = ({ all, place }, now) => ({
  all: [...all.slice(0, place + 1), now],
  place: place + 1,
});
