// The gloss of a word that is there as a whole, and of no part of one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { glossOf, glossOfGroup, glossTold } from "../../core/stage/glosses.js";
import { grouped } from "../../core/stage/trace.js";

const glosses = {
  words: { chanté: "sung", "l'ami": "the friend", Je: "I" },
  language: "en",
  about: "From a dictionary.",
  told: "{word} means: {gloss}.",
};
const ui = /** @type {any} */ ({ glosses });
const off = /** @type {any} */ ({ glosses: null });
const tokens = [
  { id: 1, piece: "▁Je", text: "Je", word: 0, mark: false, cuts: [] },
  { id: 2, piece: "▁chant", text: " chant", word: 1, mark: false, cuts: [] },
  { id: 3, piece: "é", text: "é", word: 1, mark: false, cuts: [] },
  { id: 4, piece: "</s>", text: "", word: 2, mark: true, cuts: [] },
];
const steps = tokens.map((token) => ({ token }));
const told = (byWord, to = ui) =>
  grouped(tokens, byWord).map((group) => glossOfGroup(to, group, steps));

test("a word has its gloss, marks around it or not", () => {
  assert.equal(glossOf(ui, "chanté"), "sung");
  assert.equal(glossOf(ui, "l'ami."), "the friend");
  assert.equal(glossOf(ui, "ami"), "");
  assert.equal(glossOf(off, "chanté"), "");
});

test("of pieces only those that are a whole word have one", () => {
  assert.deepEqual(told(true), ["I", "sung", ""]);
  assert.deepEqual(told(false), ["I", "", "", ""]);
  assert.deepEqual(told(true, off), ["", "", ""]);
});

test("a gloss is said as one", () => {
  assert.equal(glossTold(ui, "Je", "I"), "Je means: I.");
  assert.equal(glossTold(ui, "Je", ""), "");
  assert.equal(glossTold(off, "Je", "I"), "");
});
