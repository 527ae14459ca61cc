import assert from "node:assert/strict";
import { test } from "node:test";
import { arrayCsv } from "../../core/views/show/numbers.js";
import { brightest, readArray, scoreLimit } from "../../core/views/show/read.js";

const packed = (numbers, shape, dtype) => {
  const array = dtype === "f4" ? new Float32Array(numbers) : new Uint8Array(numbers);
  return { dtype, shape, data: Buffer.from(array.buffer).toString("base64") };
};

// A trace as it travels: layers, heads, queries and keys by their counts.
function read(shape, weights, { visible = [[1], [1, 1, 1, 1]], scores = null } = {}) {
  const axis = (name, count) => ({
    name,
    items: Array.from({ length: count }, (_, i) => [i, `${name}-${i}`, "", i]),
  });
  return readArray(
    JSON.stringify({
      axes: [axis("queries", shape[2]), axis("keys", shape[3])],
      attentions: [
        {
          queries: "queries",
          keys: "keys",
          weights: packed(weights, shape, "f4"),
          scores: scores && packed(scores, shape, "f4"),
          visible: packed(visible[0], visible[1], "b1"),
        },
      ],
    }),
    {},
  );
}

test("heads are called after their layer and place, and hold their own numbers", () => {
  const maps = read([2, 2, 1, 2], [0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6]);
  assert.deepEqual(maps.names, [
    "attention.1.1",
    "attention.1.2",
    "attention.2.1",
    "attention.2.2",
  ]);
  assert.deepEqual([...maps.values("attention.2.1", "weights")], [0.3, 0.7].map(Math.fround));
  const mean = [...maps.values("attention.2", "weights")];
  assert.ok(mean.every((one, i) => Math.abs(one - [0.35, 0.65][i]) < 1e-6));
  assert.equal(maps.values("attention.2", "scores"), null);
});

test("an address may name a head that there is, or a layer's mean, and nothing else", () => {
  const many = read([2, 3, 1, 1], Array(6).fill(1));
  for (const name of ["attention.2.3", "attention.1"]) assert.ok(many.known(name));
  const wrong = [
    "attention.3.1",
    "attention.1.4",
    "attention.0.1",
    "cross.1.1",
    "attention",
    "",
    null,
  ];
  for (const name of wrong) assert.ok(!many.known(name));
  assert.ok(!read([2, 1, 1, 1], [1, 1]).known("attention.1")); // the mean of one head
});

test("a mask may be one for all, one a layer, one a head, or everywhere the same", () => {
  const weights = Array(16).fill(0.5);
  const shape = [2, 2, 2, 2];
  const masks = (visible) => {
    const maps = read(shape, weights, { visible });
    return maps.names.map((name) => [...maps.visible(name)].join(""));
  };
  assert.deepEqual(masks([[1], [1, 1, 1, 1]]), ["1111", "1111", "1111", "1111"]);
  assert.deepEqual(
    masks([
      [1, 0, 1, 1],
      [1, 1, 2, 2],
    ]),
    ["1011", "1011", "1011", "1011"],
  );
  assert.deepEqual(
    masks([
      [1, 0],
      [1, 1, 1, 2],
    ]),
    ["1010", "1010", "1010", "1010"],
  );
  assert.deepEqual(
    masks([
      [1, 0],
      [2, 1, 1, 1],
    ]),
    ["1111", "1111", "0000", "0000"],
  );
  assert.deepEqual(
    masks([
      [1, 0],
      [1, 2, 1, 1],
    ]),
    ["1111", "0000", "1111", "0000"],
  );
  const one = read(shape, weights, {
    visible: [
      [1, 0, 0, 0, 0, 1, 0, 0],
      [1, 2, 2, 2],
    ],
  });
  assert.deepEqual([...one.visible("attention.1")], [1, 1, 0, 0]); // what any of its heads may read
});

test("it opens on the largest weight of a row that had a choice", () => {
  const visible = [
    [1, 0, 1, 1],
    [1, 1, 2, 2],
  ];
  assert.deepEqual(
    brightest(read([1, 1, 2, 2], [1, 0, 0.3, 0.7], { visible }), "attention.1.1"),
    [1, 1],
  );
  assert.deepEqual(brightest(read([1, 1, 1, 1], [1]), "attention.1.1"), [0, 0]);
});

test("scores have a scale of their own; where nobody gave any it is that of weights", () => {
  assert.equal(scoreLimit(read([1, 1, 1, 2], [0.5, 0.5])), 1);
  const scores = [-3, Number.NaN];
  const visible = [
    [1, 0],
    [1, 1, 1, 2],
  ];
  assert.equal(scoreLimit(read([1, 1, 1, 2], [1, 0], { scores, visible })), 3);
});

test("each cell that is there is a line, with all digits, and quotes are doubled", () => {
  const visible = [
    [1, 0],
    [1, 1, 1, 2],
  ];
  const maps = read([1, 2, 1, 2], [0.1, 0, 1 / 3, 0], { visible });
  assert.deepEqual(
    arrayCsv(maps, [...maps.names, "attention.1"])
      .split("\r\n")
      .slice(0, 3),
    [
      "layer,head,query_index,query,key_index,key,weight",
      '1,1,1,"queries-0",1,"keys-0",0.1',
      '1,2,1,"queries-0",1,"keys-0",0.33333334',
    ],
  );
});
