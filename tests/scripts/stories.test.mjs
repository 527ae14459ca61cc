import assert from "node:assert/strict";
import { test } from "node:test";
import {
  askedNext,
  heaviest,
  linesOf,
  readLooks,
  sums,
  wordsOf,
} from "../../core/views/stories/read.js";

const packed = (shape, values) => ({
  dtype: "f4",
  shape,
  data: Buffer.from(Float32Array.from(values).buffer).toString("base64"),
});

// "Joe sat. Who?" in two looks: the answer is "Joe", with its end.
const weights = [0.75, 0.25, 0, 0, 0, 0.5, 0.5, 0, 0, 0];
const second = [0.125, 0.875, 0, 0, 0, 1, 0, 0, 0, 0];
const items = ["Joe", "sat", ".", "Who", "?"].map((piece, i) => [9 + i, piece, piece, i]);
const candidates = [[9, "Joe", -0.1, -0.1, -0.1, "kept", 1, null]];
const json = JSON.stringify({
  model: { name: "eng-tales", has: ["hops"] },
  typed: "Joe sat.\nWho?",
  axes: [
    { name: "source", kind: "text", items, states: packed([5, 2], Array(10).fill(0)) },
    { name: "written", kind: "path", items: [], states: null },
  ],
  attentions: [
    {
      block: "cross",
      queries: "written",
      keys: "source",
      scores: packed([2, 1, 2, 5], Array(20).fill(1)),
      weights: packed([2, 1, 2, 5], [...weights, ...second]),
      visible: {
        dtype: "b1",
        shape: [1, 1, 2, 5],
        data: Buffer.from([1, 1, 1, 0, 0, 1, 1, 1, 0, 0]).toString("base64"),
      },
      values: packed([2, 1, 5, 2], [...Array(10).fill(1), ...Array(10).fill(2)]),
      sums_states: false,
    },
  ],
  tree: {
    search: { beam: 1, sampling: null },
    leaves: [0],
    steps: [{ token: items[0], parent: null, expansion: 0, log_prob: -0.1, total: -0.1 }],
    expansions: [
      {
        run: 0,
        step: null,
        entropy: 0.1,
        candidates,
        context: packed([2, 1, 2], [1, -3, 5, 6]),
        state: packed([2], [0.5, 1]),
        combined: packed([2], [6.5, 6]),
      },
    ],
  },
});
const lines = linesOf([
  { text: "Joe sat.", tokens: [0, 3] },
  { text: "Who?", tokens: [3, 5] },
]);

test("the steps are looks, each with its own weights, values and context", () => {
  const { steps } = readLooks(json);
  assert.equal(steps.length, 2);
  assert.deepEqual([...steps[0].weights], [0.75, 0.25, 0, 0, 0]);
  assert.deepEqual([...steps[1].weights], [0.125, 0.875, 0, 0, 0]);
  assert.deepEqual([...steps[1].states[0]], [2, 2]);
  assert.deepEqual([...steps[0].context], [1, -3]);
  assert.equal(steps[1].token.piece, "Joe");
});

test("a look asks with what the one before found, the last gives what is read off", () => {
  const { steps } = readLooks(json);
  assert.deepEqual([...steps[0].state], [0.5, 1]);
  assert.deepEqual([...steps[0].combined], [1.5, 0]); // nothing negative in the second half
  assert.deepEqual([...steps[1].state], [1.5, 0]);
  assert.deepEqual([...steps[1].combined], [6.5, 6]);
  assert.deepEqual([...askedNext(Float32Array.from([1, 1, 1]), [-2, 2, -2])], [-1, 3, 0]);
});

test("the weight of a line is the sum over its words", () => {
  const { steps } = readLooks(json);
  assert.deepEqual(sums(steps[0], lines), [1, 0]);
  assert.equal(heaviest([0.25, 0.5, 0.25]), 1);
});

test("words stand as they were typed", () => {
  const told = wordsOf(readLooks(json), lines[0]);
  assert.deepEqual(
    told.map(({ before, word }) => before + word),
    ["Joe", " sat", "."],
  );
});
