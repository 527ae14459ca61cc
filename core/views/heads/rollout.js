// Rollout beside raw attention.

import { decodeArray } from "../../stage/codec.js";
import { fill, fixed, h, help, segments } from "../../stage/dom.js";
import { sum } from "../../stage/trace.js";
import { gridPair, pairCsv, pairPlate } from "./headmaps.js";

export function rolloutView(ui, data) {
  const { words } = ui;
  const holder = h("div");
  const note = h("p", { class: "heed-note" });
  const choose = segments(
    words.rollout_of,
    data.blocks.map(([block]) => [block, words[`short_${block}`]]),
    (block) => ui.roll(block),
  );
  const node = h(
    "section",
    { class: "heed-pane heed-rollout", "data-part": "rollout" },
    h(
      "div",
      { class: "heed-pane-head" },
      h(
        "span",
        { class: "heed-head-of" },
        h("h2", { class: "heed-tag" }, words.rollout),
        choose.node,
      ),
      help(words.rollout_help, words.rollout),
    ),
    holder,
    note,
  );
  /** @type {any} */
  let shown = null;
  /** @type {any} */
  let pair = null;
  const found = () =>
    [data.rollouts[ui.rolled].raw, data.rollouts[ui.rolled].rolled].map(decodeArray);
  function pairing() {
    const values = found();
    const size = data.source.length;
    // What does not come from the source comes from what was written.
    const share = (i, j) => [
      `${words.weight} ${fixed(values[1][i * size + j], 5)}`,
      fill(words.from_source, {
        value: fixed(sum(Array.from(values[1].subarray(i * size, (i + 1) * size))), 3),
      }),
    ];
    return [
      ui.rolled,
      [words.raw_mean, words[`rolled_${ui.rolled}`]],
      values,
      words[`block_${ui.rolled}`],
      [null, ui.rolled === "cross" ? share : null],
    ];
  }
  return {
    node,
    light() {},
    layout() {
      if (pair) pair.layout();
    },
    update() {
      choose.current(ui.rolled);
      if (shown !== ui.rolled) {
        pair = gridPair(ui, data, ...pairing());
        holder.replaceChildren(pair.node);
        pair.layout();
        shown = ui.rolled;
      }
      pair.update();
      note.textContent = words[`rollout_${ui.rolled}`];
    },
    drawing: (light) =>
      pairPlate(
        light,
        data,
        words.rollout,
        [words[`block_${ui.rolled}`]],
        [words[`rollout_${ui.rolled}`]],
        ...pairing(),
      ),
    csv() {
      const [weight, rolled] = found();
      return pairCsv(data, ui.rolled, { weight, rollout: rolled });
    },
  };
}
