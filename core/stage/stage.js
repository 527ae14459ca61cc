// The stage: one trace, one current step, and views that follow it.

const VIEWS = ["words-weights", "words-scores", "pieces-weights", "pieces-scores"];
const mounted = new WeakMap();

function mount(root, data) {
  const trace = readTrace(data.trace), words = data.strings, end = trace.steps.length - 1;
  const [unit, kind] = (VIEWS.includes(data.view) ? data.view : VIEWS[0]).split("-");
  const place = Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : end;
  const stage = h("div", { class: "heed-stage", tabindex: 0, role: "region", "aria-label": words.title });
  const bubble = h("div", { class: "heed-tip", role: "tooltip", hidden: true });
  const live = h("p", { class: "heed-live", "aria-live": "polite" });
  root.replaceChildren(h("div", { class: "heed-root" }, stage, bubble, live));

  const ui = {
    words, now: place, byWord: unit === "words", kind, table: Boolean(data.table), large: Boolean(data.projector),
    theme: () => stage.dataset.theme,
    limit: trace.attends ? largest(trace.steps.flatMap((step) => step.scores)) || 1 : 1,
    soFar: (group) => {
      const done = group.items.filter((t) => t <= ui.now).map((t) => trace.steps[t].token);
      return (ui.byWord && done.map((one) => one.text).join("").trim()) || done.map((one) => one.piece).join("");
    },
    stepInfo: () => fill(words.step_info, {
      step: ui.now + 1, steps: end + 1, log_prob: fixed(trace.steps[ui.now].logProb, 2), total: fixed(trace.steps[ui.now].total, 2) }),
    summary: () => {
      const step = trace.steps[ui.now], values = { step: ui.now + 1, steps: end + 1, token: step.token.piece, p: fixed(Math.exp(step.logProb), 3) };
      if (!trace.attends) return fill(words.summary_alone, values);
      const seen = columns(step, ui.sources), best = seen.reduce((a, c, j) => (c.weight > seen[a].weight ? j : a), 0);
      return fill(words.summary, { ...values, source: ui.sources[best].label, weight: fixed(seen[best].weight, 2) });
    },
    light: (...pairs) => {
      stage.querySelectorAll(".heed-lit").forEach((node) => node.classList.remove("heed-lit"));
      const near = {};
      for (let i = 0; i < pairs.length; i += 2) near[pairs[i]] = pairs[i + 1];
      for (const [side, index] of Object.entries(near)) {
        stage.querySelectorAll(`[data-${side}="${index}"]`).forEach((node) => {
          const { source, target } = node.dataset; // a cell lights up when all it belongs to is meant
          if ((near.source == null || source == null || +source === near.source) && (near.target == null || target == null || +target === near.target)) node.classList.add("heed-lit");
        });
      }
    },
    tip: (event, lines) => {
      bubble.hidden = !event;
      if (!event) return;
      if (lines) bubble.replaceChildren(...lines.map((line) => h("div", {}, line)));
      bubble.style.left = `${Math.min(event.clientX + 14, innerWidth - bubble.offsetWidth - 8)}px`;
      bubble.style.top = `${Math.min(event.clientY + 16, innerHeight - bubble.offsetHeight - 8)}px`;
    },
    go: (step) => {
      ui.now = Math.max(0, Math.min(end, step));
      update();
      if (data.onStep) data.onStep(ui);
    },
  };

  let views = [], player;
  const name = (data.exports && data.exports.name) || "heed";

  function compose() {
    if (player) player.stop();
    ui.sources = grouped(trace.source, ui.byWord);
    ui.targets = grouped(trace.steps.map((step) => step.token), ui.byWord);
    const pair = pairView(ui, trace), heat = trace.attends ? heatmapView(ui, trace) : null;
    const scale = heat ? legend(ui) : null;
    const flow = flowView(ui, trace, data.formula, data.onPick && pick), tables = tableView(ui, trace);
    player = playerView(ui, trace);
    views = [pair, heat, scale, flow, tables, player].filter(Boolean);
    const choose = (options, current, act, label) => h("div", { class: "heed-segments", role: "group", "aria-label": label },
      options.map(([key, text]) => h("button", { type: "button", "aria-pressed": String(key === current), onclick: () => act(key) }, text)));
    const again = (change) => { Object.assign(ui, change); compose(); if (data.onStep) data.onStep(ui); };
    stage.replaceChildren(
      h("div", { class: "heed-bar-top" },
        choose([[true, words.words], [false, words.pieces]], ui.byWord, (byWord) => again({ byWord }), words.unit),
        help(words.unit_help, words.unit),
        h("button", { type: "button", class: "heed-toggle", "aria-pressed": String(ui.table), onclick: () => again({ table: !ui.table }) }, words.as_table),
        downloads(ui, trace, data.trace, root, name),
        h("span", { class: "heed-busy", role: "status" })),
      h("div", { class: `heed-top${heat ? "" : " heed-alone"}` },
        h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, words.looks_now),
          h("span", { class: "heed-info" }, trace.attends ? words.numbers_are_weights : "")), h("div", { class: "heed-pair-box" }, pair.node)),
        h("section", { class: "heed-pane heed-heat-pane" }, h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, words.so_far),
          heat && choose([["weights", words.weights], ["scores", words.scores]], ui.kind, (value) => again({ kind: value }), words.shown)),
          heat ? [heat.node, scale.node] : h("p", { class: "heed-none" }, words.no_attention))),
      flow.node, player.node, tables.node);
    views.forEach((view) => view.layout());
    update();
  }

  function update() {
    if (!views.length) return;
    ui.target = ui.targets.findIndex((group) => group.items.includes(ui.now));
    views.forEach((view) => view.update());
    if (!player.playing()) live.textContent = ui.summary();
  }

  function busy(on) {
    stage.setAttribute("aria-busy", String(on));
    stage.querySelector(".heed-busy").textContent = on ? words.working : "";
  }

  function pick(choice) {
    busy(true);
    data.onPick(choice);
  }

  function paint() {
    const before = stage.dataset.theme;
    stage.dataset.theme = data.theme === "light" || data.theme === "dark" ? data.theme : themeAround(root);
    stage.parentNode.dataset.theme = stage.dataset.theme;
    if (before !== stage.dataset.theme) update();
  }

  function onKey(event) {
    const origin = event.composedPath()[0], inside = event.composedPath().includes(stage);
    if (event.ctrlKey || event.metaKey || event.altKey || (!inside && origin !== document.body)) return;
    if (origin.matches && origin.matches("input:not([type=range]), textarea, select, [contenteditable]")) return;
    if (event.key === " " && origin.matches && origin.matches("button, summary, a")) return;
    if (origin.matches && origin.matches("input[type=range]") && event.key !== " ") return;
    if (player.key(event.key)) event.preventDefault();
  }

  const sized = new ResizeObserver(() => { views.forEach((view) => view.layout()); update(); });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  stage.parentNode.classList.toggle("heed-large", ui.large);
  paint();
  compose();
  document.addEventListener("keydown", onKey);
  scheme.addEventListener("change", paint);
  sized.observe(root);
  return {
    ui, paint, busy,
    destroy() {
      player.stop();
      sized.disconnect();
      document.removeEventListener("keydown", onKey);
      scheme.removeEventListener("change", paint);
    },
  };
}

