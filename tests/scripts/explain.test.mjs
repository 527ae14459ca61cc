import assert from "node:assert/strict";
import { test } from "node:test";
import { order, readRows, rowAfter, shares } from "../../core/views/explain/read.js";
import { explanationsCsv } from "../../core/views/explain/take.js";

const packed = (shape, values) => ({
  dtype: "f4",
  shape,
  data: Buffer.from(Float32Array.from(values).buffer).toString("base64"),
});
const groups = [{ items: [0, 1] }, { items: [2] }, { items: [3] }];

test("rows are read step by step", () => {
  const [row] = readRows([
    { kind: "removed", signed: true, values: packed([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]) },
  ]);
  assert.equal(row.kind, "removed");
  assert.deepEqual([...row.values[1]], [5, 6, 7, 8]);
});

test("a word has the sum of its pieces, and a row's sizes are one", () => {
  const found = shares([2, 1, -4, 1], groups);
  assert.deepEqual(
    found.map(({ value }) => value),
    [3, -4, 1],
  );
  assert.deepEqual(
    found.map(({ share }) => share),
    [3 / 8, -4 / 8, 1 / 8],
  );
});

test("a row of nothing has no shares", () =>
  assert.deepEqual(
    shares([0, 0, 0, 0], groups).map(({ share }) => share),
    [0, 0, 0],
  ));

test("the heaviest comes first, whatever its sign, and of equal ones the earlier", () => {
  const row = [0.1, -0.5, 0.1, 0.3].map((share) => ({ share }));
  assert.deepEqual(order(row, false), [0, 1, 2, 3]);
  assert.deepEqual(order(row, true), [1, 3, 0, 2]);
});

test("arrows stay among the rows", () => {
  assert.equal(rowAfter(0, "ArrowUp", 3), 0);
  assert.equal(rowAfter(0, "ArrowDown", 3), 1);
  assert.equal(rowAfter(2, "ArrowDown", 3), 2);
});

test("every number of every step is in the table that is taken home", () => {
  const trace = {
    source: [{ piece: 'a"b' }, { piece: "c" }],
    steps: [{ token: { piece: "x" } }, { token: { piece: "y" } }],
  };
  const rows = [{ kind: "flow", values: [Float32Array.of(0.5, 0.25), Float32Array.of(0, -1)] }];
  const lines = explanationsCsv(trace, rows).trimEnd().split("\r\n");
  assert.equal(lines.length, 5);
  assert.equal(lines[1], '1,"x",flow,1,"a""b",0.5');
  assert.equal(lines[4], '2,"y",flow,2,"c",-1');
});
