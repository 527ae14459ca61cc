import assert from "node:assert/strict";
import { test } from "node:test";
import { groupName } from "../../core/stage/dom.js";
import {
  columns,
  contribution,
  grouped,
  isMean,
  labelOf,
  readable,
  readTrace,
  rowAt,
  sameSteps,
  token,
} from "../../core/stage/trace.js";
import { trace } from "./traces.mjs";

const read = () => readTrace(JSON.stringify(trace()));

test("a trace is read from its first token to its last", () => {
  const { steps, source, states, attends, mean } = read();
  assert.deepEqual(
    steps.map((step) => step.token.piece),
    ["▁Je", "▁sav", "ais", "</s>"],
  );
  assert.deepEqual(source[1], {
    id: 22,
    piece: "▁kn",
    text: " kn",
    word: 1,
    mark: false,
    cuts: [],
  });
  assert.deepEqual(Array.from(states[2]), [2, 2]);
  assert.deepEqual(Array.from(steps[1].weights), [0.125, 0.5, 0.375, 0]);
  assert.deepEqual(Array.from(steps[1].visible), [1, 1, 1, 0]);
  assert.equal(steps[3].candidates[1].piece, "▁w3");
  assert.equal(attends, true);
  assert.equal(mean, false);
});

test("another leaf is another way", () => {
  const raw = trace();
  raw.tree.leaves = [1];
  assert.equal(readTrace(raw).steps.length, 2);
  assert.equal(readTrace(raw, 2).steps.length, 3);
});

test("without attention nothing attends", () => {
  const raw = trace();
  raw.attentions = [];
  assert.equal(Boolean(readTrace(raw).attends), false);
});

test("a mean has no scores", () => {
  const weights = Float32Array.of(0.5, 0.5);
  assert.equal(isMean([{ weights, scores: null }]), true);
  assert.equal(isMean([{ weights, scores: Float32Array.of(NaN, 1) }]), false);
  assert.equal(isMean([{}]), false); // without attention there is nothing to be a mean of
  const raw = trace();
  raw.attentions[0].scores = null;
  const one = readTrace(raw);
  assert.deepEqual([one.mean, one.attends], [true, true]);
  assert.ok(
    columns(one.steps[0], grouped(one.source, true)).every((seen) => Number.isNaN(seen.score)),
  );
});

test("one row of what is visible stands for all steps", () => {
  const raw = trace();
  const mask = raw.attentions[0].visible;
  const { data } = mask;
  mask.data = Buffer.from(data, "base64").subarray(0, 4).toString("base64");
  mask.shape = [1, 1, 1, 4];
  for (const step of readTrace(raw).steps) assert.deepEqual(Array.from(step.visible), [1, 1, 1, 0]);
});

test("pieces are grouped into words, and an end is no part of one", () => {
  const { source } = read();
  const words = grouped(source, true);
  assert.deepEqual(
    words.map((group) => [group.label, group.items]),
    [
      ["I", [0]],
      ["know", [1, 2]],
      ["</s>", [3]],
    ],
  );
  assert.deepEqual(
    grouped(source, false).map((group) => group.label),
    ["▁I", "▁kn", "ow", "</s>"],
  );
});

test("the end of another vocabulary is no part of a word or a text either", () => {
  const tokens = [
    [1, "▁now", " now", 0],
    [9, "[SEP]", "[SEP]", 0, null, null, true],
  ].map(token);
  assert.deepEqual(
    grouped(tokens, true).map(({ label, mark }) => [label, mark]),
    [
      ["now", false],
      ["[SEP]", true],
    ],
  );
});

test("a word of no text shows its pieces", () => {
  assert.equal(labelOf([{ piece: "▁", text: " ", cuts: [] }], true), "▁");
});

test("a piece that spans words is shown with a tie between them", () => {
  const tokens = [
    [1, "▁ice", " ice", 0],
    [2, "▁cr", " cr", 1],
    [3, "eam.▁An", "eam. An", 1, null, null, false, [3, 5]],
    [4, "d", "d", 1],
  ].map(token);
  const [plain, joined] = grouped(tokens, true);
  assert.deepEqual([plain.label, plain.text, plain.joins], ["ice", "ice", false]);
  assert.deepEqual([joined.label, joined.text], ["cream‿.‿And", "cream. And"]);
  assert.deepEqual(joined.items, [1, 2, 3]);
  const ui = { words: { joins: "one piece" } };
  assert.equal(groupName(ui, joined), "cream‿.‿And (one piece)");
  assert.equal(groupName(ui, plain), "ice");
  assert.equal(grouped(tokens, false)[2].label, "eam.▁An");
});

