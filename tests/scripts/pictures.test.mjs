import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellAt,
  cellsOf,
  pixelsOf,
  resized,
  roomFor,
  textOf,
  thingsOf,
  veil,
  within,
} from "../../core/views/pictures/read.js";

const board = { side: 64, smallest: 16, largest: 34, holds: 6 };
const fox = { thing: "fox", left: 36, top: 3, size: 18 };

test("pixels are as they travelled, each with an opacity of its own", () => {
  const text = Buffer.from([1, 2, 3, 250, 251, 252]).toString("base64");
  assert.deepEqual([...pixelsOf(text)], [1, 2, 3, 255, 250, 251, 252, 255]);
});

test("a board is the text that stands in links", () => {
  assert.equal(textOf([fox, { ...fox, thing: "pizza", left: 0 }]), "fox 36,3,18; pizza 0,3,18");
  assert.equal(textOf([]), "");
});

test("a drawing stays whole on the board, in whole pixels and in its sizes", () => {
  assert.deepEqual(within({ ...fox, left: -3.4, top: 60 }, board), { ...fox, left: 0, top: 46 });
  assert.deepEqual(within({ ...fox, size: 90 }, board), { ...fox, left: 30, size: 34 });
  assert.equal(within({ ...fox, size: 2 }, board).size, 16);
  const larger = resized(fox, 4, board);
  assert.deepEqual(larger, { thing: "fox", left: 34, top: 1, size: 22 });
  assert.deepEqual(resized(larger, -4, board), fox);
});

test("a new drawing covers least of the others", () => {
  assert.deepEqual(roomFor("egg", 20, [], board), { thing: "egg", left: 2, top: 2, size: 20 });
  const first = { thing: "egg", left: 0, top: 0, size: 34 };
  const free = roomFor("egg", 20, [first], board);
  assert.ok(free.left >= 34 || free.top >= 34);
});

test("the cell with the largest weight has no veil, and none is brighter than a heavier one", () => {
  const dark = veil([0.5, 0.25, 0.25, 0]);
  assert.equal(dark[0], 0);
  assert.equal(dark[3], 0.8);
  assert.ok(dark[1] > 0 && dark[1] < 0.8 && dark[1] === dark[2]);
});

test("a point of the board lies on a cell, row by row", () => {
  assert.equal(cellAt([0, 0], [8, 8]), 0);
  assert.equal(cellAt([0.99, 0.2], [8, 8]), 15);
  assert.equal(cellAt([0.5, 1], [8, 8]), null);
  assert.equal(cellAt([-0.1, 0.5], [8, 8]), null);
});

test("things and cells are groups as the numbers have them", () => {
  const groups = thingsOf([
    { label: "fox", cells: [1, 2] },
    { label: "elsewhere", cells: [0, 3] },
  ]);
  assert.deepEqual(groups[0].items, [1, 2]);
  assert.deepEqual(
    cellsOf([{ piece: "1,1" }, { piece: "1,2" }]).map(({ label, items }) => [label, items]),
    [
      ["1,1", [0]],
      ["1,2", [1]],
    ],
  );
});
