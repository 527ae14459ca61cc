// An attention of any origin as the maps of one block: weights, scores where known, what is
// visible.

import { decodeFlat } from "../../stage/codec.js";
import { reach } from "../../stage/colours.js";
import { fill } from "../../stage/dom.js";

const BLOCK = "attention";

// Flat numbers as one array a map, all layers' heads one after another.
const split = (flat, size) =>
  Array.from({ length: flat.length / size }, (_, map) =>
    flat.subarray(map * size, (map + 1) * size),
  );

// A mask with ones where it is the same for all (layers × heads × queries × keys), as one array a
// map; maps with the same mask share it.
function masks(flat, from, [layers, heads, queries, keys]) {
  const whole = new Map();
  const strides = from.map((count, at) =>
    count === 1 ? 0 : from.slice(at + 1).reduce((product, size) => product * size, 1),
  );
  return Array.from({ length: layers * heads }, (_, map) => {
    const start = Math.floor(map / heads) * strides[0] + (map % heads) * strides[1];
    if (!whole.has(start)) {
      const mask = new Uint8Array(queries * keys);
      for (let i = 0; i < queries; i += 1)
        for (let j = 0; j < keys; j += 1)
          mask[i * keys + j] = flat[start + i * strides[2] + j * strides[3]];
      whole.set(start, mask);
    }
    return whole.get(start);
  });
}

const ofAny = (all) => Uint8Array.from(all[0], (_, i) => Number(all.some((one) => one[i])));

// `trace` is what `Trace.to_json` wrote of a trace without a model.
export function readArray(trace, words) {
  const raw = JSON.parse(trace);
  const [one] = raw.attentions;
  const [layers, heads, queries, keys] = one.weights.shape;
  const size = queries * keys;
  const items = Object.fromEntries(raw.axes.map((axis) => [axis.name, axis.items]));
  const numbers = {
    weights: split(decodeFlat(one.weights), size),
    scores: one.scores && split(decodeFlat(one.scores), size),
  };
  const seen = masks(decodeFlat(one.visible), one.visible.shape, one.weights.shape);
  const block = {
    name: BLOCK,
    layers,
    heads,
    rows: items[one.queries].map(([, label]) => label),
    columns: items[one.keys].map(([, label]) => label),
    title: layers > 1 ? words.tiles : words.tiles_of_one,
    axes: "",
    short: words.attention,
    axesHelp: words.axes_help,
    label: words.grid_label,
    grows: false,
    triangle: false,
    alone: heads === 1,
    least: Math.max(queries, keys) > 266 ? Math.floor(4000 / Math.max(queries, keys)) : undefined,
    rowsAre: "target",
    columnsAre: "source",
  };
  const means = [];
  const unions = [];

  // "attention.2.5" -> the block, with layer and head from 1; the head is 0 for the layer's mean.
  function blockOf(head) {
    const [, layer, chosen] = head.split(".");
    return { ...block, layer: Number(layer), chosen: Number(chosen || 0) };
  }
  function known(head) {
    const [, layer, chosen] = /^attention\.([1-9]\d*)(?:\.([1-9]\d*))?$/.exec(head || "") || [];
    return Boolean(layer) && layer <= layers && (chosen || 1) <= heads && (chosen || heads > 1);
  }
  function values(head, kind) {
    const { layer, chosen } = blockOf(head);
    const first = (layer - 1) * heads;
    if (chosen) return numbers[kind]?.[first + chosen - 1];
    if (kind === "scores") return null;
    return (means[layer] ||= Float32Array.from({ length: size }, (_, i) => {
      let total = 0;
      for (let map = first; map < first + heads; map += 1) total += numbers.weights[map][i];
      return total / heads;
    }));
  }
  function visible(head) {
    const { layer, chosen } = blockOf(head);
    const first = (layer - 1) * heads;
    if (chosen) return seen[first + chosen - 1];
    return (unions[layer] ||= ofAny([...new Set(seen.slice(first, first + heads))]));
  }

  return {
    trace,
    blocks: { [BLOCK]: block },
    block,
    several: layers * heads > 1,
    scores: numbers.scores,
    names: Array.from(
      { length: layers * heads },
      (_, map) => `${BLOCK}.${Math.floor(map / heads) + 1}.${(map % heads) + 1}`,
    ),
    blockOf,
    known,
    values,
    visible,
    pointed: (_, i, j) => ({ rows: i == null ? [] : [i], columns: j == null ? [] : [j] }),
    lines: (_, { rows = [], columns = [] }) => [rows, columns],
    title({ words }, head) {
      const { layer, chosen } = blockOf(head);
      if (!chosen) return fill(layers > 1 ? words.mean_title : words.mean_of_one, { layer });
      if (heads === 1) return layers > 1 ? fill(words.layer_title, { layer }) : words.attention;
      return fill(layers > 1 ? words.head_title : words.head_of_one, { layer, head: chosen });
    },
  };
}

// The size that nearly all scores stay under, of so many of them that it takes no time.
export function scoreLimit({ scores }) {
  if (!scores) return 1;
  const every = Math.ceil((scores.length * scores[0].length) / 200000);
  return reach(scores.map((one) => one.filter((e, i) => i % every === 0 && !Number.isNaN(e))));
}

// The cell of a map that its largest weight stands in, [row, column]; a row with one key to read
// says nothing by reading it.
export function brightest(maps, head) {
  const weights = maps.values(head, "weights");
  const visible = maps.visible(head);
  const wide = maps.block.columns.length;
  let best = 0;
  let most = -1;
  for (let from = 0; from < weights.length; from += wide) {
    if (visible.subarray(from, from + wide).reduce((a, b) => a + b) < 2) continue;
    for (let at = from; at < from + wide; at += 1)
      if (weights[at] > most) {
        best = at;
        most = weights[at];
      }
  }
  return [Math.floor(best / wide), best % wide];
}
