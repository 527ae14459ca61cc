// Greedy, beam and sampling beside each other; what a forced word changed; what the tree's marks
// mean.

import { fill, fixed, h, s } from "../../stage/dom.js";
import { filesOf, menu, quote, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { glossed, glossNote } from "../../stage/glosses.js";
import { legend } from "../../stage/legend.js";
import { wholeTrace } from "../../stage/whole.js";
import { MARKS } from "./box.js";

// The words of `text`, those that are not in `base` marked (by a longest common subsequence), with
// their glosses.
function marked(ui, text, base) {
  const a = text.split(/\s+/).filter(Boolean);
  const b = base.split(/\s+/).filter(Boolean);
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i][j] =
        a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const parts = [];
  for (let i = 0, j = 0; i < a.length; i += 1) {
    while (j < b.length && a[i] !== b[j] && table[i][j + 1] > table[i + 1][j]) j += 1;
    const same = j < b.length && a[i] === b[j];
    if (same) j += 1;
    parts.push(
      i ? " " : "",
      same ? glossed(ui, a[i]) : h("mark", { class: "heed-differs" }, glossed(ui, a[i])),
    );
  }
  return parts;
}

const resultOf = (run) => ({ text: run.tree.text(run.tree.leaves[0]), leaf: run.tree.leaves[0] });

export function runsView(ui, runs, data, onShow) {
  const { words } = ui;
  const base = resultOf(runs[0]);
  const cards = runs.map((run) => {
    const { text, leaf } = resultOf(run);
    const cutOff =
      leaf.fate === "limit"
        ? h("span", { class: "heed-badge heed-quiet" }, `${MARKS.limit} ${words.fate_limit}`)
        : "";
    const badge = run.likeliest ? h("span", { class: "heed-badge" }, words.most_probable) : "";
    return h(
      "button",
      { type: "button", class: "heed-card", "data-run": run.key, onclick: () => onShow(run) },
      h("span", { class: "heed-card-head" }, h("b", {}, run.title), badge, cutOff),
      h(
        "span",
        { class: "heed-card-text", dir: "auto", lang: ui.tongues?.target },
        ...(text ? marked(ui, text, base.text) : [run.tree.raw.end]),
      ),
      h(
        "span",
        { class: "heed-card-facts" },
        fill(run.tree.raw.search.penalty === "none" ? words.card_facts_plain : words.card_facts, {
          total: fixed(leaf.total, 3),
          score: fixed(leaf.score, 3),
          length: leaf.depth,
        }),
      ),
    );
  });
  const verdict = h("p", { class: "heed-verdict" }, data.verdict || "");
  const node = h(
    "div",
    { class: "heed-runs" },
    h("div", { class: "heed-cards", role: "group", "aria-label": words.runs }, cards),
    glossNote(ui),
    verdict,
  );
  return {
    node,
    update() {},
    layout() {},
    light() {},
    current: (run) =>
      cards.forEach((card, i) => card.setAttribute("aria-pressed", String(runs[i] === run))),
  };
}

// The result before a word was forced, above the result with it.
export function changeView(ui, before, runs) {
  const { words } = ui;
  const now = runs.find((run) => run.key === before.run) || runs[0];
  const { text, leaf } = resultOf(now);
  const line = (name, parts, total) => [
    h("dt", {}, name),
    h(
      "dd",
      {},
      h("span", { dir: "auto", lang: ui.tongues?.target }, ...parts),
      h("span", { class: "heed-note" }, ` ${fill(words.total_is, { total: fixed(total, 3) })}`),
    ),
  ];
  const node = h(
    "div",
    { class: "heed-change", role: "status" },
    h("p", {}, before.told),
    h(
      "dl",
      {},
      ...line(words.was, marked(ui, before.text, text), before.total),
      ...line(words.is_now, marked(ui, text, before.text), leaf.total),
    ),
    before.change ? h("p", { class: "heed-note" }, before.change) : "",
  );
  return { node };
}

export function treeLegend(ui) {
  const { words } = ui;
  const bar = legend(
    Object.assign(Object.create(ui), {
      kind: "weights",
      limit: 1,
      words: { ...words, weight: words.probability },
    }),
  );
  bar.update();
  const line = (name, attributes) =>
    h(
      "span",
      { class: "heed-key" },
      s(
        "svg",
        { width: 26, height: 10, "aria-hidden": "true" },
        s("path", { d: "M1 5H25", fill: "none", ...attributes }),
      ),
      words[name],
    );
  const mark = (text, name) =>
    h("span", { class: "heed-key" }, h("b", { "aria-hidden": "true" }, text), words[name]);
  return h(
    "div",
    { class: "heed-tree-legend" },
    bar.node,
    line("key_best", { stroke: "var(--heed-target)", "stroke-width": 4 }),
    line("key_greedy", { stroke: "var(--heed-ink)", "stroke-width": 2, "stroke-dasharray": "6 4" }),
    line("fate_cut", {
      stroke: "var(--heed-border)",
      "stroke-width": 1,
      "stroke-dasharray": "2 4",
    }),
    mark("+7", "key_fold"),
    mark("▕", "key_dead"),
    ...Object.entries(MARKS).map(([fate, sign]) => mark(sign, `fate_${fate}`)),
  );
}

// One line for each token that was looked at.
function searchCsv({ nodes }) {
  const lines = ["node,parent,step,piece,log_prob,total,score,rank,fate,chance"];
  nodes.forEach((one) => {
    if (one.depth)
      lines.push(
        [
          one.id,
          one.parent.id,
          one.depth,
          quote(one.piece),
          one.logProb,
          one.total,
          one.score,
          one.rank ?? "",
          one.fate,
          one.chance ?? "",
        ].join(","),
      );
  });
  return `${lines.join("\r\n")}\r\n`;
}

export function searchDownloads(ui, data, run, views) {
  const { words } = ui;
  const name = filesOf(data, "heed-search")();
  const picture = () => views().tree.picture();
  return menu(words.download, [
    [words.as_svg, () => save(`${name}.svg`, "image/svg+xml", svgText(picture()))],
    [words.as_png, () => savePng(picture(), `${name}.png`)],
    [words.as_json, () => save(`${name}-${run().key}.json`, "application/json", run().trace)],
    wholeTrace(
      data,
      () => `${name}-${run().key}-whole`,
      () => ({ run: run().key }),
    ),
    [words.as_csv_tree, () => saveCsv(`${name}-${run().key}`, searchCsv(run().tree))],
  ]);
}
