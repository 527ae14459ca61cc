// What the lost heads did: the output beside the plain one, and the probability of each plain token.

function outcomeView(ui, data) {
  const { words } = ui, total = (values) => sum(values);
  const words_ = (tokens, differs) => {
    const groups = grouped(tokens, true).filter((group) => group.label !== END);
    // Punctuation stands close to its word, as it was written.
    return groups.flatMap((group) => [/^\s/.test(tokens[group.items[0]].text) ? " " : null,
      h("span", { class: differs && group.items.some((t) => differs[t]) ? "heed-outcome-differs" : null }, h("bdi", {}, group.label))]);
  };
  const said = (title, tokens, logProbs, differs) => h("div", { class: "heed-outcome" }, h("span", { class: "heed-info" }, title),
    h("p", { dir: "auto" }, words_(tokens, differs)), h("span", { class: "heed-info" }, fill(words.log_prob_total, { value: fixed(total(logProbs), 2), count: logProbs.length })));
  const count = data.switched.length, whole = total(data.plain.log_probs), without = total(data.forced);
  const same = count && !data.free.differs.some(Boolean) && data.free.text === data.plain.text;
  const rows = data.plain.tokens.map((one, t) => {
    const [p, q] = [data.plain.log_probs[t], data.forced[t]].map(Math.exp);
    const bar = (value, className) => h("span", { class: `heed-bar ${className}` }, h("i", { style: `width:${(100 * value).toFixed(2)}%` }));
    const change = data.forced[t] - data.plain.log_probs[t];
    return h("div", {
      class: "heed-outcome-row", role: "option", id: `heed-outcome-${ui.id}-${t}`, onclick: () => ui.go(t),
      "aria-label": `${nameOf(ui, one.piece)}: ${fill(words.with_and_without, { p: fixed(p, 4), q: fixed(q, 4), change: fixed(change, 3) })}`,
    }, h("span", { class: "heed-target heed-name" }, h("bdi", {}, piece(one.piece))),
    h("span", { class: "heed-outcome-bars" }, bar(p, ""), count ? bar(q, "heed-outcome-without") : null),
    h("span", { class: "heed-value" }, fixed(p, 3)), h("span", { class: "heed-value heed-outcome-q" }, count ? fixed(q, 3) : ""),
    h("span", { class: `heed-value heed-outcome-change${change < -0.1 ? " heed-outcome-worse" : ""}` }, count ? `${change > 0 ? "+" : ""}${fixed(change, 2)}` : ""));
  });
  const list = h("div", { class: "heed-rows heed-outcome-rows", role: "listbox", tabindex: 0, "aria-label": words.tokens_label }, rows);
  const node = h("div", { class: "heed-outcomes" },
    said(words.with_all, data.plain.tokens, data.plain.log_probs),
    count ? said(fill(words.without, { count }), data.free.tokens, data.free.log_probs, data.free.differs)
      : h("div", { class: "heed-outcome" }, h("span", { class: "heed-info" }, words.without_none), h("p", { class: "heed-none" }, words.switch_some)),
    count ? h("p", { class: "heed-outcome-verdict" }, same ? words.same_output : words.other_output, " ",
      fill(words.forced_total, { plain: fixed(whole, 2), without: fixed(without, 2), change: `${without > whole ? "+" : ""}${fixed(without - whole, 2)}` })) : null,
    h("div", { class: "heed-outcome-row heed-outcome-heads", "aria-hidden": "true" }, h("span", {}, words.plain_token), h("span", {}, words.its_probability), h("span", {}, words.with_short), h("span", {}, count ? words.without_short : ""), h("span", {}, count ? "Δ log p" : "")),
    list);
  return {
    node, list, layout() {}, light() {},
    update() {
      rows.forEach((one, t) => { one.classList.toggle("heed-now", t === ui.now); one.setAttribute("aria-selected", String(t === ui.now)); });
      list.setAttribute("aria-activedescendant", rows[ui.now].id);
      const now = rows[ui.now], over = now.offsetTop - list.offsetTop;
      if (over < list.scrollTop || over + now.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = over - list.clientHeight / 2;
    },
  };
}

// All heads by what their loss costs on held-out sentences, the dearest first.
function costsView(ui, data) {
  const { words } = ui, ranked = [...data.costs].sort((a, b) => b[1] - a[1]);
  const low = Math.min(0, ...ranked.map((one) => one[2])), span = Math.max(1e-9, ...ranked.map((one) => one[3])) - low, place = (value) => (100 * (value - low)) / span;
  const rows = ranked.map(([head, value, from, to], i) => h("button", {
    type: "button", class: "heed-cost", "data-rank": head, tabindex: -1, title: words.choose_head, onclick: () => ui.choose(head),
    "aria-label": `${i + 1}. ${ui.called(head)}: ${fill(words.cost_told, { value: fixed(value, 4), low: fixed(from, 4), high: fixed(to, 4) })}`,
  }, h("span", { class: "heed-cost-rank" }, String(i + 1)), h("span", { class: "heed-cost-name" }, ui.short(head)),
  h("span", { class: "heed-cost-bar", style: `--zero:${place(0)}%` }, h("i", { style: `left:${place(Math.min(0, value))}%;width:${Math.abs(place(value) - place(0))}%` }), h("b", { style: `left:${place(from)}%;width:${place(to) - place(from)}%` })),
  h("span", { class: "heed-value" }, `${value > 0 ? "+" : ""}${fixed(value, 3)}`)));
  const box = h("div", { class: "heed-scroll heed-costs", tabindex: 0, role: "group", "aria-label": words.ranking }, rows);
  const about = data.measured;
  const node = h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, words.ranking), help(words.ranking_help, words.ranking)),
    ranked.length ? box : h("p", { class: "heed-none" }, words.unmeasured), ranked.length ? h("p", { class: "heed-note" }, fill(words.measured_on, { count: about.count, slice: about.slice }), about.stale ? ` ${words.stale}` : "") : null,
    h("p", { class: "heed-note" }, words.measured_by, " ", h("code", {}, about.command)));
  return {
    node, layout() {}, light() {},
    update() {
      rows.forEach((one, i) => { one.classList.toggle("heed-cost-off", ui.off.has(ranked[i][0])); one.classList.toggle("heed-cost-now", ranked[i][0] === ui.head); });
      const now = rows[ranked.findIndex(([head]) => head === ui.head)];
      if (!now) return;
      const over = now.offsetTop - box.offsetTop;
      if (over < box.scrollTop || over + now.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = over - box.clientHeight / 2;
    },
  };
}
