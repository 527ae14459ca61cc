import assert from "node:assert/strict";
import { test } from "node:test";
import { after, each, looked, ranked, ticks } from "../../core/views/dialogue/read.js";
import { answersCsv } from "../../core/views/dialogue/take.js";

const part = (label, weights) => ({ label, log_prob: -1, weights });
const answer = (way, text, pieces, total, gain = null) => ({
  way,
  text,
  pieces,
  total,
  gain,
  dull: text === "Yeah",
  ended: true,
  parts: [part(text, [0.25, 0.75]), part("</s>", [0.75, 0.25])],
});
const answers = [
  answer("beam", "Yeah", 2, -2, -0.5),
  answer("beam", "I like it too", 8, -6, 3),
  answer("sampling", "Ok", 2, -5, 1),
  answer("sampling", 'So "what"?', 5, -9),
];

test("each list is ranked by what is asked, one without a gain last", () => {
  assert.deepEqual(ranked(answers, "beam", "total"), [0, 1]);
  assert.deepEqual(ranked(answers, "beam", "each"), [1, 0]);
  assert.deepEqual(ranked(answers, "beam", "gain"), [1, 0]);
  assert.deepEqual(ranked(answers, "sampling", "gain"), [2, 3]);
  assert.equal(each(answers[1]), -0.75);
});

test("keys walk within a list and over to the other one", () => {
  const lists = [[0, 1], [2]];
  assert.equal(after("ArrowDown", lists, 0), 1);
  assert.equal(after("ArrowDown", lists, 1), 1);
  assert.equal(after("ArrowUp", lists, 1), 0);
  assert.equal(after("ArrowRight", lists, 1), 2);
  assert.equal(after("ArrowRight", lists, 2), 2);
  assert.equal(after("ArrowLeft", lists, 2), 0);
  assert.equal(after("End", lists, 0), 1);
  assert.equal(after("Home", lists, 1), 0);
  assert.equal(after("x", lists, 0), null);
});

test("where an answer looked is the mean over its words", () => {
  assert.deepEqual(looked(answers[0]), [0.5, 0.5]);
});

test("ticks are round, begin at nothing and reach as far as is needed", () => {
  assert.deepEqual(ticks(9, 6), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(45, 4), [0, 20, 40, 60]);
  assert.deepEqual(ticks(1, 6), [0, 1]);
});

test("the table has a line an answer, quoted, and a column a word", () => {
  const lines = answersCsv({ turn: ["you", "</s>"], answers, looks: true })
    .trim()
    .split("\r\n");
  assert.equal(lines.length, 5);
  assert.ok(lines[0].endsWith('dull,"you","</s>"'));
  assert.ok(lines[4].startsWith('sampling,"So ""what""?",5,-9,'));
  assert.ok(lines[1].endsWith("true,0.5,0.5"));
  assert.ok(answersCsv({ turn: ["you"], answers, looks: false }).includes("true\r\n"));
});
