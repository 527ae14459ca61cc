// What stands in the table, and in the sentence under the grids.

import assert from "node:assert/strict";
import { test } from "node:test";

import { saved } from "../../core/views/alone/alike.js";
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

const words = {
  spared: "all share, {spared}",
  spared_grouped: "some share, {spared}",
  factored: "factors, {factored}",
  saved: "{parameters} of {whole}",
};

test("what sharing and factors save adds up to the whole model", () => {
  const side = { spared: 300, factored: 50, grouped: false, parameters: 100 };
  assert.equal(saved(side, words, "en"), "all share, 300 factors, 50 100 of 450");
  assert.equal(saved({ ...side, grouped: true }, words, "en").startsWith("some share, 300"), true);
  assert.equal(saved({ ...side, factored: 0 }, words, "en"), "all share, 300 100 of 400");
  assert.equal(saved({ ...side, spared: 0 }, words, "en"), "factors, 50 100 of 150");
});
