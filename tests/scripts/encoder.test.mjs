import assert from "node:assert/strict";
import { test } from "node:test";
import {
  before,
  filled,
  handed,
  openness,
  placeOf,
  stepFor,
  stepsOf,
} from "../../core/views/encoder/read.js";

const sweep = (layer, backward) => ({ kind: "sweep", layer, backward });
const embedded = { kind: "embedded", layer: 0 };
const memory = { kind: "memory", layer: -1 };
const both = [embedded, sweep(1, false), sweep(1, true), sweep(2, false), sweep(2, true), memory];
const size = 3;
const steps = stepsOf(size, both);

test("a layer is read through before the next begins, and the last step hands over", () => {
  assert.equal(steps.length, 2 * size + 1);
  assert.deepEqual(
    steps.map(({ layer, index }) => `${layer}.${index}`),
    ["1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "3.0"],
  );
  assert.ok(steps[6].over);
});

test("both directions read at a time, from either end", () => {
  assert.equal(placeOf(both[1], steps[0], size), 0);
  assert.equal(placeOf(both[2], steps[0], size), 2);
  assert.equal(placeOf(both[3], steps[0], size), null);
});

test("a cell is filled from the step on that works it out, and that step is found", () => {
  for (const row of both)
    for (let place = 0; place < size; place += 1) {
      const at = row === embedded ? 0 : stepFor(row, place, steps, size);
      steps.forEach((step, i) => assert.equal(filled(row, place, step, size), i >= at));
    }
});

test("each direction hands over its last state, and begins from nothing", () => {
  assert.ok(handed(both[1], 2, size) && !handed(both[1], 0, size));
  assert.ok(handed(both[2], 0, size) && !handed(both[2], 2, size));
  assert.equal(before(both[1], 0, size), null);
  assert.equal(before(both[1], 2, size), 1);
  assert.equal(before(both[2], 2, size), null);
  assert.equal(before(both[2], 0, size), 1);
});

test("an encoder that reads all at once has a step for each layer", () => {
  const rows = [embedded, { kind: "layer", layer: 1 }, { kind: "layer", layer: 2 }, memory];
  const found = stepsOf(5, rows);
  assert.deepEqual(
    found.map(({ layer, over }) => [layer, over]),
    [
      [0, false],
      [1, false],
      [2, false],
      [3, true],
    ],
  );
  assert.equal(placeOf(rows[1], found[1], 5), -1);
  assert.equal(stepFor(rows[2], 3, found, 5), 2);
});

test("a gate is as open as its numbers are on average", () =>
  assert.equal(openness(Float32Array.of(0, 0.5, 1)), 0.5));
