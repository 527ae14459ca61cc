import assert from "node:assert/strict";
import { test } from "node:test";
import { combination } from "../../core/views/decode/combine.js";

const of = (attends, ...has) => combination({ model: { has }, attends });

test("what stands before the readout is what the model says that it has", () => {
  assert.deepEqual(
    of(true, "output-layer").vectors.map(([key]) => key),
    ["context", "state", "combined"],
  );
  assert.equal(of(true, "output-layer").about, "combine_help");
  assert.equal(of(true, "output-layer", "attends-first").about, "combine_bahdanau_help");
  assert.equal(of(false, "output-layer").formula, "combine_alone");
  assert.equal(of(false).about, "combine_none_help");
});

test("a model that attends is not told that its state is all there is", () => {
  const { about, formula, vectors } = of(true, "attends-first");
  assert.equal(about, "combine_none_bahdanau_help");
  assert.equal(formula, "combine_none");
  assert.deepEqual(vectors, [["state", "state"]]);
});

test("around a residual stream a norm is what is left, or nothing", () => {
  assert.equal(of(true, "residual-stream", "output-layer").formula, "combine_norm");
  assert.deepEqual(of(true, "residual-stream").vectors, [["state", "stream"]]);
});
