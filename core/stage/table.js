// The same numbers to read: the current step, its candidates, and the whole map.

import { fill, fixed, h, spoken } from "./dom.js";
import { columns, rowAt } from "./trace.js";

export const table = (caption, heads, rows) =>
  h(
    "div",
    { class: "heed-scroll", tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(([head, ...cells]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, head),
            cells.map((cell) => h("td", {}, cell)),
          ),
        ),
      ),
    ),
  );

export function tableView(ui, trace) {
  const { sources, targets, words } = ui;
  const node = h("div", { class: "heed-tables" });
  const number = (one, key, digits) => (one.visible ? fixed(one[key], digits) : words.masked);

  function matrix(key, caption, digits) {
    return table(
      caption,
      [words.target, ...sources.map((group) => spoken(ui, "source", group.label))],
      targets
        .slice(0, ui.target + 1)
        .map((group) => [
          spoken(ui, "target", ui.soFar(group)),
          ...rowAt(trace, group, sources, ui.now).map((one) => number(one, key, digits)),
        ]),
    );
  }

  function update() {
    if (!ui.table) {
      node.replaceChildren();
      return;
    }
    const { now } = ui;
    const step = trace.steps[now];
    const parts = [];
    if (trace.attends) {
      const seen = columns(step, sources);
      parts.push(
        table(
          fill(words.table_step, { step: now + 1, token: step.token.piece }),
          [words.source, ...(trace.mean ? [] : [words.score]), words.weight],
          sources.map((group, j) => [
            spoken(ui, "source", group.label),
            ...(trace.mean ? [] : [number(seen[j], "score", 4)]),
            number(seen[j], "weight", 5),
          ]),
        ),
      );
    }
    parts.push(
      table(
        words.table_next,
        [words.piece, words.probability, words.log_prob],
        step.candidates.map((c) => [
          spoken(ui, "target", c.piece),
          fixed(Math.exp(c.logProb), 5),
          fixed(c.logProb, 4),
        ]),
      ),
    );
    node.replaceChildren(
      h("p", { class: "heed-note" }, ui.summary()),
      h("div", { class: "heed-table-pair" }, parts),
      ...(trace.attends
        ? [
            matrix("weight", words.table_weights, 5),
            ...(trace.mean ? [] : [matrix("score", words.table_scores, 4)]),
          ]
        : []),
    );
  }

  return { node, layout() {}, light() {}, update };
}
