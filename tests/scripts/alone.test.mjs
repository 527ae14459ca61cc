// A line a guess, and what stood there once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { aloneCsv } from "../../core/views/alone/tables.js";

test("each guess has one line, what stood there first", () => {
  const told = {
    was: [["▁red", -1]],
    guesses: [
      [
        ["▁blue", -0.5],
        ["▁red", -1],
      ],
    ],
  };
  const data = {
    words: ["The", "red", "red"],
    reader: { model: "eng-bert" },
    writer: { model: "eng-gpt" },
    places: [{ word: 2, reader: told, writer: null }],
  };
  assert.deepEqual(aloneCsv(data).trim().split("\r\n"), [
    "side,model,word_index,word,token_index,stood_there,token,log_prob",
    'reader,"eng-bert",3,"red",1,1,"▁red",-1',
    'reader,"eng-bert",3,"red",1,0,"▁blue",-0.5',
  ]);
});
