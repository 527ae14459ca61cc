// A residual stream as it travels, read, and what its places are called.

import { decodeArray } from "../../stage/codec.js";
import { chance, fill, fixed, nameOf } from "../../stage/dom.js";

export const KINDS = { encoder: "own", self: "self", cross: "cross", feed: "feed" };

// With the norm first, the stream after a sublayer is the sum in single precision, as the model
// takes it; with the norm last, it is what comes out of the norm.
export function readStream(raw, norm) {
  const states = [decodeArray(raw.start)];
  const sublayers = raw.sublayers.map((one, i) => {
    const [kind, layer] = one.name.split(".");
    const before = states[i];
    const normed = decodeArray(one.normed);
    const added = decodeArray(one.added);
    states.push(
      norm === "pre" ? before.map((row, t) => row.map((value, d) => value + added[t][d])) : normed,
    );
    return {
      name: one.name,
      kind,
      layer,
      given: norm === "pre" ? normed : before,
      added,
      addedNorm: decodeArray(one.added_norm),
      normedNorm: decodeArray(one.normed_norm),
      cosine: decodeArray(one.cosine),
    };
  });
  const lens = raw.lens && {
    ...raw.lens,
    logProbs: decodeArray(raw.lens.log_probs),
    entropies: decodeArray(raw.lens.entropies),
  };
  // The places of the stream by their names: the embedding, then behind each sublayer.
  const places = ["embedding", ...sublayers.map((one) => one.name)];
  return {
    ...raw,
    norms: decodeArray(raw.norms),
    states,
    output: decodeArray(raw.output),
    sublayers,
    lens,
    places,
    steps: raw.reads,
  };
}

const sublayerName = (ui, { kind, layer }) => fill(ui.words[`at_${KINDS[kind]}`], { layer });

export const placeName = (ui, stream, place) =>
  place === 0 ? ui.words.embedding : sublayerName(ui, stream.sublayers[place - 1]);

// What a sublayer adds at a step.
export function toldOfAdded(ui, stream, place, t) {
  const { addedNorm, cosine } = stream.sublayers[place - 1];
  const numbers = { value: fixed(addedNorm[t], 2), cosine: fixed(cosine[t], 2) };
  return `${placeName(ui, stream, place)}: ${fill(ui.words.adds, numbers)}`;
}

// The marks that the vocabulary has besides pieces of text; the readout tells of them too.
const MARKED = { "<pad>": "mark_pad", "<unk>": "mark_unknown", "<s>": "mark_start" };

export const calledPiece = (ui, text) =>
  MARKED[text] ? `${text} (${ui.words[MARKED[text]]})` : nameOf(ui, text);

export const probability = (logProb) => chance(Math.exp(logProb));
