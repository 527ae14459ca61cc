import assert from "node:assert/strict";
import { test } from "node:test";
import { aboveDiagonal } from "../../core/stage/cover.js";
import { cellSizes, columnsOf, nameOfTile } from "../../core/stage/tiles.js";
import { around } from "../../core/views/maps/hand.js";
import { changed } from "../../core/views/workbench/parameters.js";

const block = (heads, rows, columns) => ({
  name: "cross",
  heads,
  layers: 2,
  rows: Array(rows).fill("a"),
  columns: Array(columns).fill("b"),
});

test("a tile is called after its layer and head, the mean after its layer", () => {
  const one = block(3, 4, 5);
  assert.equal(columnsOf(one), 4);
  assert.equal(nameOfTile(one, 1, 2), "cross.2.3");
  assert.equal(nameOfTile(one, 1, 3), "cross.2");
});

test("cells are whole pixels of the screen, as many as fit the tile's width and height", () => {
  assert.deepEqual(cellSizes([block(4, 10, 20)], 105, 92, 1), [5]);
  assert.deepEqual(cellSizes([block(4, 46, 20)], 105, 92, 1), [2]);
  assert.deepEqual(cellSizes([block(4, 10, 20)], 105, 92, 2), [5]); // 10.5 pixels of the screen
  assert.deepEqual(cellSizes([block(4, 10, 20)], 115, 92, 2), [5.5]);
});

test("where less than a pixel fits, cells are smaller than one", () => {
  const [size] = cellSizes([block(4, 10, 200)], 100, 92, 1);
  assert.equal(size, 0.5);
});

test("what comes after each row lies right of the diagonal", () => {
  assert.deepEqual(aboveDiagonal(1), []);
  const corners = aboveDiagonal(3);
  const area = corners.reduce((sum, [x, y], i) => {
    const [a, b] = corners[(i + 1) % corners.length];
    return sum + (x * b - a * y) / 2;
  }, 0);
  assert.equal(Math.abs(area), 3); // cells above the diagonal of 3 × 3
});

test("one number of one parameter is another, and the rest stays", () => {
  const parameters = [
    {
      score: "general",
      name: "W_a",
      rows: [
        [1, 2],
        [3, 4],
      ],
    },
    { score: "concat", name: "W_a", rows: [[5]] },
  ];
  const now = changed(parameters, { score: "general", name: "W_a", r: 1, c: 0, value: 9 });
  assert.deepEqual(now[0].rows, [
    [1, 2],
    [9, 4],
  ]);
  assert.equal(now[1], parameters[1]);
  assert.deepEqual(parameters[0].rows[1], [3, 4]);
});

test("a map leads to its head, its layer and all heads", () => {
  assert.deepEqual(around("cross.2.5"), ["cross.2.5", "cross.2", "cross"]);
  assert.deepEqual(around("cross.2"), ["cross.2", "cross"]);
});
