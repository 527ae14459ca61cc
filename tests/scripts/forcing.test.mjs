// What the columns of two ways say, and the learning rate's curve.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bare,
  depth,
  heaviest,
  lowest,
  nats,
  points,
  wordsOf,
} from "../../core/views/forcing/read.js";
import { levels, rateAt, scaledAt, short, stepsTo } from "../../core/views/schedule/rate.js";

test("pieces are put together as a text", () => {
  assert.equal(wordsOf(["▁Le", "▁v", "ieil", ".", "</s>"]), "Le vieil.");
  assert.equal(bare("▁s"), "s");
  assert.equal(bare("▁"), "␣");
});

test("numbers that are missing stay so", () => {
  assert.equal(nats(null), "–");
  assert.equal(nats(-1.234), "−1.23");
  assert.deepEqual(points([-1, null, -2]), [
    [0, -1],
    [2, -2],
  ]);
  assert.equal(lowest([[-0.1, null], [-4.2]]), 5);
  assert.equal(lowest([[0]]), 1);
  assert.equal(heaviest([0.1, 0.7, 0.2]), 1);
  assert.equal(depth(-20, 10), 1);
});

test("the rate rises to the end of the warm-up and falls with the root after it", () => {
  const at = (step) => rateAt(step, 512, 4000);
  assert.ok(at(1) < at(2000) && at(2000) < at(4000) && at(4000) > at(4001));
  assert.ok(Math.abs(at(2000) / at(4000) - 0.5) < 1e-9);
  assert.ok(Math.abs(at(16000) / at(4000) - 0.5) < 1e-9);
  assert.equal(short(at(4000)), "0.000699"); // 512^-½ · 4000^-½
});

test("another peak changes the height alone", () => {
  const peak = rateAt(4000, 512, 4000);
  for (const step of [1, 700, 4000, 9000])
    assert.ok(Math.abs(scaledAt(step, peak, 4000) - rateAt(step, 512, 4000)) < 1e-12);
});

test("the peak is among the steps, and levels are round", () => {
  assert.ok(stepsTo(20000, 4000).includes(4000));
  assert.ok(!stepsTo(1000, 4000).includes(4000));
  assert.deepEqual(levels(0.0016), [0, 0.0005, 0.001, 0.0015]);
  assert.deepEqual(levels(9), [0, 2, 4, 6, 8]);
});
