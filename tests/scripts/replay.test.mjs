// Several trainings in step: which moment each of them shows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { curve, momentAt, place, shownAt, updatesOf } from "../../core/views/replay/read.js";

const one = (update, figure, shown = [1]) => ({ update, figure, shown });
const films = [
  { moments: [one(1, 2), one(4, null, []), one(8, 5)] },
  { moments: [one(4, 3), one(6, 4)] },
];

test("each update that anything was measured at is a moment", () => {
  assert.deepEqual(updatesOf(films), [1, 4, 6, 8]);
});

test("a training shows its last moment, and nothing before its first", () => {
  assert.equal(momentAt(films[0].moments, 6).update, 4);
  assert.equal(shownAt(films[0].moments, 6).update, 1);
  assert.equal(momentAt(films[1].moments, 3), undefined);
});

test("a curve has what was measured", () => {
  assert.deepEqual(curve(films[0].moments, "figure"), [
    [1, 2],
    [8, 5],
  ]);
});

test("moments at powers of two stand evenly", () => {
  assert.equal(place(0, 7, true), 0);
  assert.equal(place(7, 7, true), 1);
  assert.ok(Math.abs(place(1, 7, true) - 1 / 3) < 1e-12);
  assert.equal(place(50, 100, false), 0.5);
});
