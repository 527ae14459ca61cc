// The maps of a Transformer as the views read them: scores unpacked, weights made of them.

import { decodeArray, decodeBits, decodeScores } from "../../stage/codec.js";
import { reach } from "../../stage/colours.js";
import { fill } from "../../stage/dom.js";
import { token } from "../../stage/trace.js";

const SIDES = {
  encoder: ["source", "source"],
  self: ["target", "target"],
  cross: ["target", "source"],
};

// α = softmax(e) over what is visible, row by row; zero elsewhere.
function softmaxRows(scores, columns) {
  const weights = new Float32Array(scores.length);
  for (let from = 0; from < scores.length; from += columns) {
    let top = -Infinity;
    let total = 0;
    for (let j = from; j < from + columns; j += 1) if (scores[j] > top) top = scores[j];
    for (let j = from; j < from + columns; j += 1)
      if (!Number.isNaN(scores[j])) total += weights[j] = Math.exp(scores[j] - top);
    for (let j = from; j < from + columns; j += 1) weights[j] /= total;
  }
  return weights;
}

// The size that nearly all scores stay under, of so many of them that it takes no time.
export function scoreReach({ blocks }) {
  const all = Object.values(blocks).flatMap((block) => block.scores.filter(Boolean));
  const every = Math.ceil(all.reduce((count, one) => count + one.length, 0) / 200000);
  return reach(all.map((one) => one.filter((e, i) => i % every === 0 && !Number.isNaN(e))));
}

