// Two orders of one sentence: read, as tables, as files.

import { decodeArray } from "../../stage/codec.js";
import { fill, fixed, spoken } from "../../stage/dom.js";
import { exact, quote } from "../../stage/download.js";
import { csvLines } from "../../stage/plates.js";
import { tiny } from "../../stage/powers.js";
import { table } from "../../stage/table.js";
import { grouped, readable, sum, token } from "../../stage/trace.js";

// One of the four readings: its words, what stands before each and whether the plain one does not
// have it, and both sums of log-probabilities.
export function readRun(run) {
  const tokens = run.tokens.map(token);
  const written = grouped(
    tokens.filter((one) => !one.mark),
    true,
  ).map(({ items }, i) => {
    const text = readable(items.map((at) => tokens[at]));
    const word = text.trim();
    return {
      gap: i ? text.slice(0, text.length - text.trimStart().length) : "",
      word,
      differs: run.differs[items[0]],
    };
  });
  const logProbs = decodeArray(run.log_probs);
  return {
    ...run,
    tokens,
    written,
    text: written.map(({ gap, word }) => gap + word).join(""),
    log: sum(logProbs),
    each: sum(logProbs) / logProbs.length,
    plain: sum(decodeArray(run.plain)),
  };
}

export const stoppedAt = (words, run) => fill(words.stopped, { count: run.tokens.length });

export function orderTables(
  words,
  { data, runs, source, to, encoding, similarity, lengths, conditions },
  place,
) {
  const text = (run) => (run.cut_off ? `${run.text} ${stoppedAt(words, run)}` : run.text);
  return [
    table(
      words.runs,
      ["", words.read, words.written, words.own_log, words.plain_log],
      runs.map((run, i) => [
        words[`run_${i}`],
        spoken(data, "source", run.shuffled ? data.shuffled : data.typed),
        spoken(data, "target", text(run)),
        fixed(run.log, 4),
        fixed(run.plain, 4),
      ]),
    ),
    table(
      words.states,
      [
        words.piece,
        words.moved_to,
        ...conditions.flatMap(({ name }) => [words[`far_${name}`], words.cosine]),
      ],
      source.map((one, i) => [
        spoken(data, "source", one.piece),
        `${i} → ${to.get(i)}`,
        ...conditions.flatMap(({ moved, cosines }, c) => [
          c ? tiny(moved[i]) : fixed(moved[i], 4),
          fixed(cosines[i], 4),
        ]),
      ]),
    ),
    table(
      words.table_lengths,
      [words.piece, words.length_word, words.length_place],
      source.map((one, i) => [
        spoken(data, "source", one.piece),
        fixed(lengths[i], 3),
        fixed(data.length, 3),
      ]),
    ),
    table(
      fill(words.table_place, { place }),
      [words.dimension_head, words.value],
      Array.from(encoding[place], (value, d) => [String(d + 1), fixed(value, 5)]),
    ),
    table(
      fill(words.curve, { place }),
      [words.place_head, words.cosine],
      Array.from(similarity[place], (value, p) => [String(p), fixed(value, 5)]),
    ),
  ];
}

// The four readings, and one line a source piece.
export function orderCsv({ data, runs, source, to, conditions }) {
  const single = (value) => exact(Math.fround(value)); // a sum, as exact as what it is made of
  const lines = [
    "positions,shuffled,read,written,cut_off,log_prob,log_prob_of_plain",
    ...runs.map((run) =>
      [
        run.placed,
        run.shuffled,
        quote(run.shuffled ? data.shuffled : data.typed),
        quote(run.text),
        run.cut_off,
        single(run.log),
        single(run.plain),
      ].join(","),
    ),
    "",
    [
      "piece,position,position_shuffled",
      ...conditions.flatMap(({ name }) => [`difference_${name}`, `cosine_${name}`]),
    ].join(","),
    ...source.map((one, i) =>
      [
        quote(one.piece),
        i,
        to.get(i),
        ...conditions.flatMap(({ moved, cosines }) => [moved[i], cosines[i]]).map(exact),
      ].join(","),
    ),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

// One line a position; columns counted from `first`.
export const matrixCsv = (rows, name, first) =>
  csvLines([
    ["position", ...Array.from(rows[0], (_, i) => `${name}_${i + first}`)],
    ...rows.map((row, place) => [place, ...Array.from(row, exact)]),
  ]);
