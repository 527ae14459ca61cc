// Lessons: when what a card asks for is done, and which parts of a picture are lit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "../../core/stage/spot.js";
import { isDone } from "../../core/views/card/done.js";

const seen = (more) => ({
  asked: {},
  address: {},
  scenes: new Set(),
  steps: new Set(),
  ...more,
});

test("a value as the link has it, or one of several", () => {
  assert.ok(isDone({ step: ["5"] }, seen({ address: { step: 5 } })));
  assert.ok(!isDone({ step: ["5"] }, seen({ address: { step: 4 } })));
  assert.ok(!isDone({ step: ["5"] }, seen({})));
  assert.ok(isDone({ view: ["a", "b"] }, seen({ address: { view: "b" } })));
});

test("where the picture stands counts before what it was asked", () => {
  assert.ok(!isDone({ step: ["5"] }, seen({ asked: { step: "5" }, address: { step: 4 } })));
  assert.ok(isDone({ prefix: ["*"] }, seen({ asked: { prefix: "1.2" }, address: { step: 4 } })));
  assert.ok(!isDone({ off: ["*"] }, seen({ asked: { off: "x" }, address: { off: null } })));
});

test("at least, anything else, and numbers however they are written", () => {
  assert.ok(isDone({ step: [">=8"] }, seen({ address: { step: 9 } })));
  assert.ok(!isDone({ step: [">=8"] }, seen({ address: { step: 7 } })));
  assert.ok(!isDone({ q: ["!2_1"] }, seen({ asked: { q: "2.0_1.0" } })));
  assert.ok(isDone({ q: ["!2_1"] }, seen({ address: { q: "2_1.2" } })));
  assert.ok(!isDone({ q: ["!2_1"] }, seen({})), "nothing said is nothing done");
});

test("all that is asked, and so many scenes and steps", () => {
  const wanted = { scenes: ["2"], steps: ["3"], prefix: ["*"] };
  const done = { scenes: new Set(["a", "b"]), steps: new Set(["1", "2", "3"]) };
  assert.ok(isDone(wanted, seen({ ...done, asked: { prefix: "7" } })));
  assert.ok(!isDone(wanted, seen({ ...done, scenes: new Set(["a"]), asked: { prefix: "7" } })));
  assert.ok(!isDone(wanted, seen(done)));
});

test("rules for what is left out and what is dimmed", () => {
  globalThis.CSS ??= /** @type {any} */ ({ escape: (text) => text });
  assert.equal(rules(undefined).trim(), "");
  assert.equal(rules({ only: [], light: [] }).trim(), "");
  const told = rules({ only: ["pair"], light: ["pair", "heat"] });
  assert.match(told, /\[data-part="pair"\].*display: none/);
  assert.match(told, /\[data-part="heat"\].*opacity/);
});
