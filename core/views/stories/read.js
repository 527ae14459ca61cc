// A trace of a model that looks at a story several times, as the looks that led to its answer.

import { decodeFlat } from "../../stage/codec.js";
import { columns, openTrace, readTrace } from "../../stage/trace.js";

// All rows of an array (layers, 1, rows, columns), as [layer][row].
function rowsOf(packed) {
  const [layers, , rows, width] = packed.shape;
  const flat = decodeFlat(packed);
  const row = (at) => flat.subarray(at * width, (at + 1) * width);
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: rows }, (__, r) => row(layer * rows + r)),
  );
}

// `json` as `Trace.to_json` wrote it. The steps of what is returned are looks: each has the query
// that it began with as its state, and the one that the next begins with as what is combined.
export function readLooks(json) {
  const trace = readTrace(json);
  const raw = openTrace(json);
  const found = raw.attentions.find((one) => one.keys === "source" && one.queries === "written");
  const [scores, weights, values] = [found.scores, found.weights, found.values].map(rowsOf);
  const [first] = trace.steps; // the answer is the first word that is written
  const run = raw.steps[first.index].expansion;
  const contexts = rowsOf(raw.expansions[run].context && withRows(raw.expansions[run].context));
  let state = first.state;
  const steps = weights.map((rows, look) => {
    const context = contexts[look][0];
    const last = look === weights.length - 1;
    const combined = last ? first.combined : askedNext(state, context);
    const step = {
      ...first,
      index: look,
      scores: scores[look][run],
      weights: rows[run],
      states: values[look],
      context,
      state,
      combined,
    };
    state = combined;
    return step;
  });
  return { ...trace, steps, states: values.flat() };
}

// What the next look begins with: the sum, of whose second half nothing negative is left.
export const askedNext = (state, context) =>
  state.map((value, d) =>
    d < Math.floor(state.length / 2) ? value + context[d] : Math.max(0, value + context[d]),
  );

// A context (layers, heads, size) as rows of one.
const withRows = (packed) => ({ ...packed, shape: [packed.shape[0], 1, 1, packed.shape[2]] });

// The tokens of each line as one group; what a person does not see, the end mark, is left out.
export const linesOf = (lines) =>
  lines.map(({ text, tokens: [from, to] }, i) => ({
    word: i,
    items: Array.from({ length: to - from }, (_, at) => from + at),
    mark: false,
    label: text,
    text,
    joins: false,
  }));

// The words of a line as they were typed: each with the place of its token and what stands before
// it. The end mark is none of them.
export function wordsOf(trace, { items, text }) {
  const found = [];
  let at = 0;
  for (const i of items) {
    const word = trace.source[i].text.trim();
    const place = text.indexOf(word, at);
    if (trace.source[i].mark || place < 0) continue;
    found.push({ i, before: text.slice(at, place), word });
    at = place + word.length;
  }
  return found;
}

// What one look gave each line: the sum of its words' weights.
export const sums = (step, groups) => columns(step, groups).map((one) => one.weight);

// The line that a look rests on most.
export const heaviest = (weights) =>
  weights.reduce((best, one, i) => (one > weights[best] ? i : best), 0);
