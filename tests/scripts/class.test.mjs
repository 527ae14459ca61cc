// What a class shows, and what came of its polls.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chipsOf, rightOf } from "../../core/classroom/browser/poll.js";
import * as scene from "../../core/classroom/browser/scene.js";
import { pollOf } from "../../core/views/predict/poll.js";

test("a place is its page and its link, without what each has for themselves", () => {
  const href = "http://school/decode?text=a&step=2&lang=ko&projector=1&class=BCDFHJ";
  const place = scene.placeOf(href);
  assert.deepEqual(place, { page: "decode", given: { text: "a", step: "2" } });
  assert.deepEqual(scene.asksOf(place.given, ["step"]), { text: "a" });
  assert.deepEqual(scene.overlaid(place.given, { step: 3, table: null }), { text: "a", step: "3" });
  const link = scene.linkTo({ page: "", asks: { text: "<b>" }, view: {}, large: false }, href);
  assert.equal(link, "http://school/?text=%3Cb%3E");
});

test("order makes no other question, and who is behind is counted", () => {
  assert.ok(scene.alike({ a: "1", b: "2" }, { b: "2", a: "1" }));
  assert.ok(!scene.alike({ a: "1" }, { a: "1", b: "" }));
  assert.equal(scene.behind([3, 5, 9], 5), 1);
});

test("ten chips stand for the room, whatever its size", () => {
  for (const counts of [[1, 1, 1], [30, 0, 7, 3], [1], [999, 1]])
    assert.equal(
      chipsOf(counts).reduce((a, b) => a + b, 0),
      10,
    );
  assert.deepEqual(chipsOf([0, 0]), [0, 0]);
  assert.equal(rightOf([0.1, 0.7, 0.2]), 1);
});

test("of two weights that changed places the pair is among the choices, once", () => {
  const sources = Array.from({ length: 9 }, (_, i) => `w${i}`);
  const row = sources.map((_, i) => (i + 1) / 45);
  const wrong = [...row];
  [wrong[2], wrong[7]] = [row[7], row[2]];
  const item = { kind: "softmax", ask: [[["plain", "Which?"]]], sources, row, wrong, options: [] };
  const found = pollOf({ words: {} }, item);
  assert.ok(found.choices.length <= 12);
  assert.equal(found.choices[found.weights.indexOf(1)], "w2 ↔ w7");
  assert.equal(found.weights.filter((one) => one === 1).length, 1);
});
