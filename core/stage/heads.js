// Heads switched off: the switchboard, what became of the output, one head's maps, and rollout.

// The maps of one attention as their labels and values: [labels, of queries and of keys, flat rows].
function headLabels(data) {
  const source = data.source.map((one) => one.piece), target = data.plain.tokens.map((one) => one.piece), read = ["<s>", ...target.slice(0, -1)];
  return { encoder: [source, source, "source", "source"], self: [target, read, "target", "target"], cross: [target, source, "target", "source"] };
}
const causal = (size) => Uint8Array.from({ length: size * size }, (_, i) => Number(i % size <= Math.floor(i / size)));

// Two grids of one attention beside each other; `tells[i](row, column)` are what the i-th has to say.
function gridPair(ui, data, block, titles, values, about, tells = []) {
  const [rows, columns, rowsAre, columnsAre] = headLabels(data)[block];
  const visible = block === "self" ? causal(rows.length) : null, step = block === "encoder" ? null : (i) => ui.go(i);
  const grids = titles.map((title, i) => gridView(ui, { rows, columns, rowsAre, columnsAre, label: `${title}: ${about}`, onCell: step, tell: tells[i], small: rows.length > 16 }));
  const node = h("div", { class: "heed-grid-pair" }, grids.map((grid, i) => h("figure", {}, h("figcaption", {}, titles[i]), grid.node)));
  return {
    node, grids,
    layout() {
      const widths = grids.map((grid) => grid.node.clientWidth);
      grids.forEach((grid, i) => grid.layout(widths[i]));
    },
    update: () => grids.forEach((grid, i) => grid.update({ values: values[i], visible, kind: "weights", limit: 1, current: block === "encoder" ? null : ui.now, upTo: rows.length - 1 })),
  };
}

function headMapsView(ui, data) {
  const { words } = ui, holder = h("div"), note = h("p", { class: "heed-note" });
  const decoded = (all) => all && Object.fromEntries(Object.entries(all).map(([block, packed]) => [block, decodeArray(packed)]));
  const plain = decoded(data.weights), without = decoded(data.without);
  const sizes = Object.fromEntries(data.blocks.map(([block, , heads]) => [block, heads]));
  const picker = h("select", { class: "heed-speed", "aria-label": words.head_shown, onchange: () => ui.choose(picker.value) },
    data.blocks.map(([block, layers, heads]) => h("optgroup", { label: words[`block_${block}`] },
      Array.from({ length: layers * heads }, (_, i) => `${block}.${Math.floor(i / heads) + 1}.${(i % heads) + 1}`).map((name) => h("option", { value: name }, ui.called(name))))));
  const node = h("section", { class: "heed-pane heed-head-maps" }, h("div", { class: "heed-pane-head" }, h("span", { class: "heed-head-of" }, h("h2", { class: "heed-tag" }, words.maps_of), picker), help(words.maps_help, words.maps_of)), holder, note);
  let shown = null, pair = null;

  const rowOf = (name) => { const [block, layer, head] = name.split("."); return [block, (layer - 1) * sizes[block] + Number(head) - 1]; };
  function compose() {
    const [block, index] = rowOf(ui.head), titles = without ? [words.map_with, fill(words.map_without, { count: data.switched.length })] : [words.map_with];
    pair = gridPair(ui, data, block, titles, without ? [plain[block][index], without[block][index]] : [plain[block][index]], ui.called(ui.head));
    holder.replaceChildren(pair.node);
    pair.layout();
    shown = ui.head;
  }
  return {
    node, light() {}, layout() { if (pair) pair.layout(); },
    update() {
      picker.value = ui.head;
      if (shown !== ui.head) compose();
      pair.update();
      note.textContent = data.switched.includes(ui.head) ? words.off_note : without ? words.forced_note : "";
    },
  };
}

function rolloutView(ui, data) {
  const { words } = ui, holder = h("div"), note = h("p", { class: "heed-note" });
  const choose = segments(words.rollout_of, data.blocks.map(([block]) => [block, words[`short_${block}`]]), (block) => ui.roll(block));
  const node = h("section", { class: "heed-pane heed-rollout" }, h("div", { class: "heed-pane-head" }, h("span", { class: "heed-head-of" }, h("h2", { class: "heed-tag" }, words.rollout), choose.node), help(words.rollout_help, words.rollout)), holder, note);
  let shown = null, pair = null;
  return {
    node, light() {}, layout() { if (pair) pair.layout(); },
    update() {
      choose.current(ui.rolled);
      if (shown !== ui.rolled) {
        const values = [data.rollouts[ui.rolled].raw, data.rollouts[ui.rolled].rolled].map(decodeArray), size = data.source.length;
        // What does not come from the source comes from what was written.
        const share = (i, j) => [`${words.weight} ${fixed(values[1][i * size + j], 5)}`, fill(words.from_source, { value: fixed(sum(Array.from(values[1].subarray(i * size, (i + 1) * size))), 3) })];
        pair = gridPair(ui, data, ui.rolled, [words.raw_mean, words[`rolled_${ui.rolled}`]], values, words[`block_${ui.rolled}`], [null, ui.rolled === "cross" ? share : null]);
        holder.replaceChildren(pair.node);
        pair.layout();
        shown = ui.rolled;
      }
      pair.update();
      note.textContent = words[`rollout_${ui.rolled}`];
    },
  };
}

