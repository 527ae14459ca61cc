// A trace as the views read it: arrays decoded, pieces grouped into words.

import { decodeArray } from "./codec.js";

/** A token as it travelled, read.
 * @param {import("./wire").Token} row @returns {import("./types").Token} */
export const token = ([id, piece, text, word, , , mark, cuts]) => ({
  id,
  piece,
  text,
  word,
  mark: Boolean(mark),
  cuts: cuts ?? [],
});

// A trace with one attention, of one head or a mean, and a tree: the message with the tree's parts
// beside its own, what was read, and what each run attended to. Where there is no source, a model
// reads what it wrote before.
export function openTrace(json) {
  const data = typeof json === "string" ? JSON.parse(json) : json;
  const source = data.axes.find((axis) => axis.name === "source");
  const keys = source ? "source" : "read";
  const found = data.attentions.find((one) => one.keys === keys && one.queries === "written");
  const [scores, weights, visible] = found
    ? [found.scores, found.weights, found.visible].map((one) => one && decodeArray(one))
    : [];
  const centres = found?.centres && decodeArray(found.centres);
  const summed = found && (found.sums_states ? source.states : found.values);
  const start = token([
    -1,
    data.tree.start,
    data.tree.opening,
    -1,
    null,
    null,
    !data.tree.opening,
    [],
  ]);
  return {
    ...data,
    ...data.tree,
    kind: source?.kind ?? "text",
    // What was read by whoever wrote these tokens.
    sourceOf: (written) => (source ? source.items.map(token) : [start, ...written.slice(0, -1)]),
    own: !source,
    states: summed && decodeArray(summed),
    // Where there are no scores there is none of a run; one row of `visible` may stand for all.
    row: (run) =>
      found
        ? {
            scores: scores?.[run],
            weights: weights[run],
            visible: visible[visible.length === 1 ? 0 : run],
            centre: centres?.[run], // of its window, where it has one
          }
        : {},
  };
}

// A step of a trace with the expansion that it was chosen in, as the views read it.
function readStep(raw, index) {
  const step = raw.steps[index];
  const from = raw.expansions[step.expansion];
  const context = from.context && decodeArray(from.context);
  return {
    index,
    token: token(step.token),
    logProb: step.log_prob,
    total: step.total,
    score: step.score,
    rank: step.rank,
    fate: step.fate,
    forced: step.forced,
    entropy: from.entropy,
    replaced: from.replaced,
    candidates: from.candidates.map(readCandidate),
    ...raw.row(step.expansion),
    context: context?.[0],
    state: from.state && decodeArray(from.state),
    combined: from.combined && decodeArray(from.combined),
  };
}

export const readCandidate = ([id, piece, logProb, total, score, fate, rank, chance]) => ({
  id,
  piece,
  logProb,
  total,
  score,
  fate,
  rank,
  chance,
});

// The steps from the first token to a leaf, as indices.
function pathTo(raw, leaf) {
  const path = [];
  for (let i = leaf; i != null; i = raw.steps[i].parent) path.unshift(i);
  return path;
}

// One hypothesis of a trace (default: the best), from its first token to its last.
export function readTrace(json, leaf) {
  const raw = openTrace(json);
  const steps = pathTo(raw, leaf == null ? raw.leaves[0] : leaf).map((index) =>
    readStep(raw, index),
  );
  return {
    model: raw.model,
    search: raw.search,
    typed: raw.typed,
    kind: raw.kind, // of what was read: "text", "characters"
    source: raw.sourceOf(steps.map((step) => step.token)),
    own: raw.own,
    given: raw.search?.typed ?? 0, // steps that were typed
    states: raw.states,
    steps,
    attends: steps.every((step) => step.weights),
    mean: isMean(steps),
  };
}

// A mean over heads has weights, but no scores.
export const isMean = (steps) => steps.every((step) => step.weights && !step.scores);

// Whether what is read is split alike.
export const sameKind = (a, b) => openTrace(a).kind === openTrace(b).kind;

// Whether two traces are of one translation, whatever their attention.
export function sameSteps(a, b) {
  const told = ({ model, typed, tree: { search, steps, leaves } }) =>
    JSON.stringify([model.name, typed, search, steps, leaves]);
  return a === b || told(JSON.parse(a)) === told(JSON.parse(b));
}

