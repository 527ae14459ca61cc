// The candidates of one step in the order of their scores, and the line that the width draws.

import { fill, fixed, h, help, piece, spoken } from "../../stage/dom.js";
import { sum } from "../../stage/trace.js";
import { fateOf, share } from "./box.js";
import { wayTo } from "./tree.js";

function pickRow(row, on) {
  row.classList.toggle("heed-picked", on);
  row.querySelector("button").setAttribute("aria-current", String(on));
}

export function rankingView(ui, tree, onSelect) {
  const { words } = ui;
  const { penalty } = tree.raw.search;
  /** @type {any[]} [what a word's name ends in, what a node has there or nothing] */
  const columns = [
    ["rank", (node) => (node.rank ? String(node.rank) : "–")],
    ["continuation", null],
    ["probability", (node) => fixed(node.p, 4)],
    ["total", (node) => fixed(node.total, 3)],
    ...(penalty === "none" ? [] : [["normalised", (node) => fixed(node.score, 3)]]),
    ...(tree.sampling
      ? [["chance", (node) => (node.chance == null ? "–" : fixed(node.chance, 4))]]
      : []),
    ["fate", (node) => words[`fate_${fateOf(node)}`]],
  ];
  const caption = h("h2", { class: "heed-tag" });
  const body = h("tbody");
  const node = h(
    "section",
    { class: "heed-pane heed-ranking" },
    h("div", { class: "heed-pane-head" }, caption, help(words.ranking_help, words.ranking)),
    h(
      "div",
      { class: "heed-scroll heed-ranking-scroll" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            columns.map(([name]) => h("th", { scope: "col" }, words[name])),
          ),
        ),
        body,
      ),
    ),
  );
  /** @type {any} */
  let shown = null;
  let rows = new Map();

  function compose(depth) {
    const here = tree.depths[depth] || [];
    const forced = here.some((one) => one.forced);
    const listed = here
      .filter((one) => one.kept || (one.rank != null && one.rank <= tree.beam + 10))
      .slice(0, tree.beam + 12);
    const parts = [];
    rows = new Map();
    listed.forEach((one, i) => {
      const before = listed[i - 1];
      // Those that were kept stand above the line.
      if (before?.kept && !one.kept && !forced && !tree.sampling) {
        parts.push(
          h(
            "tr",
            { class: "heed-width-line" },
            h("td", { colspan: columns.length }, fill(words.width_line, { width: tree.beam })),
          ),
        );
      }
      const way = wayTo(one.parent);
      const near = way
        .slice(-4)
        .map((step) => step.piece)
        .join(" ");
      const earlier = `${way.length > 4 ? "… " : ""}${near} `;
      const row = h(
        "tr",
        { class: one.kept ? "heed-kept" : "heed-let-go", onclick: () => onSelect(one) },
        columns.map(([, value]) =>
          value
            ? h("td", {}, value(one))
            : h(
                "th",
                { scope: "row" },
                h(
                  "button",
                  { type: "button", class: "heed-link" },
                  h("span", { class: "heed-before", lang: ui.tongues?.target }, ...piece(earlier)),
                  spoken(ui, "target", piece(one.piece)),
                ),
              ),
        ),
      );
      rows.set(one, row);
      parts.push(row);
    });
    body.replaceChildren(...parts);
    const hidden = here.length - listed.length;
    caption.textContent = fill(words.ranking_at, { step: depth });
    if (hidden > 0)
      body.append(
        h(
          "tr",
          {},
          h(
            "td",
            { colspan: columns.length, class: "heed-note" },
            fill(words.more_listed, { count: hidden }),
          ),
        ),
      );
  }

  function update() {
    const depth = Math.max(1, ui.node.depth || 1);
    if (shown !== depth) compose(depth);
    shown = depth;
    rows.forEach((row, one) => pickRow(row, one === ui.node));
  }

  return { node, update, layout() {}, light() {} };
}

// All hypotheses that came to an end, best first; choosing one shows it in the tree.
export function finishedView(ui, tree, onSelect) {
  const { words } = ui;
  const rows = tree.leaves.map((leaf) =>
    h(
      "tr",
      { onclick: () => onSelect(leaf) },
      h("td", {}, String(leaf.place)),
      h("td", {}, fixed(leaf.score, 3)),
      h("td", {}, fixed(leaf.total, 3)),
      h("td", {}, String(leaf.depth)),
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          { type: "button", class: "heed-link", dir: "auto", lang: ui.tongues?.target },
          tree.text(leaf) || tree.raw.end,
        ),
        leaf.fate === "limit" ? h("span", { class: "heed-note" }, ` ${words.fate_limit}`) : "",
      ),
    ),
  );
  const node = h(
    "section",
    { class: "heed-pane heed-finished" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, words.finished_ones),
      help(words.finished_help, words.finished_ones),
    ),
    h(
      "div",
      { class: "heed-scroll" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["place", "normalised", "total", "length", "hypothesis"].map((name) =>
              h("th", { scope: "col" }, words[name]),
            ),
          ),
        ),
        h("tbody", {}, rows),
      ),
    ),
  );
  return {
    node,
    layout() {},
    light() {},
    update: () => rows.forEach((row, i) => pickRow(row, tree.leaves[i] === ui.node)),
  };
}

// The same tree as a nested list: a line runs on as long as it does not branch.
export function nestedView(ui, tree) {
  const { words } = ui;
  const told = (node) => {
    const fate = [words[`fate_${fateOf(node)}`]];
    if (node.place) fate.push(fill(words.place_of, { place: node.place }), fixed(node.score, 3));
    const end = fateOf(node) === "kept" ? "" : ` (${fate.join(", ")})`;
    return `${node.piece} ${share(node.p)}${end}`;
  };
  const letGo = (one) => {
    const from = fill(words.let_go, { piece: one.depth ? one.piece : words.start_node });
    return `${from} ${one.cuts.map((cut) => `${cut.piece} ${share(cut.p)}`).join(", ")}`;
  };
  function item(head) {
    const line = [head];
    while (line[line.length - 1].kids.length === 1) line.push(line[line.length - 1].kids[0]);
    const last = line[line.length - 1];
    const cuts = line
      .filter((one) => one.cuts.length)
      .map((one) => h("li", { class: "heed-let-go" }, letGo(one)));
    return h(
      "li",
      {},
      line.map((one) => (one.depth ? told(one) : words.start_node)).join(" → "),
      cuts.length
        ? h(
            "details",
            {},
            h(
              "summary",
              {},
              fill(words.let_go_here, { count: sum(line.map((one) => one.cuts.length)) }),
            ),
            h("ul", {}, cuts),
          )
        : "",
      last.kids.length ? h("ul", {}, last.kids.map(item)) : "",
    );
  }
  const node = h("div", { class: "heed-nested" });
  return {
    node,
    layout() {},
    light() {},
    update: () => {
      if (ui.table && !node.firstChild) node.append(h("ul", {}, item(tree.root)));
      node.hidden = !ui.table;
    },
  };
}
