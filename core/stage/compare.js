// Several models on one sentence: a panel each, one step for all, and where their attention differs.

STAGES.compare = (root, data) => {
  const words = data.strings, { told } = data, panels = data.panels.map(readPanel), forced = data.target !== "free";
  const leader = panels.reduce((a, panel) => (panel.steps.length > a.steps.length ? panel : a)), end = leader.steps.length - 1;
  const places = panels.map((panel) => linked(panel, leader, forced));
  const pairs = data.pairs, attending = panels.filter((panel) => panel.attends);
  const [unit, kind] = (VIEWS.includes(data.view) ? data.view : VIEWS[0]).split("-");
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, told.title);
  const pairOf = ([a, b]) => pairs.find(({ panels: [x, y] }) => (x === a && y === b) || (x === b && y === a));
  const asked = String(data.pair || "").split("-").map((n) => Number(n) - 1);
  Object.assign(ui, {
    told, kind, language: data.language, byWord: unit === "words", table: Boolean(data.table),
    now: Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : end,
    lit: {}, keyed: false, cell: data.cell || null,
    pair: pairOf(asked) ? asked : pairs.length ? pairs[0].panels : [],
    numbers: (one) => (one.visible ? [`${words.weight} ${fixed(one.weight, 5)}`, `${words.score} ${fixed(one.score, 4)}`] : [words.masked]),
    go: (step) => {
      ui.now = Math.max(0, Math.min(end, step));
      update();
      moved();
    },
    summary: () => [fill(told.summary, { step: ui.now + 1, steps: end + 1 }), ...views.map((view) => view.summary())].join(" "),
  });

  const moved = () => { if (data.onStep) data.onStep(self); };
  const change = (what) => {
    Object.assign(ui, what);
    if ("byWord" in what) compose();
    else if ("pair" in what) contrast();
    else update();
    moved();
  };
  const units = segments(words.unit, [[true, words.words], [false, words.pieces]], (byWord) => change({ byWord }));
  const kinds = segments(words.shown, [["weights", words.weights], ["scores", words.scores]], (value) => change({ kind: value }));
  const tableToggle = h("button", { type: "button", class: "heed-toggle", onclick: () => change({ table: !ui.table }) }, words.as_table);
  const player = playerView(ui, leader), scale = legend(ui);
  const name = (data.exports && data.exports.name) || "heed-compare";
  const parts = () => ({ views, scale, difference, curves });
  const download = menu(words.download, [
    [words.as_svg, () => save(`${name}.svg`, "image/svg+xml", svgText(comparisonDrawing(ui, data.typed, parts())))],
    [words.as_png, () => savePng(comparisonDrawing(ui, data.typed, parts()), `${name}.png`)],
    [told.as_json, () => save(`${name}.json`, "application/json", comparisonJson(data, panels))],
    [told.as_csv, () => save(`${name}.csv`, "text/csv;charset=utf-8", comparisonCsv(panels))],
  ]);
  const cards = h("div", { class: "heed-panels" }), tables = h("div", { class: "heed-tables" });
  const options = () => attending.map((panel) => h("option", { value: panel.index }, panel.label));
  const chosen = [told.first, told.second].map((about, side) => h("select", { class: "heed-speed", "aria-label": about, onchange: (event) => {
    const pair = [...ui.pair], other = Number(event.target.value);
    if (pair[1 - side] === other) pair[1 - side] = pair[side]; // the two change places
    pair[side] = other;
    change({ pair });
  } }, options()));
  const lessHead = h("span", { class: "heed-less", hidden: !pairs.length }, chosen[0], " − ", chosen[1]);
  const lessHere = h("div", { class: "heed-less-here" });
  const curves = agreementView(ui, panels, pairs, places, (pair) => change({ pair }));
  const differs = panels.some((panel) => panel.steps.some((step) => step.differs));
  const source = data.target === "typed" ? told.from_typed : fill(told.from_model, { model: data.target });
  let views = [], difference = null;

  stage.append(
    h("div", { class: "heed-bar-top" }, units.node, help(words.unit_help, words.unit), kinds.node, tableToggle, download, waiting),
    h("div", { class: "heed-common" },
      h("p", { class: `heed-note heed-${forced ? "forced" : "free"}-note` }, forced ? fill(told.forced_note, { from: source }) : told.free_note),
      differs ? h("p", { class: "heed-note" }, fill(told.differs_note, { first: panels[0].label })) : null,
      h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, told.panels), scale.node)),
    cards,
    h("div", { class: `heed-contrast${forced ? "" : " heed-alone"}` },
      forced ? h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, told.differences), lessHead), lessHere) : null,
      h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, told.agreement), help(told.agreement_help, told.agreement)),
        pairs.length ? curves.node : h("p", { class: "heed-none" }, told.agreement_none),
        forced ? null : h("p", { class: "heed-note heed-parting" }, pairs.length ? `${told.agreement_ends} ` : "", told.difference_free))),
    player.node, tables);

  // Makes the views anew, for words or for pieces.
  function compose() {
    ui.limit = Math.max(1e-9, ...attending.map((panel) => {
      const across = grouped(panel.source, ui.byWord);
      return largest(panel.steps.flatMap((step) => columns(step, across).map((one) => one.score)));
    }));
    views = panels.map((panel, i) => panelView(ui, panel, places[i], {
      first: panels[0].label, go: (step) => { player.stop(); ui.go(step); },
      point: (lit, from) => point(lit, from, views[i].ui), choose: data.onPick && choose,
    }));
    cards.replaceChildren(...views.map((view) => view.node));
    views.forEach((view) => view.mark(ui.cell));
    contrast();
  }

  // Makes the picture of the difference anew, for another pair.
  function contrast() {
    difference = null;
    const pair = forced && pairOf(ui.pair);
    lessHere.replaceChildren(h("p", { class: "heed-none" }, told.difference_none));
    if (pair) {
      const [a, b] = ui.pair, trace = ([x, y], kind) => differenceTrace(panels[x], panels[y], kind, ui.byWord);
      // One scale for all pairs, so that they can be compared.
      ui.reaches = ui.reaches && ui.reaches.byWord === ui.byWord ? ui.reaches
        : { byWord: ui.byWord, limit: Math.max(0.01, ...pairs.map((one) => reachOf(trace(one.panels, one.unit)))) };
      difference = differenceView(ui, trace(ui.pair, pair.unit), { a: panels[a].label, b: panels[b].label }, places[a],
        { limit: ui.reaches.limit, go: (step) => { player.stop(); ui.go(step); }, point });
      lessHere.replaceChildren(difference.node);
    }
    layout();
    update();
  }

  function layout() {
    stage.classList.toggle("heed-wide", leader.source.length > 26);
    // As many columns as fit, in rows of like length; a long sentence needs wide panels.
    const least = (ui.large ? 440 : 340) + 14 * Math.max(0, leader.source.length - 14);
    const fit = Math.max(1, Math.min(3, Math.floor(stage.clientWidth / least)));
    cards.style.setProperty("--heed-columns", Math.ceil(panels.length / Math.ceil(panels.length / fit)));
    const heats = [...views, difference].flatMap((view) => (view && view.heat) || []);
    const widths = heats.map((heat) => heat.node.clientWidth);
    heats.forEach((heat, i) => heat.layout(widths[i]));
    heats.forEach((heat) => heat.measure());
  }

  const all = () => [...views, scale, difference, curves, player].filter(Boolean);

  function update() {
    units.current(ui.byWord);
    kinds.current(ui.kind);
    tableToggle.setAttribute("aria-pressed", String(ui.table));
    chosen.forEach((select, side) => { select.value = ui.pair[side]; });
    all().forEach((view) => view.update());
    if (ui.lit.source != null || ui.lit.target != null) all().forEach((view) => view.light(ui.lit));
    tables.replaceChildren(...(ui.table ? comparisonTables(ui, views, difference, pairs, panels) : []));
    if (!player.playing()) ui.say(ui.summary());
  }

  // What is pointed at in one panel is lit in all: the same source word, whatever its place.
  function point({ source, target }, from, own, keyed = false) {
    const lit = { source, target, panel: from ? from.index : null, label: source == null ? null : own.sources[source].label };
    if (["source", "target", "panel", "label"].every((key) => lit[key] === ui.lit[key])) return;
    Object.assign(ui, { lit, keyed });
    all().forEach((view) => view.light(lit));
  }

  function choose(cell) {
    ui.cell = cell;
    views.forEach((view) => view.mark(cell));
    data.onPick(cell);
  }

  // Up and down point at one source token after another in the panel that has the focus.
  function pointAlong(name, view) {
    if (name === "Escape") { point({}, null, null); return; }
    if (name === "Enter") { if (data.onPick && view !== difference && ui.lit.source != null) view.choose(ui.lit.source); return; }
    const { sources } = view.ui, last = sources.length - 1, from = ui.lit.source == null ? (name === "ArrowDown" ? -1 : last + 1) : ui.lit.source;
    const next = Math.max(0, Math.min(last, from + (name === "ArrowDown" ? 1 : -1)));
    point({ source: next, target: view.ui.target }, view.panel || null, view.ui, true);
    const trace = view.panel || view.trace, one = rowAt(trace, view.ui.targets[view.ui.target], sources, view.ui.now)[next];
    ui.say(`${nameOf(ui, sources[next].label)}: ${view.ui.numbers(one).join(", ")}`);
  }

  const self = {
    paint, busy,
    address: () => ({
      step: ui.now + 1, view: `${ui.byWord ? "words" : "pieces"}-${ui.kind}`, table: ui.table ? 1 : null,
      pair: ui.pair.length ? ui.pair.map((n) => n + 1).join("-") : null,
    }),
    // What stays when other data comes: the view; the step where the sentence and the target are
    // the same; the pair and the cell where the panels are.
    kept(next) {
      const same = next.typed === data.typed && next.target === data.target;
      const alike = JSON.stringify(next.panels) === JSON.stringify(data.panels);
      const models = next.panels.map((panel) => panel.model).join() === data.panels.map((panel) => panel.model).join();
      const { view, pair } = self.address();
      return { view, table: ui.table, ...(same ? { step: ui.now } : {}), pair: models ? pair : null, cell: alike ? ui.cell : null };
    },
    destroy() {
      player.stop();
      destroy();
    },
  };
  compose();
  begin({
    key(event, inside, origin) {
      const holder = inside && origin.matches(".heed-points") ? origin : null;
      if (!holder || !["ArrowUp", "ArrowDown", "Escape", "Enter"].includes(event.key)) return player.key(event.key);
      pointAlong(event.key, [...views, difference].find((view) => view && view.heat && view.heat.node === holder));
      return true;
    },
    arrange() { layout(); update(); },
    redraw: update,
  });
  stage.addEventListener("focusout", (event) => { if (event.target.matches(".heed-points") && ui.keyed) point({}, null, null); });
  return self;
};