// Whether two traces are of one model and one text.
export function sameText(a, b) {
  const told = ({ model, typed }) => JSON.stringify([model.name, typed]);
  return told(JSON.parse(a)) === told(JSON.parse(b));
}

// Tokens as the columns or rows of a view: one group a piece, or one a word.
export function grouped(tokens, byWord) {
  const groups = [];
  tokens.forEach((one, i) => {
    const last = groups[groups.length - 1];
    if (byWord && last && last.word === one.word && !one.mark) last.items.push(i);
    else groups.push({ word: one.mark ? null : one.word, items: [i], mark: one.mark });
  });
  for (const group of groups) {
    const own = group.items.map((i) => tokens[i]);
    group.label = labelOf(own, byWord);
    group.text = textOf(own);
    group.joins = byWord && own.some((one) => one.cuts.length > 0);
  }
  return groups;
}

const JOINED = "‿"; // between words that one piece spans

// The text of a piece, its words tied together where it spans several.
const tied = ({ text, cuts }) =>
  [0, ...cuts].map((from, i) => text.slice(from, cuts[i]).trimEnd()).join(JOINED);

const BROKEN = "\ufffd"; // decoded from a part of a character

// What tokens stand for in a text; where that is nothing, or a part of a character, the tokens
// themselves.
function written(tokens, of) {
  const text = tokens.some((one) => one.mark) ? "" : tokens.map(of).join("").trim();
  return text && !text.includes(BROKEN) ? text : tokens.map((one) => one.piece).join("");
}

// The text of tokens; a character that is there in part stands as its bytes, which are pieces.
export function readable(tokens) {
  let open = ""; // pieces without a text of their own, before the one that has it
  return tokens
    .map(({ text, piece }) => {
      if (!text) open += piece;
      const told = text.includes(BROKEN) ? open + piece : text;
      if (text) open = "";
      return told;
    })
    .join("");
}

const textOf = (tokens) => written(tokens, (one) => one.text);

// What a word or piece is called. A word whose pieces stand for no text shows its pieces.
export const labelOf = (tokens, byWord) =>
  byWord
    ? written(tokens, (one) => (one.cuts.length ? tied(one) : one.text))
    : tokens.map((one) => one.piece).join("");

export const sum = (values) => values.reduce((a, b) => a + b, 0);
const logSumExp = (values) => {
  const top = Math.max(...values);
  return Number.isFinite(top) ? top + Math.log(sum(values.map((v) => Math.exp(v - top)))) : top;
};

// One decoder step, which is one piece, seen through source groups. A word's weight is the sum of
// its pieces' weights, its score the log of their summed exponentials: so the softmax of word
// scores is the word weights. Without scores it is no number.
export function columns(step, groups) {
  const score = (seen) => {
    if (!step.scores) return NaN;
    return seen.length === 1 ? step.scores[seen[0]] : logSumExp(seen.map((i) => step.scores[i]));
  };
  return groups.map(({ items }) => {
    const seen = items.filter((i) => step.visible[i]);
    return {
      visible: seen.length > 0,
      weight: sum(seen.map((i) => step.weights[i])),
      score: score(seen),
    };
  });
}

// A row of the heatmap: the mean over the pieces of a target word that are there by `now`, of which
// one that may not read a source weighs it 0, so that the row is a distribution. A mean of several
// is the softmax of no scores, so it has none.
export function rowAt(trace, target, groups, now) {
  const parts = target.items.filter((t) => t <= now).map((t) => columns(trace.steps[t], groups));
  if (parts.length === 1) return parts[0];
  return groups.map((_, j) => {
    const cells = parts.map((part) => part[j]);
    return {
      visible: cells.some((one) => one.visible),
      weight: sum(cells.map((one) => one.weight)) / parts.length,
      score: NaN,
      pieces: parts.length,
    };
  });
}

// The contribution of a source group to the context: the sum of weight times state, where a step
// sums states of its own these.
export function contribution(trace, step, items) {
  const states = step.states ?? trace.states;
  const result = new Float32Array(states[0].length);
  for (const i of items) {
    const weight = step.weights[i];
    const state = states[i];
    if (step.visible[i]) for (let d = 0; d < result.length; d += 1) result[d] += weight * state[d];
  }
  return result;
}
