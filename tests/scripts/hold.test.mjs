import assert from "node:assert/strict";
import { test } from "node:test";
import { readTrace } from "../../core/stage/trace.js";
import { choices, common } from "../../core/views/decode/change.js";
import * as edits from "../../core/views/decode/edits.js";
import { keyed } from "../../core/views/decode/grip.js";
import {
  contextOf,
  dragged,
  MILLION,
  millionths,
  only,
  shuffled,
  uniform,
  without,
} from "../../core/views/decode/simplex.js";
import { changeCsv } from "../../core/views/decode/take.js";
import { trace } from "./traces.mjs";

// Numbers from 0 to 1 that are the same at every run.
const numbers = (seed) => () => {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};
const sum = (values) => values.reduce((a, b) => a + b, 0);
const near = (a, b) => Math.abs(a - b) < 1e-9;

function isDistribution(weights, where) {
  assert.ok(
    weights.every((weight) => weight >= 0 && weight <= 1 + 1e-9),
    where,
  );
  assert.ok(near(sum(weights), 1), `${where}: ${sum(weights)}`);
}

// A row of a softmax, sharp or flat, at times with all on one place or nothing on some.
function row(draw, count) {
  const sharp = draw() * 30;
  const powers = Array.from({ length: count }, () =>
    draw() < 0.2 ? 0 : Math.exp(sharp * (draw() - 1)),
  );
  if (!sum(powers)) powers[0] = 1;
  return powers.map((power) => power / sum(powers));
}

test("whatever a person drags, the row stays a distribution, and pins stay", () => {
  const draw = numbers(7);
  const odd = [Number.NaN, Infinity, -Infinity, -3, 0, 1, 1e9, 1e-320];
  for (let run = 0; run < 400; run += 1) {
    const count = 1 + Math.floor(draw() * 12);
    let weights = row(draw, count);
    const pinned = new Set(Array.from({ length: count }, (_, i) => i).filter(() => draw() < 0.3));
    const fixed = (i) => pinned.has(i);
    for (let gesture = 0; gesture < 25; gesture += 1) {
      const first = Math.floor(draw() * count);
      const items = [first, ...(draw() < 0.3 && first + 1 < count ? [first + 1] : [])];
      const value = draw() < 0.2 ? odd[Math.floor(draw() * odd.length)] : draw() * 1.4 - 0.2;
      const before = weights;
      weights = dragged(weights, items, value, fixed);
      isDistribution(weights, `run ${run}`);
      for (const i of pinned) assert.equal(weights[i], before[i]);
      const parts = millionths(weights);
      assert.equal(sum(parts), MILLION);
      assert.ok(parts.every((part, i) => Math.abs(part - weights[i] * MILLION) < 1.0001));
    }
  }
});

test("the others give way in proportion, and what is dragged goes where the hand is", () => {
  const free = () => false;
  const found = dragged([0.5, 0.3, 0.2], [0], 0.75, free);
  assert.ok(near(found[0], 0.75) && near(found[1] / found[2], 1.5));
  const pinned = dragged([0.5, 0.3, 0.2], [0], 1, (i) => i === 1);
  assert.deepEqual(
    pinned.map((one) => Math.round(one * 1e6) / 1e6),
    [0.7, 0.3, 0],
  );
  // From nothing all get the same; of a word its pieces keep their proportion.
  assert.deepEqual(dragged([1, 0, 0], [0], 0, free), [0, 0.5, 0.5]);
  const word = dragged([0.1, 0.3, 0.6], [0, 1], 0.8, free);
  assert.ok(near(word[1] / word[0], 3) && near(word[0] + word[1], 0.8));
  assert.deepEqual(
    dragged([0.5, 0.5], [0], 0.2, () => true),
    [0.5, 0.5],
  );
});

test("presets are distributions and leave what is not to be read alone", () => {
  const draw = numbers(11);
  for (let run = 0; run < 200; run += 1) {
    const count = 2 + Math.floor(draw() * 10);
    const hidden = Math.floor(draw() * count);
    const weights = without(row(draw, count), [hidden]) ?? uniform(count, (i) => i === hidden);
    for (const one of [
      uniform(count, (i) => i === hidden),
      shuffled(weights, run, (i) => i === hidden),
      only(weights, [(hidden + 1) % count]),
    ]) {
      isDistribution(one, `run ${run}`);
      assert.equal(one[hidden], 0);
    }
    const again = shuffled(weights, run, (i) => i === hidden);
    assert.deepEqual(
      again,
      shuffled(weights, run, (i) => i === hidden),
    ); // a seed is a seed
    assert.deepEqual([...again].sort(), [...weights].sort());
  }
  assert.equal(without([0, 1, 0], [1]), null);
});

