// A trace as the views read it: arrays decoded, pieces grouped into words.

const END = "</s>";
const DECODERS = { f2: half, f4: (view, i) => view.getFloat32(4 * i, true), b1: (view, i) => view.getUint8(i) !== 0 };

function half(view, i) {
  const bits = view.getUint16(2 * i, true);
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// {dtype, shape, data} -> an array of rows, or of numbers where the shape is flat.
function decodeArray({ dtype, shape, data }) {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const size = shape.reduce((a, b) => a * b, 1);
  const flat = Array.from({ length: size }, (_, i) => DECODERS[dtype](view, i));
  if (shape.length === 1) return flat;
  return Array.from({ length: shape[0] }, (_, r) => flat.slice(r * shape[1], (r + 1) * shape[1]));
}

const token = ([id, piece, text, word]) => ({ id, piece, text, word });

function readTrace(json) {
  const raw = JSON.parse(json);
  const path = [];
  for (let i = raw.leaves[0]; i != null; i = raw.steps[i].parent) path.unshift(raw.steps[i]);
  const steps = path.map((step) => {
    const row = step.attention.find((one) => one.block === "cross");
    return {
      token: token(step.token), logProb: step.log_prob, total: step.total, entropy: step.entropy,
      forced: step.forced, replaced: step.replaced,
      candidates: step.candidates.map(([id, piece, logProb]) => ({ id, piece, logProb })),
      scores: row && decodeArray(row.scores), weights: row && decodeArray(row.weights),
      visible: row && decodeArray(row.visible),
      context: step.context && decodeArray(step.context),
      state: decodeArray(step.state), combined: decodeArray(step.combined),
    };
  });
  return {
    model: raw.model, typed: raw.typed, source: raw.source.map(token),
    states: decodeArray(raw.source_states), steps, attends: steps.some((step) => step.weights),
  };
}

// Tokens as the columns or rows of a view: one group a piece, or one a word.
function grouped(tokens, byWord) {
  const groups = [];
  tokens.forEach((one, i) => {
    const last = groups[groups.length - 1];
    if (byWord && last && last.word === one.word) last.items.push(i);
    else groups.push({ word: one.word, items: [i] });
  });
  for (const group of groups) {
    const own = group.items.map((i) => tokens[i]);
    group.pieces = own.map((one) => one.piece).join("");
    group.label = byWord ? own.map((one) => one.text).join("").trim() || group.pieces : group.pieces;
  }
  return groups;
}

const sum = (values) => values.reduce((a, b) => a + b, 0);
const logSumExp = (values) => {
  const top = Math.max(...values);
  return top === -Infinity ? top : top + Math.log(sum(values.map((v) => Math.exp(v - top))));
};

// One decoder step seen through source groups. A word's weight is the sum of its pieces' weights,
// its score the log of their summed exponentials: so the softmax of word scores is the word weights.
function columns(step, groups) {
  return groups.map(({ items }) => {
    const seen = items.filter((i) => step.visible[i]);
    return {
      visible: seen.length > 0,
      weight: sum(seen.map((i) => step.weights[i])),
      score: items.length === 1 ? step.scores[items[0]] : logSumExp(seen.map((i) => step.scores[i])),
    };
  });
}

// A row of the heatmap: the mean over the pieces of a target word that are there by `now`.
function rowAt(trace, target, groups, now) {
  const parts = target.items.filter((t) => t <= now).map((t) => columns(trace.steps[t], groups));
  return groups.map((_, j) => ({
    visible: parts[0][j].visible,
    weight: sum(parts.map((p) => p[j].weight)) / parts.length,
    score: sum(parts.map((p) => p[j].score)) / parts.length,
  }));
}

// The contribution of a source group to the context: the sum of weight times state.
function contribution(trace, step, items) {
  return trace.states[0].map((_, d) => sum(items.map((i) => step.weights[i] * trace.states[i][d])));
}
