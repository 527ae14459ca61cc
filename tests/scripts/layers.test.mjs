import assert from "node:assert/strict";
import { test } from "node:test";
import { readMaps } from "../../core/views/maps/attentions.js";

// Two layers of one head over two tokens; scores of one bit each: 0 or 1.
const bits = (text) => Buffer.from([Number.parseInt(text.padEnd(8, "0"), 2)]).toString("base64");
const block = (sent, data) => ({
  queries: ["a", "b"],
  keys: ["a", "b"],
  layers: 2,
  heads: 1,
  sent,
  visible: bits("1111"),
  low: sent.map(() => 0),
  step: sent.map(() => 1),
  bits: sent.map(() => 1),
  data: bits(data),
});
const data = (encoder) => ({
  strings: { grid_label: "{attention}", encoder_title: "Self" },
  source: [],
  steps: [],
  writes: false,
  typed_steps: 0,
  cut_off: false,
  blocks: { encoder },
});

test("a layer that has not travelled is asked for once it is wanted, and takes its place", () => {
  const asked = [];
  const maps = readMaps(data(block([1], "0110")), (layer) => asked.push(layer));
  assert.ok(maps.there("encoder.2.1") && !maps.there("encoder.1.1"));
  assert.equal(maps.values("encoder.1.1", "weights"), null);
  maps.want("encoder.2.1");
  maps.want("encoder.1");
  assert.deepEqual(asked, ["encoder.1"]);
  maps.hear({ ...block([0], "1001"), layer: "encoder.1" });
  assert.equal(maps.came, 1);
  assert.deepEqual([...maps.values("encoder.1.1", "scores")], [1, 0, 0, 1]);
  const weights = maps.values("encoder.1", "weights");
  assert.ok(Math.abs(weights[0] + weights[1] - 1) < 1e-6);
});

test("what all travelled is there at once", () => {
  const maps = readMaps(data(block([0, 1], "01101001")));
  assert.deepEqual([...maps.values("encoder.1.1", "scores")], [0, 1, 1, 0]);
  assert.deepEqual([...maps.values("encoder.2.1", "scores")], [1, 0, 0, 1]);
  assert.ok(maps.blocks.encoder.follows, "its rows are places that are stepped through");
});
