// The maps of a Transformer as the views read them: scores unpacked, weights made of them.

import { decodeBits, decodeScores } from "../../stage/codec.js";
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

  // What a map shows, (rows × columns); null for the scores of a mean, and for a layer that has
  // not travelled.
  function values(head, kind) {
    const { name, layer, chosen, heads } = blockOf(head);
    if (!there(head)) return null;
    const block = blocks[name];
    const first = (layer - 1) * heads;
    if (chosen) return block[kind][first + chosen - 1];
    if (kind === "scores") return null;
    return (block.means[layer] ||= Float32Array.from(block.visible, (_, i) => {
      let total = 0;
      for (let k = first; k < first + heads; k += 1) total += block.weights[k][i];
      return total / heads;
    }));
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

  const steps = data.steps.map((one) => ({
    token: token(one.token),
    logProb: one.log_prob,
    entropy: one.entropy,
    candidates: one.candidates,
  }));
  return {
    source: data.source.map(token),
    steps,
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
    values,
    visible,
    pointed,
    lines,
    title,
  };
}
