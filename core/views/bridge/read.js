// Two models of one sentence as they travel, read, and one cell of both.

import { decodeArray } from "../../stage/codec.js";
import { token } from "../../stage/trace.js";

export function readBridge(data) {
  const read = (side) =>
    Object.fromEntries(
      Object.entries(side).map(([key, value]) => [key, value?.dtype ? decodeArray(value) : value]),
    );
  const left = read(data.recurrent);
  const right = read(data.heads);
  const steps = data.target.length;
  const size = right.queries[0].length;
  const bridge = {
    left,
    right,
    source: data.source.map(token),
    target: data.target.map(token),
    steps,
    size,
    columns: data.source.length,
    root: Math.sqrt(size),
  };
  const flat = (rows) => Float32Array.from(rows.flatMap((row) => Array.from(row)));
  const cached = {};
  // The whole map of a side, "weights" or "scores", one row a step.
  bridge.map = (side, kind, n) =>
    (cached[`${side} ${kind} ${n}`] ||= flat(
      side === "left" ? left[kind] : right[kind].slice(n * steps, (n + 1) * steps),
    ));
  return bridge;
}

// Everything of one step, source token, layer and head.
/** @param {any} bridge
 * @param {any} place */
export function bridgeCell({ left, right, steps, columns }, { now, column, layer, head }) {
  const n = layer * right.heads + head;
  const t = n * steps + now;
  return {
    left: {
      asks: left.queries[now],
      query: left.queries[now],
      read: left.memory[column],
      key: left.memory[column],
      value: left.memory[column],
      product: left.products[now][column],
      scores: left.scores[now],
      weights: left.weights[now],
      context: left.contexts[now],
      on: left.combined[now],
      stretch: left.stretch,
      likely: Math.exp(left.log_probs[now]),
    },
    right: {
      asks: right.given[layer * steps + now],
      query: right.queries[t],
      read: right.memory[column],
      key: right.keys[n * columns + column],
      value: right.values[n * columns + column],
      terms: [
        right.products[t][column],
        right.query_biases[n][column],
        right.key_biases[t][0],
        right.both_biases[n][0],
      ],
      scores: right.scores[t],
      weights: right.weights[t],
      context: right.contexts[t],
      on: right.added[layer * steps + now],
      joined: Float32Array.from(
        Array.from({ length: right.heads }, (_, i) =>
          Array.from(right.contexts[(layer * right.heads + i) * steps + now]),
        ).flat(),
      ),
      stretch: right.stretch[n],
      likely: Math.exp(right.log_probs[now]),
    },
  };
}
