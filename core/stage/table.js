// The same numbers to read: the current step, its candidates, and the whole map.

function tableView(ui, trace) {
  const { sources, targets, words } = ui;
  const node = h("div", { class: "heed-tables" });
  const table = (caption, heads, rows) => h("div", { class: "heed-scroll", tabindex: 0, role: "group", "aria-label": caption },
    h("table", {}, h("caption", {}, caption),
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map(([head, ...cells]) => h("tr", {}, h("th", { scope: "row" }, head), cells.map((cell) => h("td", {}, cell)))))));

  function update() {
    if (!ui.table) { node.replaceChildren(); return; }
    const { now, target, kind } = ui, step = trace.steps[now];
    const parts = [h("p", { class: "heed-note" }, ui.summary())];
    if (trace.attends) {
      const seen = columns(step, sources);
      parts.push(table(fill(words.table_step, { step: now + 1, token: step.token.piece }), [words.source, words.score, words.weight],
        sources.map((group, j) => [group.label, fixed(seen[j].score, 4), seen[j].visible ? fixed(seen[j].weight, 5) : words.masked])));
    }
    parts.push(table(words.table_next, [words.piece, words.probability, words.log_prob],
      step.candidates.map((c) => [c.piece, fixed(Math.exp(c.logProb), 5), fixed(c.logProb, 4)])));
    if (trace.attends) {
      parts.push(table(kind === "weights" ? words.table_weights : words.table_scores, [words.target, ...sources.map((g) => g.label)],
        targets.slice(0, target + 1).map((group) => [ui.soFar(group), ...rowAt(trace, group, sources, now).map((v) =>
          !v.visible ? words.masked : kind === "weights" ? fixed(v.weight, 5) : fixed(v.score, 4))])));
    }
    node.replaceChildren(...parts);
  }

  return { node, layout() {}, update };
}