// `wanting(layer)` hears which layer is looked for that has not travelled, such as "cross.2".
export function readMaps(data, wanting = (/** @type {string} */ _) => {}) {
  const words = data.strings;
  const blocks = {};
  for (const [name, raw] of Object.entries(data.blocks)) {
    const rows = raw.queries;
    const columns = raw.keys;
    const visible = decodeBits(raw.visible, rows.length * columns.length);
    const grows = name !== "encoder";
    blocks[name] = {
      name,
      rows,
      columns,
      visible,
      layers: raw.layers,
      heads: raw.heads,
      title: words[`${name}_title`],
      short: words[`${name}_short`],
      axes: words[`${name}_axes`],
      axesHelp: words[`${name}_axes_help`],
      label: fill(words.grid_label, { attention: words[`${name}_title`] }),
      grows,
      follows: grows || !data.writes, // whether a row belongs to a step
      triangle: name === "self",
      rowsAre: SIDES[name][0],
      columnsAre: SIDES[name][1],
      scores: Array(raw.layers * raw.heads).fill(null),
      weights: Array(raw.layers * raw.heads).fill(null),
      means: [],
      byHand: new Set(), // "map row", of weights that are not the softmax of their scores
    };
    take(blocks[name], raw);
  }

  // Lays the layers that travelled in their places.
  function take(block, raw) {
    decodeScores(raw, block.visible).forEach((one, i) => {
      const at = raw.sent[Math.floor(i / block.heads)] * block.heads + (i % block.heads);
      block.scores[at] = one;
      block.weights[at] = softmaxRows(one, block.columns.length);
    });
    const given = raw.by_hand && decodeArray(raw.by_hand.weights);
    raw.by_hand?.at.forEach(([at, row], i) => {
      block.weights[at].set(given[i], row * block.columns.length);
      block.byHand.add(`${at} ${row}`);
    });
  }
  const there = (head) => {
    const { name, layer, heads } = blockOf(head);
    return blocks[name].scores[(layer - 1) * heads] !== null;
  };

  // "cross.2.5" -> its block, with layer and head from 1; the head is 0 where it is the layer's
  // mean.
  function blockOf(head) {
    const [name, layer, chosen] = head.split(".");
    return { ...blocks[name], layer: Number(layer), chosen: Number(chosen || 0) };
  }
  function known(head) {
    const [, name, layer, chosen] =
      /^(encoder|self|cross)\.([1-9]\d?)(?:\.([1-9]\d?))?$/.exec(head || "") || [];
    return (
      Boolean(name && blocks[name]) &&
      layer <= blocks[name].layers &&
      (chosen || 1) <= blocks[name].heads
    );
  }

  // Which maps of its block a head, a layer or a whole block is.
  function mapsOf(place) {
    const { layer, chosen, heads, layers } = blockOf(place);
    if (chosen) return [(layer - 1) * heads + chosen - 1];
    const [from, count] = layer ? [(layer - 1) * heads, heads] : [0, layers * heads];
    return Array.from({ length: count }, (_, i) => from + i);
  }

  // A row of a head, a layer or a whole block, the mean where it is of several; null while a layer
  // has not travelled.
  function row(place, i) {
    const { weights, columns } = blockOf(place);
    const rows = mapsOf(place).map((at) =>
      weights[at]?.subarray(i * columns.length, (i + 1) * columns.length),
    );
    if (rows.some((one) => !one)) return null;
    return Array.from(columns, (_, j) => rows.reduce((sum, one) => sum + one[j], 0) / rows.length);
  }

  // Other weights for that row, while they are tried; null for those that the model has. Maps are
  // then others, so that whoever draws them sees it.
  /** @type {{ place: string, row: number, weights: number[] } | null} */
  let trial = null;
  const tried = new Map();
  function attempt(next) {
    trial = next;
    tried.clear();
  }
  function withTrial(head, own) {
    const { name, columns } = blockOf(head);
    if (!trial || trial.place.split(".")[0] !== name) return own;
    const { place, weights } = trial;
    const all = mapsOf(head);
    const changed = new Set(mapsOf(place));
    const hit = all.filter((at) => changed.has(at));
    if (!hit.length) return own;
    if (tried.has(head)) return tried.get(head);
    const found = Float32Array.from(own);
    const from = trial.row * columns.length;
    weights.forEach((value, j) => {
      const less = hit.reduce((sum, at) => sum + value - blocks[name].weights[at][from + j], 0);
      found[from + j] = own[from + j] + less / all.length;
    });
    tried.set(head, found);
    return found;
  }

  // What a map shows, (rows × columns); null for the scores of a mean, and for a layer that has
  // not travelled.
  function values(head, kind) {
    const { name, layer, chosen, heads } = blockOf(head);
    if (!there(head)) return null;
    const block = blocks[name];
    const first = (layer - 1) * heads;
    if (kind === "scores") return chosen ? block.scores[first + chosen - 1] : null;
    if (chosen) return withTrial(head, block.weights[first + chosen - 1]);
    block.means[layer] ||= Float32Array.from(block.visible, (_, i) => {
      let total = 0;
      for (let k = first; k < first + heads; k += 1) total += block.weights[k][i];
      return total / heads;
    });
    return withTrial(head, block.means[layer]);
  }

  const visible = (head) => blockOf(head).visible;

  // Which tokens a cell stands for: {source: [places], target: [places]}.
  function pointed(block, i, j) {
    /** @type {Record<string, number[]>} */
    const lit = { source: [], target: [] };
    if (i != null) lit[block.rowsAre].push(i);
    if (j != null && block.name === "self") {
      if (j) lit.target.push(j - 1);
    } // its first key is the start mark
    else if (j != null) lit.source.push(j);
    return lit;
  }
  // And the rows and columns of a map that stand for such tokens.
  function lines(block, { source = [], target = [] }) {
    if (block.name === "encoder") return [source, source];
    return [
      target,
      block.name === "cross"
        ? source
        : target.map((t) => t + 1).filter((t) => t < block.columns.length),
    ];
  }

  function title({ words }, head) {
    const { name, layer, chosen } = blockOf(head);
    return fill(chosen ? words.head_title : words.mean_title, {
      attention: words[`${name}_title`],
      layer,
      head: chosen,
    });
  }

  const readSteps = (all) =>
    all.map((one) => ({
      token: token(one.token),
      logProb: one.log_prob,
      entropy: one.entropy,
      candidates: one.candidates,
    }));
  const steps = readSteps(data.steps);
  return {
    source: data.source.map(token),
    steps,
    readSteps,
    writes: data.writes,
    given: data.typed_steps,
    there,
    // Asks for the layer of a head, unless it is there.
    want(head) {
      const { name, layer } = blockOf(head);
      if (!there(head)) wanting(`${name}.${layer}`);
    },
    came: 0, // how many layers have come since
    hear(raw) {
      take(blocks[raw.layer.split(".")[0]], raw);
      this.came += 1;
    },
    blocks,
    cutOff: data.cut_off,
    blockOf,
    known,
    row,
    attempt,
    // Whether somebody changed the weights of that row of a head, or of one of its layer.
    byHand: (head, i) => mapsOf(head).some((at) => blockOf(head).byHand.has(`${at} ${i}`)),
    values,
    visible,
    pointed,
    lines,
    title,
  };
}
