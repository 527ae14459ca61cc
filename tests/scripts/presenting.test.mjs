import assert from "node:assert/strict";
import { test } from "node:test";
import { best, letterOf, scaleOf } from "../../core/stage/fitting.js";

const room = { width: 1200, height: 560 };

test("a panel is enlarged as far as it fits, and never beyond four times", () => {
  const scale = scaleOf({ width: 600, height: 200 }, room);
  assert.equal(scale, 2);
  assert.ok(200 * scale <= room.height);
  assert.equal(scaleOf({ width: 100, height: 50 }, room), 4);
  assert.equal(scaleOf({ width: 4000, height: 90 }, room), 0.9); // one scrolls then
});

test("of several layouts the one that becomes largest is taken, if nothing in it is cut off", () => {
  const tall = { width: 360, height: 900, cut: 0 };
  const flat = { width: 800, height: 300, cut: 0 };
  assert.equal(best([tall, flat], room), 1);
  assert.equal(best([{ ...flat, cut: 40 }, tall], room), 1);
  assert.equal(
    best(
      [
        { ...flat, cut: 40 },
        { ...flat, cut: 400 },
      ],
      room,
    ),
    0,
  );
});

test("a key is known in any script", () => {
  assert.equal(letterOf({ key: "P", code: "KeyP" }), "p");
  assert.equal(letterOf({ key: "ㅔ", code: "KeyP" }), "p");
  assert.equal(letterOf({ key: "?", code: "Slash" }), "?");
  assert.equal(letterOf({ key: "r", code: "KeyP" }), "r"); // another layout
});
