// The stage: one trace, one current step, and views that follow it.

const VIEWS = ["words-weights", "words-scores", "pieces-weights", "pieces-scores"];
const PATIENCE = 30000; // ms that the stage says it is at work when no answer comes

function mount(root, data) {
  const trace = readTrace(data.trace), words = data.strings, end = trace.steps.length - 1;
  const [unit, kind] = (VIEWS.includes(data.view) ? data.view : VIEWS[0]).split("-");
  const stage = h("div", { class: "heed-stage", tabindex: 0, role: "region", "aria-label": words.title });
  const bubble = h("div", { class: "heed-tip", role: "tooltip", hidden: true });
  const live = h("p", { class: "heed-live", "aria-live": "polite" });
  const probe = h("span", { class: "heed-probe", "aria-hidden": "true" });
  const frame = h("div", { class: `heed-root${data.projector ? " heed-large" : ""}` }, stage, bubble, live, probe);
  root.replaceChildren(frame);

  let colours = {};
  const ui = {
    words, kind, byWord: unit === "words", table: Boolean(data.table), large: Boolean(data.projector),
    now: Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : end,
    lit: {}, keyed: false, // what is pointed at, and whether by keyboard
    theme: () => frame.dataset.theme,
    colour: (name) => (colours[name] ||= getComputedStyle(frame).getPropertyValue(name).trim()),
    blank: () => ui.colour("--heed-blank"),
    soFar: (group) => labelOf(group.items.filter((t) => t <= ui.now).map((t) => trace.steps[t].token), ui.byWord),
    numbers: (one) => (one.visible ? [`${words.weight} ${fixed(one.weight, 5)}`, `${words.score} ${fixed(one.score, 4)}`] : [words.masked]),
    stepInfo: () => {
      const { logProb, total } = trace.steps[ui.now];
      return fill(words.step_info, { step: ui.now + 1, steps: end + 1, log_prob: fixed(logProb, 2), total: fixed(total, 2), p: fixed(Math.exp(logProb), 3) });
    },
    summary: () => {
      const step = trace.steps[ui.now], values = { step: ui.now + 1, steps: end + 1, token: step.token.piece, p: fixed(Math.exp(step.logProb), 3) };
      if (!trace.attends) return fill(words.summary_alone, values);
      const seen = columns(step, ui.sources), best = seen.reduce((a, c, j) => (c.weight > seen[a].weight ? j : a), 0);
      return fill(words.summary, { ...values, source: ui.sources[best].label, weight: fixed(seen[best].weight, 2) });
    },
    point: (lit, keyed = false) => {
      if (lit.source === ui.lit.source && lit.target === ui.lit.target) return;
      Object.assign(ui, { lit, keyed });
      views.forEach((view) => view.light(lit));
    },
    tip: (event, lines) => {
      bubble.hidden = !event;
      if (!event) return;
      bubble.replaceChildren(...lines.map((line) => h("div", { dir: "auto" }, line)));
      bubble.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - bubble.offsetWidth - 8))}px`;
      bubble.style.top = `${Math.max(4, Math.min(event.clientY + 16, innerHeight - bubble.offsetHeight - 8))}px`;
    },
    go: (step) => {
      ui.now = Math.max(0, Math.min(end, step));
      update();
      if (data.onStep) data.onStep(ui);
    },
  };

  const change = (what) => {
    Object.assign(ui, what);
    if ("byWord" in what) compose();
    else update();
    if (data.onStep) data.onStep(ui);
  };
  const units = segments(words.unit, [[true, words.words], [false, words.pieces]], (byWord) => change({ byWord }));
  const kinds = segments(words.shown, [["weights", words.weights], ["scores", words.scores]], (value) => change({ kind: value }));
  const tableToggle = h("button", { type: "button", class: "heed-toggle", onclick: () => change({ table: !ui.table }) }, words.as_table);
  const waiting = h("span", { class: "heed-busy", role: "status" });
  const player = playerView(ui, trace);
  const holders = Object.fromEntries(["pair", "heat", "flow", "tables"].map((name) => [name, h("div", { class: `heed-in-${name}` })]));
  let views = [], parts = {};

  stage.append(
    h("div", { class: "heed-bar-top" }, units.node, help(words.unit_help, words.unit), tableToggle,
      downloads(ui, trace, { json: data.trace, page: data.html, name: (data.exports && data.exports.name) || "heed", views: () => parts }), waiting),
    h("div", { class: `heed-top${trace.attends ? "" : " heed-alone"}` },
      h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, trace.attends ? words.looks_now : words.pair),
        h("span", { class: "heed-info" }, trace.attends ? words.numbers_are_weights : "")), holders.pair),
      h("section", { class: "heed-pane heed-heat-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, trace.attends ? words.so_far : words.unattended),
        trace.attends ? kinds.node : null), trace.attends ? holders.heat : h("p", { class: "heed-none" }, words.no_attention))),
    holders.flow, player.node, holders.tables);

  // Makes the views anew, for words or for pieces.
  function compose() {
    ui.sources = grouped(trace.source, ui.byWord);
    ui.targets = grouped(trace.steps.map((step) => step.token), ui.byWord);
    ui.limit = trace.attends ? largest(trace.steps.flatMap((step) => columns(step, ui.sources).map((one) => one.score))) || 1 : 1;
    stage.classList.toggle("heed-wide", ui.sources.length > 20);
    parts = {
      pair: pairView(ui, trace), heat: trace.attends ? heatmapView(ui, trace) : null, scale: trace.attends ? legend(ui) : null,
      flow: flowView(ui, trace, data.formula, data.onPick && pick), tables: tableView(ui, trace), player,
    };
    views = Object.values(parts).filter(Boolean);
    holders.pair.replaceChildren(parts.pair.node);
    if (parts.heat) holders.heat.replaceChildren(parts.heat.node, parts.scale.node);
    holders.flow.replaceChildren(parts.flow.node);
    holders.tables.replaceChildren(parts.tables.node);
    layout();
    update();
  }

  function layout() {
    const order = [parts.heat, parts.flow, parts.scale, parts.tables, player].filter(Boolean);
    order.forEach((view) => view.layout());
    const beside = parts.heat && getComputedStyle(stage.querySelector(".heed-top")).getPropertyValue("--heed-beside").trim() === "1";
    parts.pair.layout(beside ? parts.heat.size()[1] : 0);
  }

  function update() {
    ui.target = ui.targets.findIndex((group) => group.items.includes(ui.now));
    units.current(ui.byWord);
    kinds.current(ui.kind);
    tableToggle.setAttribute("aria-pressed", String(ui.table));
    views.forEach((view) => view.update());
    if (ui.lit.source != null || ui.lit.target != null) views.forEach((view) => view.light(ui.lit));
    if (!player.playing()) live.textContent = ui.summary();
  }

  let patience = null;
  function busy(on) {
    clearTimeout(patience);
    if (on) patience = setTimeout(() => busy(false), PATIENCE);
    stage.setAttribute("aria-busy", String(on));
    waiting.textContent = on ? words.working : "";
  }

  function pick(choice) {
    player.stop();
    busy(true);
    data.onPick(choice);
  }

  function paint() {
    const before = frame.dataset.theme;
    frame.dataset.theme = data.theme === "light" || data.theme === "dark" ? data.theme : themeAround(probe);
    colours = {};
    if (before !== frame.dataset.theme && views.length) update();
  }

  // Up and down point at one source token after another.
  function pointAlong(name) {
    if (!trace.attends) return;
    if (name === "Escape") { ui.point({}); return; }
    const last = ui.sources.length - 1, from = ui.lit.source == null ? (name === "ArrowDown" ? -1 : last + 1) : ui.lit.source;
    const source = Math.max(0, Math.min(last, from + (name === "ArrowDown" ? 1 : -1)));
    ui.point({ source, target: ui.target }, true);
    live.textContent = `${nameOf(ui, ui.sources[source].label)}: ${ui.numbers(columns(trace.steps[ui.now], ui.sources)[source]).join(", ")}`;
  }

  const listening = new AbortController(), { signal } = listening;
  document.addEventListener("keydown", (event) => {
    const path = event.composedPath(), origin = path[0], inside = path.includes(stage);
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented || !stage.isConnected) return;
    const own = origin.closest ? origin.closest("input, textarea, select, button, summary, a, [contenteditable], [role=slider], [role=listbox], [role=dialog]") : null;
    if (!inside && own) return; // somebody else's field or button
    if (own && own.matches("select, input:not([type=range]), textarea, [contenteditable]")) return;
    if (own && own.matches("input") && event.key !== " ") return; // a scrubber knows its keys
    if (own && event.key === " " && !own.matches("input")) return; // and a button knows its own
    if (event.key === "Escape") stage.querySelectorAll("details[open]").forEach((one) => { one.open = false; });
    if (inside && ["ArrowUp", "ArrowDown", "Escape"].includes(event.key) && origin.matches(".heed-points")) {
      pointAlong(event.key);
      event.preventDefault();
    } else if (player.key(event.key)) event.preventDefault();
  }, { signal });
  // One explanation at a time; a click elsewhere closes it.
  document.addEventListener("click", (event) => stage.querySelectorAll("details[open]").forEach((one) => {
    if (!event.composedPath().includes(one)) one.open = false;
  }), { signal });
  stage.addEventListener("focusout", (event) => { if (event.target.matches(".heed-points") && ui.keyed) ui.point({}); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint, { signal });
  probe.addEventListener("transitionend", paint); // the colours around have changed

  let wide = 0;
  const sized = new ResizeObserver(() => {
    if (root.clientWidth === wide || !root.clientWidth) return;
    const first = wide === 0;
    wide = root.clientWidth;
    if (!first) { layout(); update(); }
  });
  wide = root.clientWidth;
  paint();
  compose();
  sized.observe(root);
  if (document.fonts) document.fonts.ready.then(() => { if (stage.isConnected && wide !== root.clientWidth) { layout(); update(); } });
  return {
    ui, paint, busy,
    destroy() {
      player.stop();
      busy(false);
      sized.disconnect();
      listening.abort();
    },
  };
}

// Streamlit says its background; a page of our own follows the reader's system.
function themeAround(probe) {
  const style = getComputedStyle(probe), given = style.getPropertyValue("--st-background-color").trim();
  const parts = given && style.backgroundColor.match(/[\d.]+/g);
  if (!parts || parts.length < 3 || Number(parts[3]) === 0) return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const [r, g, b] = parts.map(Number);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128 ? "dark" : "light";
}