function headsTables(ui, data) {
  const { words } = ui, node = h("div", { class: "heed-tables" });
  const grid = (caption, block, values) => {
    const [rows, columns] = headLabels(data)[block];
    return table(caption, ["", ...columns], rows.map((name, i) => [name, ...columns.map((_, j) => (block === "self" && j > i ? words.masked : fixed(values[i * columns.length + j], 4)))]));
  };
  function update() {
    if (!ui.table) { node.replaceChildren(); return; }
    const [block, layer, head] = ui.head.split("."), [, , heads] = data.blocks.find(([name]) => name === block), index = (layer - 1) * heads + Number(head) - 1;
    const digits = (value) => fixed(value, 5), { raw, rolled } = data.rollouts[ui.rolled];
    node.replaceChildren(
      table(words.table_tokens, [words.piece, words.with_short, words.log_prob, words.without_short, words.log_prob, "Δ log p"], data.plain.tokens.map((one, t) => {
        const [a, b] = [data.plain.log_probs[t], data.forced[t]];
        return [one.piece, digits(Math.exp(a)), digits(a), digits(Math.exp(b)), digits(b), digits(b - a)];
      })),
      grid(`${ui.called(ui.head)}: ${words.map_with}`, block, decodeArray(data.weights[block])[index]),
      ...(data.without ? [grid(`${ui.called(ui.head)}: ${fill(words.map_without, { count: data.switched.length })}`, block, decodeArray(data.without[block])[index])] : []),
      grid(`${words[`block_${ui.rolled}`]}: ${words.raw_mean}`, ui.rolled, decodeArray(raw)), grid(words[`rolled_${ui.rolled}`], ui.rolled, decodeArray(rolled)),
      ...(data.costs.length ? [table(words.ranking, [words.head_shown, words.cost, words.cost_low, words.cost_high], [...data.costs].sort((a, b) => b[1] - a[1]).map(([name, ...values]) => [ui.called(name), ...values.map(digits)]))] : []));
  }
  return { node, update, layout() {}, light() {} };
}

let headStages = 0;

