// What a prediction is worth, and where chips may go.

import assert from "node:assert/strict";
import test from "node:test";

import {
  divergence,
  exchanged,
  judged,
  moved,
  overlap,
  spread,
  verdict,
  whole,
} from "../../core/views/predict/judge.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("the row of chips is a distribution without a nothing", () => {
  const row = spread([10, 0, 0, 0]);
  near(
    row.reduce((a, b) => a + b),
    1,
  );
  near(row[0], 0.9925);
  near(row[1], 0.0025);
});

test("a divergence is nothing for the same, and finite where a word has no chip", () => {
  near(divergence([0.25, 0.75], [0.25, 0.75]), 0);
  near(divergence([1, 0], [0.5, 0.5]), Math.log(2));
  assert.ok(divergence([0, 1], spread([10, 0])) < 6);
  assert.ok(divergence([0.5, 0.5], [0.9, 0.1]) !== divergence([0.9, 0.1], [0.5, 0.5]));
  near(overlap([0.5, 0.5], [1, 0]), 0.5);
});

test("a row is judged by what both share, a choice by how far it is behind", () => {
  const row = { kind: "row", row: [0.7, 0.3], best: [7, 3], options: [] };
  const found = judged(row, [7, 3]);
  assert.equal(found.said, "row_near");
  near(found.share, 1);
  near(found.nats, found.best);
  assert.equal(judged(row, [0, 10]).said, "row_partly");
  const options = [{ value: 0.8 }, { value: 0.1 }];
  const token = { kind: "token", options, right: 0 };
  assert.deepEqual(judged(token, [0]), { said: "token_right", nats: 0, right: true });
  near(judged(token, [1]).nats, Math.log(8));
  const softmax = { kind: "softmax", row: [0.6, 0.3, 0.1], wrong: [0.1, 0.3, 0.6] };
  assert.ok(judged(softmax, [0, 2]).right);
  assert.ok(judged(softmax, [0, 1]).nats > 0);
  assert.ok(Number.isNaN(judged({ kind: "model", options, right: 1 }, [0]).nats));
  assert.equal(verdict(0.1), "elsewhere");
});

test("no chip is lost, made, or taken from where there is none", () => {
  assert.deepEqual(moved([0, 0], null, 1), [0, 1]);
  assert.deepEqual(moved([5, 5], null, 1), [5, 5]);
  assert.deepEqual(moved([5, 5], 0, 1), [4, 6]);
  assert.deepEqual(moved([0, 5], 0, 1), [0, 5]);
  assert.deepEqual(moved([1, 0], 0, null), [0, 0]);
  assert.deepEqual(exchanged([1, 2, 3], [0, 2]), [3, 2, 1]);
});

test("an answer is whole with ten chips, two weights, or one choice", () => {
  assert.ok(whole("row", [4, 6]) && !whole("row", [4, 5]));
  assert.ok(whole("softmax", [0, 1]) && !whole("softmax", [0]));
  assert.ok(whole("token", [3]) && !whole("token", []));
});
