import assert from "node:assert/strict";
import { test } from "node:test";
import { runsOf } from "../../core/stage/typeset.js";

const told = (formula) =>
  runsOf(formula)
    .map(({ text, level }) => ({ 0: text, 1: `^${text}`, "-1": `_${text}` })[level])
    .join("");

const h = ["msub", ["mover", ["mrow", ["mi", "h"]], ["mo", "¯"]], ["mi", "s"]];

test("an index stands below the line, a power above it, an accent on its letter", () => {
  assert.equal(told(["math", ["msub", ["mi", "c"], ["mi", "t"]]]), "c_t");
  const q = ["msubsup", ["mi", "q"], ["mi", "t"], ["mo", "⊤"]];
  assert.equal(told(["mrow", q, ["mi", "W"], h]), "q_t^⊤Wh\u0304_s");
});

test("what stands above each other stands on one line", () => {
  const score = ["mfrac", ["mrow", ["mi", "q"], ["mi", "k"]], ["msqrt", ["mrow", ["mi", "D"]]]];
  assert.equal(told(["mrow", ["mi", "e"], ["mo", "="], score]), "e = (qk) / √D");
  assert.equal(told(["msqrt", ["mrow", ["mi", "a"], ["mi", "b"]]]), "√(ab)");
  assert.equal(told(["msub", ["mo", "∑"], ["mi", "s"]]), "∑_s");
});

test("letters slant, names of functions do not", () => {
  const runs = runsOf(["mrow", ["mi", "tanh"], ["mi", "α"], ["mn", "2"], ["mtext", "softmax"]]);
  assert.deepEqual(
    runs.map((run) => run.slanted),
    [false, true, false, false],
  );
});