test("what is no distribution has no millionths", () => {
  for (const wrong of [[0, 0], [Number.NaN, 1], [-1, 2], [Infinity, 1], []])
    assert.equal(millionths(wrong), null);
  assert.deepEqual(millionths([1, 1, 1]), [333334, 333333, 333333]);
});

test("the context is the weighted sum of the states", () => {
  const found = contextOf(
    [0.25, 0.75, 0],
    [
      [4, 0],
      [0, 4],
      [9, 9],
    ],
  );
  assert.deepEqual([...found], [1, 3]);
});

const given = (step, block, parts) => ({ step, block, name: "", parts });

test("edits are told as a link tells them, and each is taken back alone", () => {
  let now = edits.withRow(edits.NOTHING, given(4, "cross", [250000, 750000]));
  now = edits.withRow(now, given(6, "cross.2.5", null));
  now = edits.toggledUniform({ ...now, temperature: 2 }, { block: "cross.1", name: "" });
  assert.deepEqual(edits.told({ ...now, forbidden: [2] }), {
    weights: "5:250000.750000,7@cross.2.5:off",
    temperature: "2",
    without: "3",
    uniform: "cross.1",
  });
  assert.deepEqual(edits.told(edits.withoutRow(now, now.rows[0])).weights, "7@cross.2.5:off");
  assert.ok(edits.isNothing(edits.NOTHING) && !edits.isNothing(now));
  // A row of all heads stands for those of each; a row of one is added to it.
  const all = edits.withRow(now, given(6, "cross", [0, 1000000]));
  assert.deepEqual(
    all.rows.map(({ step, block }) => [step, block]),
    [
      [4, "cross"],
      [6, "cross"],
    ],
  );
  assert.equal(edits.withRow(all, given(6, "cross.1", null)).rows.length, 3);
});

test("who forbids a word takes it out of the rows by hand", () => {
  const now = edits.withRow(
    edits.withRow(edits.NOTHING, given(0, "cross", [500000, 250000, 250000])),
    given(1, "cross", [1000000, 0, 0]),
  );
  const found = edits.withForbidden(now, [0]);
  assert.deepEqual(
    found.rows.map((row) => row.parts),
    [[0, 500000, 500000]],
  );
  assert.deepEqual(found.forbidden, [0]);
});

test("history walks back and forward, also by the browser's own way back", () => {
  const one = edits.withRow(edits.NOTHING, given(0, "cross", [1000000]));
  const two = { ...one, temperature: 2 };
  let history = edits.pushed(edits.pushed(edits.historyOf(edits.NOTHING, undefined), one), two);
  assert.equal(history.place, 2);
  assert.equal(edits.historyOf(two, history), history);
  assert.equal(edits.historyOf(edits.NOTHING, history).place, 0);
  history = edits.pushed(edits.historyOf(one, history), { ...one, forbidden: [1] });
  assert.equal(history.all.length, 3); // what was undone is forgotten
  assert.deepEqual(edits.historyOf(one, undefined), { all: [edits.NOTHING, one], place: 1 });
});

test("keys move a weight in steps, and never beyond 0 and 1", () => {
  assert.equal(keyed("ArrowRight", 0.5), 0.51);
  assert.equal(keyed("PageDown", 0.05), 0);
  assert.equal(keyed("Home", 0.5), 0);
  assert.equal(keyed("End", 0.5), 1);
  assert.equal(keyed("x", 0.5), null);
});

test("what stayed of a translation is its longest common subsequence", () => {
  const [a, b] = ["je ne sais pas que tu", "je suis pas venu que vous"].map((one) =>
    one.split(" "),
  );
  assert.deepEqual(common(a, b), [
    [0, 0],
    [3, 2],
    [4, 4],
  ]);
  assert.deepEqual(common([], b), []);
  assert.deepEqual(common(a, a).length, a.length);
});

test("before and after stand side by side, also where one of them is over", () => {
  const after = readTrace(trace());
  const before = readTrace(trace());
  before.steps = before.steps.slice(0, 2);
  after.steps[0] = { ...after.steps[0], replaced: true };
  const [head, ...lines] = changeCsv(before, after).trim().split("\r\n");
  assert.equal(lines.length, after.steps.length * after.source.length);
  assert.equal(lines[0], '1,"▁Je","▁Je",1,"▁I",0.5,0.5,true');
  assert.equal(lines.at(-1), '4,,"</s>",4,"</s>",,,false'); // masked, and not there before
  assert.equal(head.split(",").length, 8);
  const found = choices(before.steps[0], { candidates: [{ id: 99, piece: "new", logProb: -0.1 }] });
  assert.deepEqual(
    found.map((one) => [one.id, one.before != null, one.after != null]),
    [
      [99, false, true],
      [11, true, false],
      [90, true, false],
    ],
  );
});
