import assert from "node:assert/strict";
import { test } from "node:test";
import { lanes, readTree, wayTo } from "../../core/views/search/tree.js";
import { trace } from "./traces.mjs";

// A beam of two: the second step has a sibling that ends at once.
function forked() {
  const raw = trace();
  raw.tree.search.beam = 2;
  raw.tree.expansions[1].candidates[1] = [3, "</s>", -2, -2.5, -2.5, "ended", 2, null];
  raw.tree.steps.push({
    ...raw.tree.steps[1],
    token: [3, "</s>", "", 2, null, null, true],
    log_prob: -2,
    total: -2.5,
    rank: 2,
  });
  raw.tree.steps[4].fate = "ended";
  raw.tree.leaves.push(4);
  return raw;
}

test("every candidate is a node, kept or let go", () => {
  const tree = readTree(JSON.stringify(forked()));
  assert.equal(tree.end, 4);
  assert.deepEqual(
    tree.path.map((node) => node.piece),
    ["▁Je", "▁sav", "ais", "</s>"],
  );
  assert.equal(tree.text(tree.leaves[0]), "Je savais");
  const [kept, gone] = tree.depths[1];
  assert.deepEqual([kept.id, kept.kept, gone.id, gone.kept], ["0", true, "0.1", false]);
  assert.equal(tree.nodes.get("4").parent, kept);
  assert.equal(tree.nodes.get("4").place, 2);
  assert.equal(Math.round(1000 * gone.p), Math.round(1000 * Math.exp(-2)));
});

test("the greedy way is the likeliest at each step", () => {
  const tree = readTree(forked());
  const greedy = [...tree.nodes.values()].filter((node) => node.greedy);
  assert.deepEqual(
    greedy.map((node) => node.id),
    ["0", "1", "2", "3"],
  );
});

test("a way leads from the first token, and what was attended to is read once", () => {
  const tree = readTree(forked());
  assert.deepEqual(
    wayTo(tree.nodes.get("2")).map((node) => node.id),
    ["0", "1", "2"],
  );
  const row = tree.row(tree.nodes.get("1"));
  assert.deepEqual(Array.from(row.weights), [0.125, 0.5, 0.375, 0]);
  assert.equal(tree.row(tree.nodes.get("1")).scores, row.scores);
});

test("the best way runs straight on, and no two nodes share a place", () => {
  for (const unfolded of [new Set(), new Set(["start", "0", "1"])]) {
    const tree = readTree(forked());
    const { shown, count } = lanes(tree, unfolded);
    assert.ok(tree.path.every((node) => node.lane === 0));
    const places = shown.map((node) => `${node.depth} ${node.lane}`);
    assert.equal(new Set(places).size, places.length);
    assert.equal(Math.max(...shown.map((node) => node.lane)) + 1, count);
    assert.equal(shown.length, unfolded.size ? 8 : 6);
  }
});

test("the end of another vocabulary is no part of what a way says", () => {
  const raw = trace();
  raw.tree.end = "[SEP]";
  raw.tree.steps[3].token = [3, "[SEP]", "[SEP]", 2, null, null, true];
  raw.tree.expansions[3].candidates[0][1] = "[SEP]";
  raw.tree.expansions[1].candidates[1] = [3, "[SEP]", -2, -2.5, -2.5, "cut", 2, null];
  const tree = readTree(raw);
  assert.equal(tree.text(tree.leaves[0]), "Je savais");
  assert.equal(tree.text(tree.nodes.get("1.1")), "Je");
});