// Streamlit says its background; a page of our own follows the reader's system.
function themeAround(node) {
  const background = getComputedStyle(node).getPropertyValue("--st-background-color").trim();
  const parts = background.match(/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i);
  if (parts) return parts.slice(1).reduce((a, part) => a + parseInt(part, 16), 0) < 384 ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

// Streamlit calls this with every run of the page; only what changed is drawn again.
export default function component({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".heed");
  const known = mounted.get(parentElement);
  const key = JSON.stringify([data.trace, data.strings, data.projector]);
  if (known && known.key === key) {
    known.stage.busy(false);
    known.stage.paint();
  } else {
    // What the person chose in the browser stays when the trace changes.
    const kept = known ? { view: address(known.stage.ui).view, table: known.stage.ui.table } : {};
    const sameTrace = known && known.trace === data.trace ? { step: known.stage.ui.now } : {};
    if (known) known.stage.destroy();
    const onPick = (choice) => setTriggerValue("pick", { ...choice, nonce: Date.now() });
    const stage = mount(root, { ...data, ...kept, ...sameTrace, onPick: data.pick ? onPick : null, onStep: remember });
    mounted.set(parentElement, { key, trace: data.trace, stage });
  }
  remember(mounted.get(parentElement).stage.ui);
  return () => {
    const current = mounted.get(parentElement);
    if (current && !parentElement.isConnected) { current.stage.destroy(); mounted.delete(parentElement); }
  };
}

const address = (ui) => ({ step: ui.now + 1, view: `${ui.byWord ? "words" : "pieces"}-${ui.kind}`, table: ui.table ? 1 : null });

// The address bar always holds where one is, without a word to the server.
function remember(ui) {
  const url = new URL(location.href);
  for (const [key, value] of Object.entries(address(ui))) {
    if (value == null) url.searchParams.delete(key);
    else url.searchParams.set(key, value);
  }
  history.replaceState(history.state, "", url);
}