STAGES.heads = (root, first) => {
  const data = readHeads(first);
  const words = data.strings, { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const names = () => data.blocks.flatMap(([block, layers, heads]) => Array.from({ length: layers * heads }, (_, i) => `${block}.${Math.floor(i / heads) + 1}.${(i % heads) + 1}`));
  const fits = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
  // What was switched before and, once undone, after.
  let past = first.past || [], future = first.future || [];
  let asked = first.asked || null; // heads that were asked to be off, until the answer is there
  Object.assign(ui, {
    id: (headStages += 1), off: new Set(first.wanted || data.switched), table: Boolean(first.table),
    head: names().includes(first.head) ? first.head : data.switched[0] || `cross.${data.blocks.find(([block]) => block === "cross")[1]}.1`,
    rolled: data.rollouts[first.rollout] ? first.rollout : "encoder", now: fits(first.step, data.plain.tokens.length) ? first.step : 0,
    called: (name) => { const [block, layer, head] = name.split("."); return fill(words.head_name, { block: words[`block_${block}`], layer, head }); },
    short: (name) => { const [block, layer, head] = name.split("."); return fill(words.head_short, { block: words[`short_${block}`], layer, head }); },
    told: (name) => {
      const cost = data.costs.find(([head]) => head === name);
      return [ui.called(name), ui.off.has(name) ? words.is_off : words.is_on, ...(cost ? [fill(words.cost_told, { value: fixed(cost[1], 4), low: fixed(cost[2], 4), high: fixed(cost[3], 4) })] : [])];
    },
    choose: (head) => change({ head }),
    roll: (rolled) => change({ rolled }),
    go: (t) => change({ now: Math.max(0, Math.min(data.plain.tokens.length - 1, t)) }),
    flip: (heads, off) => {
      if (!first.onPick) return; // a page of its own cannot ask
      const next = new Set(ui.off);
      heads.forEach((name) => (off ? next.add(name) : next.delete(name)));
      past = [...past, [...ui.off]];
      future = [];
      ask(next);
    },
    summary: () => fill(words.summary, { count: ui.off.size, all: names().length, output: data.free.text }),
  });
  const tableToggle = h("button", { type: "button", class: "heed-toggle", onclick: () => change({ table: !ui.table }) }, words.as_table);
  const act = (name, go) => h("button", { type: "button", class: "heed-toggle", "data-act": name, onclick: go }, words[name]);
  const undo = act("undo", () => back()), redo = act("redo", () => forth()), reset = act("reset", () => ui.flip([...ui.off], false));
  const count = h("span", { class: "heed-info heed-switch-count" }), holder = h("div"), tables = h("div");
  let parts = {}, views = [];

  // Asks for a translation without these heads; what is shown stays until it is there.
  function ask(off) {
    ui.off = off;
    asked = names().filter((name) => off.has(name));
    update();
    busy(true);
    first.onPick({ off: asked });
    first.onStep(self);
  }
  const swap = (from, to) => {
    if (!from.length) return;
    to.push([...ui.off]);
    ask(new Set(from.pop()));
  };
  const back = () => swap(past, future), forth = () => swap(future, past);

  function change(what) {
    Object.assign(ui, what);
    update();
    if (first.onStep) first.onStep(self);
  }

  stage.append(h("div", { class: "heed-bar-top" }, ...(first.onPick ? [undo, redo, reset] : []), count, tableToggle,
    menu(words.download, [[words.as_csv_heads, () => save("heed-heads.csv", "text/csv;charset=utf-8", headsCsv(data))]]), help(words.about, words.title), waiting), holder, tables);

  function compose() {
    parts = { board: switchboardView(ui, data), outcome: outcomeView(ui, data), maps: headMapsView(ui, data), costs: costsView(ui, data), rollout: rolloutView(ui, data), tables: headsTables(ui, data) };
    views = Object.values(parts);
    const legends = h("div", { class: "heed-heads-legend" });
    holder.replaceChildren(
      h("div", { class: "heed-heads-top" },
        h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, words.board), help(words.board_help, words.board)), parts.board.node,
          h("p", { class: "heed-note" }, first.onPick ? words.keys : words.cannot_ask, data.costs.length ? ` ${words.bars_are_costs}` : "")),
        h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, words.outcome), help(words.outcome_help, words.outcome)), parts.outcome.node)),
      h("div", { class: "heed-heads-top heed-heads-below" }, parts.maps.node, parts.costs.node), parts.rollout.node, legends);
    tables.replaceChildren(parts.tables.node);
    const scale = legend(Object.assign(Object.create(ui), { kind: "weights", limit: 1 }));
    scale.update();
    legends.replaceChildren(scale.node);
    update();
    layout();
  }

  function layout() { views.forEach((view) => view.layout()); }

  function update() {
    tableToggle.setAttribute("aria-pressed", String(ui.table));
    undo.disabled = !past.length;
    redo.disabled = !future.length;
    reset.disabled = !ui.off.size;
    count.textContent = fill(words.count, { count: ui.off.size, all: names().length });
    views.forEach((view) => view.update());
  }

  const self = {
    paint, busy,
    address: () => ({ off: ui.off.size ? names().filter((name) => ui.off.has(name)).join(",") : null, head: ui.head, rollout: ui.rolled === "encoder" ? null : ui.rolled, step: ui.now + 1, table: ui.table ? 1 : null }),
    // What stays when other data comes: all but the step of another translation. Heads that were
    // switched since the question that is answered now stay as they were switched.
    kept: (next) => ({ ...(asked && asked.join() !== next.switched.join() ? { wanted: asked, asked } : {}), head: ui.head, rollout: ui.rolled, table: ui.table, past, future, step: next.typed === data.typed && next.plain.text === data.plain.text ? ui.now : 0 }),
    destroy,
  };
  compose();
  if (asked) busy(true);
  begin({
    key(event, inside, origin) {
      if (!inside) return false;
      const own = origin.closest(".heed-switch"), list = origin.closest(".heed-outcome-rows");
      if (own && event.key.startsWith("Arrow")) { parts.board.along(event.key); return true; }
      const step = { ArrowUp: ui.now - 1, ArrowDown: ui.now + 1, Home: 0, End: data.plain.tokens.length - 1 }[event.key];
      if (list && step != null) { ui.go(step); return true; }
      if (origin === stage && ["ArrowLeft", "ArrowRight"].includes(event.key)) { ui.go(ui.now + (event.key === "ArrowLeft" ? -1 : 1)); return true; }
      return event.key === "Escape";
    },
    arrange() { layout(); update(); },
    redraw() { compose(); },
  });
  return self;
};

const readHeads = (data) => ({
  ...data, source: data.source.map(token), plain: { ...data.plain, tokens: data.plain.tokens.map(token) }, free: { ...data.free, tokens: data.free.tokens.map(token) },
});

// One line a token of the plain output: its log-probability with all heads and without some.
function headsCsv(data) {
  const lines = ["step,token,log_prob,log_prob_without,off"], off = quote(data.switched.join(" "));
  data.plain.tokens.forEach((one, t) => lines.push([t + 1, quote(one.piece), data.plain.log_probs[t], data.forced[t], off].join(",")));
  return `${lines.join("\r\n")}\r\n`;
}
