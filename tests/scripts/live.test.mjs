import assert from "node:assert/strict";
import { test } from "node:test";
import {
  curve,
  frameAt,
  logPlace,
  measuredAt,
  merged,
  short,
  speed,
  targetOf,
  ticks,
  updatesOf,
} from "../../core/views/live/read.js";

const frame = (number, update, right = null) => ({
  number,
  moment: [update, update / 10, 1 / (update + 1), right === null ? null : 2, right],
});
const frames = [frame(1, 0, 0), frame(2, 5), frame(3, 9, 40), frame(4, 12)];

test("what comes twice is taken once, and what was missed is filled up", () => {
  const found = merged(frames.slice(0, 2), frames.slice(1));
  assert.deepEqual(
    found.map((one) => one.number),
    [1, 2, 3, 4],
  );
  assert.equal(merged(found, frames.slice(2)), found);
});

test("a long training keeps its first and its last frame, and not too many", () => {
  let known = [];
  for (let i = 1; i <= 3000; i += 1) known = merged(known, [frame(i, i)]);
  assert.ok(known.length <= 480);
  assert.equal(known[0].number, 1);
  assert.equal(known.at(-1).number, 3000);
});

test("two runs are seen at one update, each as it was then", () => {
  assert.deepEqual(updatesOf([frames, [frame(1, 0), frame(2, 7)]]), [0, 5, 7, 9, 12]);
  assert.equal(frameAt(frames, 8).number, 2);
  assert.equal(frameAt(frames, 99).number, 4);
  assert.equal(measuredAt(frames, 8).number, 1);
  assert.equal(measuredAt(frames, 99).number, 3);
});

test("a curve has what was measured", () => {
  assert.deepEqual(curve(frames, 4), [
    [0, 0],
    [9, 40],
  ]);
  assert.equal(curve(frames, 2).length, 4);
});

test("ticks are round and few", () => {
  assert.deepEqual(ticks(100), [0, 25, 50, 75, 100]);
  assert.deepEqual(ticks(2.8), [0, 1, 2]);
  assert.deepEqual(ticks(600), [0, 200, 400, 600]);
  assert.deepEqual(ticks(0), [0]);
  assert.deepEqual(ticks(Number.NaN), [0]);
});

test("speed is that of the last arrivals, and nobody's where nothing moves", () => {
  assert.equal(
    speed([
      [1000, 10],
      [3000, 50],
    ]),
    20,
  );
  assert.equal(speed([[1000, 10]]), null);
  assert.equal(
    speed([
      [1000, 10],
      [3000, 10],
    ]),
    null,
  );
});

test("smoothed targets of all tokens sum to one", () => {
  assert.ok(Math.abs(targetOf(0.1, 14, true) + 13 * targetOf(0.1, 14, false) - 1) < 1e-12);
  assert.equal(targetOf(0, 14, true), 1);
});

test("sizes of any power are told shortly, and have their place", () => {
  assert.equal(short(0.00012), "1.2e−4");
  assert.equal(short(-0.1234), "−0.123");
  assert.equal(short(1234.5), "1230");
  assert.equal(short(0), "0");
  assert.equal(logPlace(0.1, -4, 1), 0.6);
  assert.equal(logPlace(0, -4, 1), 0);
  assert.equal(logPlace(1e9, -4, 1), 1);
});
