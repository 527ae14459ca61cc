// What came of one order: its translation and how likely it is.

import { fill, fixed, h } from "../../stage/dom.js";
import { stoppedAt } from "./order.js";

function written({ words }, run) {
  const nodes = run.written.flatMap(({ gap, word, differs }) => [
    gap,
    differs ? h("mark", {}, word) : word,
  ]);
  if (run.cut_off) nodes.push(" ", h("i", { class: "heed-order-cut" }, stoppedAt(words, run)));
  return nodes.length ? nodes : [h("i", {}, words.nothing)];
}

export function card({ words, data, most }, run, i) {
  return h(
    "section",
    { class: `heed-order-run${i ? "" : " heed-order-first"}`, "aria-label": words[`run_${i}`] },
    h("h3", {}, words[`run_${i}`]),
    h(
      "p",
      { class: "heed-order-read" },
      h(
        "bdi",
        { class: "heed-source", lang: data.tongues?.source },
        run.shuffled ? data.shuffled : data.typed,
      ),
    ),
    h(
      "p",
      { class: "heed-order-text" },
      h("bdi", { class: "heed-target", lang: data.tongues?.target }, written({ words }, run)),
    ),
    h(
      "dl",
      {},
      h(
        "div",
        {},
        h("dt", {}, words.own_log),
        h(
          "dd",
          {},
          fixed(run.log, 2),
          h("small", {}, fill(words.each, { value: fixed(run.each, 2) })),
        ),
      ),
      h(
        "div",
        {},
        h("dt", {}, words.plain_log),
        h(
          "dd",
          {},
          fixed(run.plain, 2),
          h("div", { class: "heed-bar" }, h("i", { style: `width:${(100 * -run.plain) / most}%` })),
        ),
      ),
    ),
  );
}
