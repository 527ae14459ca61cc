import assert from "node:assert/strict";
import { test } from "node:test";
import { nths } from "../../core/stage/nth.js";
import { gaps, route } from "../../core/views/decode/route.js";

const row = (top, ...places) => ({
  top,
  bottom: top + 30,
  boxes: places.map(([x, w]) => ({ x, w, y: top })),
});
const WORDS = [
  [0, 60],
  [70, 80],
  [160, 40],
];

// Where a path stands at each height that it names, by its V and C commands.
function stations(path) {
  const numbers = path
    .match(/[MVC][^MVC]*/g)
    .map((one) => [one[0], one.slice(1).match(/[\d.-]+/g)]);
  let x = 0;
  return numbers.map(([command, found]) => {
    const all = found.map(Number);
    if (command !== "V") x = all.at(-2);
    return [x, all.at(-1)];
  });
}

test("a row is passed between its words, or behind the last where there is room", () => {
  const { boxes } = row(0, ...WORDS);
  assert.deepEqual(gaps(boxes, 300), [65, 155, 208]);
  assert.deepEqual(gaps(boxes, 200), [65, 155]);
});

test("a line never runs through a word of a row between", () => {
  const [under, over] = [row(50, ...WORDS), row(200, ...WORDS)];
  for (const from of WORDS)
    for (const to of WORDS) {
      const [start, end] = [from, to].map(([x, w]) => ({ x, w, y: 0 }));
      const path = route(start, 30, { ...end, y: 250 }, [under], [over], 300);
      const found = stations(path);
      for (const { top, bottom, boxes } of [under, over]) {
        const inside = found.filter(([, y]) => y >= top && y <= bottom);
        assert.equal(inside.length, 2);
        for (const [x] of inside)
          for (const box of boxes) assert.ok(x < box.x || x > box.x + box.w);
      }
      const [[first], [last]] = [found[0], found.at(-1)];
      assert.ok(first > start.x && first < start.x + start.w);
      assert.ok(last > end.x && last < end.x + end.w);
      assert.equal(found.at(-1)[1], 250);
    }
});

test("behind the last word of a row a line goes straight on", () => {
  const { boxes } = row(0, ...WORDS);
  assert.deepEqual(gaps(boxes, 300, 250), [65, 155, 250]);
  assert.deepEqual(gaps(boxes, 300, 400), [65, 155, 298]);
  const under = row(50, [0, 40]);
  const path = route({ x: 100, w: 60, y: 0 }, 30, { x: 110, w: 40, y: 250 }, [under], [], 300);
  assert.ok(stations(path).every(([x]) => x === 130));
});

test("without rows between a line is one curve from middle to middle", () => {
  const path = route({ x: 0, w: 40, y: 0 }, 30, { x: 100, w: 60, y: 130 }, [], [], 300);
  assert.deepEqual(stations(path), [
    [20, 30],
    [130, 130],
  ]);
});

test("a word that comes again has a number, a mark or a character has none", () => {
  assert.deepEqual(nths(["The", "dog", "and", "the", "cat", ",", ","]), [
    "₁",
    "",
    "",
    "₂",
    "",
    "",
    "",
  ]);
  assert.deepEqual(nths(["▁la", "▁la", "▁vie"]), ["₁", "₂", ""]);
  assert.deepEqual(nths([..."hello"]), ["", "", "", "", ""]);
  assert.equal(nths(Array(12).fill("no")).at(-1), "₁₂");
});
