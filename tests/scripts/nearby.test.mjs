import assert from "node:assert/strict";
import { test } from "node:test";
import { after, around, layout } from "../../core/views/nearby/read.js";
import { alongAt, corners, upAt } from "../../core/views/recall/curve.js";

test("points keep their distances, and all are inside", () => {
  const points = [
    [0, 0],
    [4, 0],
    [0, 1],
  ];
  const place = layout(points, 200, 100, 10);
  const [a, b, c] = points.map(place);
  assert.ok(Math.abs((b[0] - a[0]) / (a[1] - c[1]) - 4) < 1e-9);
  for (const [x, y] of [a, b, c]) assert.ok(x >= 10 && x <= 190 && y >= 10 && y <= 90);
});

test("one point alone stands in the middle", () =>
  assert.deepEqual(layout([[3, 3]], 200, 100, 10)([3, 3]), [100, 50]));

test("a token stands between what came before and what follows", () => {
  assert.deepEqual(around("I know that.", 1, 6), ["I ", "know", " that."]);
  assert.deepEqual(around("I know", 0, 1), ["", "I", " know"]);
});

test("keys lead among tokens, and others mean nothing", () => {
  assert.equal(after(0, "ArrowLeft", 3), 0);
  assert.equal(after(0, "End", 3), 2);
  assert.equal(after(1, "ArrowRight", 3), 2);
  assert.equal(after(1, "x", 3), null);
});

test("a curve's line goes through its figures, and its band around them", () => {
  const curve = {
    at: [1, 3],
    figures: [
      { value: 1, low: 0.9, high: 1 },
      { value: 0.5, low: 0.25, high: 0.75 },
    ],
  };
  const { line, band } = corners(curve, [1, 2, 3]);
  assert.equal(line.split(" ").length, 2);
  assert.equal(band.split(" ").length, 4);
  assert.ok(upAt(1) < upAt(0.5) && upAt(0.5) < upAt(0));
  assert.ok(
    Math.abs(alongAt(2, [1, 2, 3]) - (alongAt(1, [1, 2, 3]) + alongAt(3, [1, 2, 3])) / 2) < 1e-9,
  );
});
