// How an encoder read a sentence, as steps: which rows are filled when, and what stands where.

import { decodeArray } from "../../stage/codec.js";

/** @typedef {import("../../stage/wire").EncoderPayload} Payload */
/** @typedef {{ layer: number, index: number, over: boolean }} Step */

/** The rows of the picture, from what is read to what is handed over: embeddings, each layer in
 * each direction, and h̄. @param {Payload} data @returns {{ size: number, rows: any[] }} */
export function readRows(data) {
  const embedded = decodeArray(data.embedded);
  const size = embedded.length;
  const sweeps = data.sweeps.map((one) => ({
    kind: "sweep",
    layer: one.layer,
    backward: one.backward,
    given: one.given ? decodeArray(one.given) : embedded,
    values: decodeArray(one.states),
    cells: one.cells && decodeArray(one.cells),
    gates: Object.entries(one.gates).map(([name, values]) => ({
      name,
      values: decodeArray(values),
    })),
    candidate: decodeArray(one.candidate),
  }));
  const layers = data.layers.map((values, i) => ({
    kind: "layer",
    layer: i + 1,
    backward: false,
    values: decodeArray(values),
  }));
  const memory = { kind: "memory", layer: -1, backward: false, values: decodeArray(data.memory) };
  return {
    size,
    rows: [
      { kind: "embedded", layer: 0, backward: false, values: embedded },
      ...sweeps,
      ...layers,
      memory,
    ],
  };
}

/** Every step in its order. A layer needs all that is below it: the first is read through before
 * the second begins, both directions at a time. The last step hands over.
 * @param {number} size @param {any[]} rows @returns {Step[]} */
export function stepsOf(size, rows) {
  const recurrent = rows.some((row) => row.kind === "sweep");
  const count = Math.max(0, ...rows.map((row) => row.layer));
  const steps = [];
  for (let layer = recurrent ? 1 : 0; layer <= count; layer += 1)
    for (let index = 0; index < (recurrent ? size : 1); index += 1)
      steps.push({ layer, index, over: false });
  return [...steps, { layer: count + 1, index: 0, over: true }];
}

/** Where one row is at work in a step: at that place, at all places (-1), or nowhere (null).
 * @param {any} row @param {Step} step @param {number} size */
export function placeOf(row, step, size) {
  if (row.layer !== step.layer || row.kind === "memory") return null;
  if (row.kind !== "sweep") return -1;
  return row.backward ? size - 1 - step.index : step.index;
}

/** Whether a cell has been worked out by a step. @param {any} row @param {number} place */
export function filled(row, place, step, size) {
  if (row.kind === "memory") return step.over;
  if (row.kind === "embedded" || step.layer > row.layer) return true;
  if (step.layer < row.layer) return false;
  if (row.kind !== "sweep") return true;
  return row.backward ? place >= size - 1 - step.index : place <= step.index;
}

/** Whether the decoder begins with a cell: the last one that each direction reads. */
export const handed = (row, place, size) =>
  row.kind === "sweep" && place === (row.backward ? 0 : size - 1);

/** The place that was read before `place`; null at the beginning. */
export function before(row, place, size) {
  const at = row.backward ? place + 1 : place - 1;
  return at < 0 || at >= size ? null : at;
}

/** The mean of numbers from 0 to 1: how open a gate is. @param {ArrayLike<number>} values */
export const openness = (values) =>
  Array.from(values).reduce((all, one) => all + one, 0) / values.length;

/** The step in which a cell is worked out. @param {Step[]} steps */
export function stepFor(row, place, steps, size) {
  if (row.kind === "memory") return steps.length - 1;
  const found = steps.findIndex((step) => {
    const at = placeOf(row, step, size);
    return at === place || at === -1;
  });
  return Math.max(0, found);
}
