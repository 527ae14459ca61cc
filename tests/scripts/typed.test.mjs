import assert from "node:assert/strict";
import test from "node:test";
import { typedNote } from "../../core/views/decode/sayings.js";

const words = { typed: "one in front, {count}", typed_all: "all of {count}" };

test("a mark in front of what was typed was not typed", () => {
  const typed = [{ mark: false }, { mark: false }];
  assert.equal(typedNote({ given: 2, source: [{ mark: true }, ...typed] }, words), "all of 2");
  assert.equal(typedNote({ given: 1, source: typed }, words), "one in front, 2");
});