test("a word weighs what its pieces weigh, and the softmax of its scores is that weight", () => {
  const { source, steps } = read();
  const step = { ...steps[0], scores: steps[0].weights.map(Math.log) };
  const seen = columns(step, grouped(source, true));
  assert.deepEqual(
    seen.map((one) => one.weight),
    [0.5, 0.5, 0],
  );
  assert.deepEqual(
    seen.map((one) => one.visible),
    [true, true, false],
  );
  const total = Math.exp(seen[0].score) + Math.exp(seen[1].score);
  assert.ok(Math.abs(Math.exp(seen[1].score) / total - seen[1].weight) < 1e-6);
});

test("a row of several pieces is the mean of their weights, and has no score", () => {
  const one = read();
  const sources = grouped(one.source, true);
  const target = grouped(
    one.steps.map((step) => step.token),
    true,
  )[1];
  assert.deepEqual(target.items, [1, 2]);
  assert.equal(rowAt(one, target, sources, 1)[0].weight, 0.125);
  assert.equal(rowAt(one, target, sources, 2)[0].weight, (0.125 + 0.25) / 2);
  assert.deepEqual(rowAt(one, target, sources, 2)[2], {
    visible: false,
    weight: 0,
    score: NaN,
    pieces: 2,
  });
  assert.equal(rowAt(one, target, sources, 1)[1].score, columns(one.steps[1], sources)[1].score);
  for (const cell of rowAt(one, target, sources, 2)) assert.ok(Number.isNaN(cell.score));
});

test("a row of pieces that may not read the same is a distribution", () => {
  const seen = [
    [1, 0, 0],
    [0.25, 0.75, 0],
    [0.5, 0.125, 0.375],
  ];
  const steps = seen.map((weights) => ({
    scores: weights.map((one) => Math.log(one)),
    weights,
    visible: weights.map((one) => one > 0),
  }));
  const groups = [{ items: [0] }, { items: [1] }, { items: [2] }];
  for (const items of [[0], [0, 1], [1, 2], [0, 1, 2]]) {
    const row = rowAt({ steps }, { items }, groups, 2);
    assert.equal(
      row.reduce((all, { weight }) => all + weight, 0),
      1,
    );
    assert.deepEqual(
      row.map(({ visible }) => visible),
      groups.map((_, j) => items.some((i) => steps[i].visible[j])),
    );
  }
});

test("contributions of all groups add up to the context", () => {
  const one = read();
  const [all, first] = [
    [0, 1, 2, 3],
    [0, 1],
  ].map((items) => Array.from(contribution(one, one.steps[0], items)));
  assert.deepEqual(first, [0.5, 0.25]);
  assert.deepEqual(all, [0.5 + 0.5, 0.25 + 0.5]); // the masked one adds nothing
});

test("two traces are of one translation whatever they attend to", () => {
  const other = trace();
  other.attentions = [];
  assert.equal(sameSteps(JSON.stringify(trace()), JSON.stringify(other)), true);
  other.tree.steps.pop();
  assert.equal(sameSteps(JSON.stringify(trace()), JSON.stringify(other)), false);
});

test("a model without a source reads what was written before, from what came first", () => {
  const written = trace();
  written.axes = [
    { name: "written", kind: "path", items: [], states: null },
    { name: "read", kind: "path", items: [], states: null },
  ];
  Object.assign(written.attentions[0], { block: "self.1.1", keys: "read", sums_states: false });
  Object.assign(written.tree, { start: "▁Now", opening: "Now" });
  written.tree.search.typed = 1;
  const found = readTrace(JSON.stringify(written));
  assert.equal(found.own, true);
  assert.deepEqual(
    found.source.map((one) => one.piece),
    ["▁Now", "▁Je", "▁sav", "ais"],
  );
  assert.equal(found.given, 1);
  assert.ok(found.attends && !found.states);
  assert.equal(readTrace(JSON.stringify(trace())).own, false);
});

test("a character that is there in part stands as its bytes", () => {
  const bytes = ["<0xF0>", "<0x9F>"].map((piece, i) => ({
    piece,
    text: i ? "\ufffd" : "",
    word: 1,
    cuts: [],
  }));
  const tokens = [{ piece: "▁a", text: "a ", word: 0, cuts: [] }, ...bytes];
  assert.deepEqual(
    grouped(tokens, true).map((one) => one.label),
    ["a", "<0xF0><0x9F>"],
  );
  assert.equal(readable(tokens), "a <0xF0><0x9F>");
  assert.equal(readable([{ piece: "<0x88>", text: "🐈" }]), "🐈");
});
