// A target read with its causal mask and without it, as it travels, read.

import { decodeArray } from "../../stage/codec.js";
import { apart } from "../../stage/dom.js";
import { ofHead } from "../../stage/picker.js";
import { sum, token } from "../../stage/trace.js";

export function readLifted(data) {
  const count = data.target.length;
  const size = count * count;
  const kept = new Map();
  const read = (one) => ({
    ...one,
    scores: decodeArray(one.scores),
    weights: decodeArray(one.weights),
    logProbs: Array.from(decodeArray(one.log_probs)),
  });
  const passes = { masked: read(data.masked), bare: read(data.bare) };
  const shares = { future: decodeArray(data.future), answer: decodeArray(data.answer) };
  return {
    layers: data.layers,
    heads: data.heads,
    count,
    keys: data.keys,
    target: data.target.map(token),
    passes,
    causal: Uint8Array.from({ length: size }, (_, i) => Number(i % count <= Math.floor(i / count))),
    // A map is made once, so that a grid knows it again.
    map(pass, kind, name) {
      const key = `${pass} ${kind} ${name}`;
      if (!kept.has(key)) kept.set(key, ofHead(passes[pass][kind], name, data, size));
      return kept.get(key);
    },
    chance: (pass, t) => Math.exp(passes[pass].logProbs[t]),
    // Of log p with the mask lifted: above 0 the right token became more probable.
    gain: passes.bare.logProbs.map((value, t) => value - passes.masked.logProbs[t]),
    shift: (t, digits) => apart(passes.masked.logProbs[t], passes.bare.logProbs[t], digits),
    share: (what, name) => ofHead(shares[what], name, data, count),
    // The last row has no future, so it has no part in a mean.
    meanShare(what, name) {
      return count > 1 ? sum(this.share(what, name)) / (count - 1) : 0;
    },
  };
}
