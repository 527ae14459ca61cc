// How far two models attend alike: their weights' difference as a heatmap, each pair as a curve.

import { largest } from "../../stage/colours.js";
import { fill, fixed, h, s } from "../../stage/dom.js";
import { heatmapView } from "../../stage/heatmap.js";
import { legend } from "../../stage/legend.js";
import { grouped, labelOf, rowAt, sum } from "../../stage/trace.js";
import { holding, tokensOf } from "./panel.js";

// First less second as a trace that a heatmap can draw. Its columns are already the groups shown,
// its weights are differences and there are no scores; split otherwise, its rows are words too.
function differenceTrace(first, second, unit, byWord) {
  const sides = [first, second].map((panel) => {
    const across = grouped(panel.source, byWord || unit === "words");
    const down = grouped(tokensOf(panel), unit === "words");
    return {
      across,
      down,
      rows: down.map((group) => rowAt(panel, group, across, Infinity).map((one) => one.weight)),
    };
  });
  const [a, b] = sides;
  const label = ({ label: text }, i) => ({ id: i, piece: text, text, word: i, cuts: [] });
  const visible = new Uint8Array(a.across.length).fill(1);
  return {
    attends: true,
    source: a.across.map(label),
    places: a.down.map((group) => group.items),
    steps: a.rows.slice(0, b.rows.length).map((row, t) => {
      const less = row.map((weight, j) => weight - b.rows[t][j]);
      return {
        token: unit === "words" ? label(a.down[t], t) : first.steps[t].token,
        weights: less,
        visible,
      };
    }),
  };
}

const reachOf = (trace) => largest(trace.steps.flatMap((step) => step.weights));

// One pair's difference. `trace` is that of `differenceTrace`, `places` where its first panel
// stands.
function differenceView(shared, trace, names, places, on) {
  const { words, ownWords } = shared;
  const rowOf = trace.places.flatMap((items, t) => items.map(() => t)); // of each step of the first
  const ui = Object.assign(Object.create(shared), {
    kind: "differences",
    limit: on.limit,
    sources: trace.source.map((one, j) => ({ items: [j], label: one.piece })),
    targets: grouped(
      trace.steps.map((step) => step.token),
      shared.byWord,
    ),
    words: {
      ...words,
      score: fill(ownWords.difference, names),
      heat_label: fill(ownWords.difference_label, names),
    },
    soFar: (group) =>
      labelOf(
        group.items.filter((t) => t <= ui.now).map((t) => trace.steps[t].token),
        ui.byWord,
      ),
    numbers: (one) => [
      `${fill(ownWords.difference, names)}: ${one.weight > 0 ? "+" : ""}${fixed(one.weight, 4)}`,
    ],
    go: (t) => on.go(places.indexOf(trace.places[t][trace.places[t].length - 1])),
    point: (lit) => on.point(lit, null, ui),
  });
  const heat = heatmapView(ui, trace);
  const scale = legend(ui);
  return {
    ui,
    heat,
    trace,
    node: h(
      "div",
      { class: "heed-difference-heat" },
      heat.node,
      h(
        "div",
        { class: "heed-scale" },
        h("span", { class: "heed-info" }, fill(ownWords.more, names)),
        scale.node,
      ),
    ),
    update() {
      ui.now = rowOf[Math.min(places[shared.now], rowOf.length - 1)];
      ui.target = holding(ui.targets, ui.now);
      heat.update();
      scale.update();
    },
    light(lit) {
      const source =
        lit.source != null && ui.sources[lit.source] && ui.sources[lit.source].label === lit.label
          ? lit.source
          : null;
      heat.light(source == null ? {} : { source });
    },
  };
}

/** @param {any[]} pairs
 * @param {number[]} pair */
export const pairAmong = (pairs, [a, b]) =>
  pairs.find(({ panels: [x, y] }) => (x === a && y === b) || (x === b && y === a));

// The difference of the pair that is chosen, and the two menus that choose it. `on` are the acts of
// the stage: choose, go, point.
export function contrastView(ui, panels, pairs, places, on) {
  const { ownWords } = ui;
  const reaches = {};
  const none = h("p", { class: "heed-none" }, ownWords.difference_none);
  const options = () =>
    panels
      .filter((panel) => panel.attends)
      .map((panel) => h("option", { value: panel.index }, panel.label));
  const menus = [ownWords.first, ownWords.second].map((about, side) =>
    h(
      "select",
      {
        class: "heed-speed",
        "aria-label": about,
        onchange: (event) => {
          const pair = [...ui.pair];
          const other = Number(event.target.value);
          if (pair[1 - side] === other) pair[1 - side] = pair[side]; // the two change places
          pair[side] = other;
          on.choose(pair);
        },
      },
      options(),
    ),
  );
  /** @param {number[]} pair */
  const trace = ([a, b], unit) => differenceTrace(panels[a], panels[b], unit, ui.byWord);
  const head = h("span", { class: "heed-less", hidden: !pairs.length }, menus[0], " − ", menus[1]);
  const body = h("div", { class: "heed-less-here" });
  return {
    node: h(
      "section",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, ownWords.differences),
        head,
      ),
      body,
    ),
    /** @type {any} */
    shown: null,
    // Makes the picture anew, for another pair, or for words or pieces.
    compose() {
      const pair = pairAmong(pairs, ui.pair);
      const [a, b] = ui.pair;
      // One scale for all pairs, so that they can be compared.
      if (pair)
        reaches[ui.byWord] ||= Math.max(
          0.01,
          ...pairs.map((one) => reachOf(trace(one.panels, one.unit))),
        );
      this.shown = pair
        ? differenceView(
            ui,
            trace(ui.pair, pair.unit),
            { a: panels[a].label, b: panels[b].label },
            places[a],
            { ...on, limit: reaches[ui.byWord] },
          )
        : null;
      body.replaceChildren(pair ? this.shown.node : none);
    },
    update() {
      menus.forEach((select, side) => {
        select.value = ui.pair[side];
      });
      if (this.shown) this.shown.update();
    },
    light(lit) {
      if (this.shown) this.shown.light(lit);
    },
  };
}

// The step of the player at which each value of a pair stands.
function stepsOf(pair, panel, places) {
  if (pair.unit === "pieces") return pair.divergence.map((_, t) => places.indexOf(t));
  return grouped(tokensOf(panel), true)
    .slice(0, pair.divergence.length)
    .map(({ items }) => places.indexOf(items[items.length - 1]));
}

// All pairs, a curve each, on one scale; the one that is chosen is the one whose difference shows.
export function agreementView(ui, panels, pairs, places, choose) {
  const { ownWords } = ui;
  const last = Math.max(1, places[0].length - 1);
  const most = largest(pairs.flatMap((pair) => pair.divergence));
  const top = Math.min(Math.LN2, Math.max(0.05, Math.ceil(most * 20) / 20));
  // In a hundred parts each way: a browser draws what is far smaller than a pixel without edges.
  const across = (step) => (100 * step) / last;
  const down = (value) => 100 - (100 * value) / top;
  const lines = pairs.map((pair) => {
    const [a, b] = pair.panels;
    const names = { a: panels[a].label, b: panels[b].label };
    const xs = stepsOf(pair, panels[a], places[a]);
    const at = (i) => `${across(xs[i])} ${down(pair.divergence[i])}`;
    const path = xs.map((_, i) => at(i)).join("L");
    const now = s("path", { class: "heed-agree-now" });
    const dot = s("path", { class: "heed-agree-dot" });
    const svg = s(
      "svg",
      { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
      path &&
        s("path", {
          class: "heed-agree-area",
          d: `M${across(xs[0])} 100L${path}L${across(xs[xs.length - 1])} 100Z`,
        }),
      now,
      path && s("path", { class: "heed-agree-line", d: `M${path}h0` }),
      dot,
    );
    const complete =
      xs.length &&
      [a, b].every((i) => panels[i].steps.length === panels[a].steps.length) &&
      xs[xs.length - 1] === places[a].indexOf(panels[a].steps.length - 1);
    const beyond = complete ? "–" : ownWords.parted; // after the last row that both have in common
    const mean = xs.length ? sum(pair.divergence) / xs.length : NaN;
    const value = h("span", { class: "heed-value" });
    const button = h(
      "button",
      { type: "button", class: "heed-agree", onclick: () => choose([a, b]) },
      h("span", { class: "heed-agree-names" }, h("b", {}, names.a), " · ", h("b", {}, names.b)),
      h("span", { class: "heed-agree-curve" }, svg),
      value,
      h("span", { class: "heed-value" }, xs.length ? fixed(mean, 3) : "–"),
    );
    svg.addEventListener("mousemove", (event) => {
      const box = svg.getBoundingClientRect();
      const step = Math.round(((event.clientX - box.left) / box.width) * last);
      const i = xs.lastIndexOf(step);
      const told = () => {
        const value = fixed(pair.divergence[i], 4);
        return `${panels[a].steps[places[a][step]].token.piece}: ${fill(ownWords.nats, { value })}`;
      };
      ui.tip(event, [`${names.a} · ${names.b}`, i < 0 ? beyond : told()]);
    });
    svg.addEventListener("mouseleave", () => ui.tip(null));
    const valueAt = (step) => {
      // a word holds its value until the next one is begun
      const i = xs.findIndex((x) => x >= step);
      return i < 0 || step > xs[xs.length - 1] ? null : i;
    };
    return {
      pair,
      button,
      update() {
        const i = valueAt(ui.now);
        const shown = i == null ? beyond : fixed(pair.divergence[i], 3);
        now.setAttribute("d", `M${across(ui.now)} 0V100`);
        dot.setAttribute("d", i == null ? "" : `M${across(ui.now)} ${down(pair.divergence[i])}h0`);
        value.textContent = shown;
        button.setAttribute(
          "aria-label",
          fill(ownWords.pair_summary, { ...names, value: shown, mean: fixed(mean, 3) }),
        );
        button.setAttribute("aria-pressed", String(ui.pair.includes(a) && ui.pair.includes(b)));
      },
    };
  });
  const head = (about, second) =>
    h(
      "div",
      {
        class: `heed-agree heed-agree-head${second ? " heed-agree-second" : ""}`,
        "aria-hidden": "true",
      },
      h("span"),
      h("span", {}, about),
      h("span", {}, ownWords.here),
      h("span", {}, ownWords.mean),
    );
  const node = h(
    "div",
    {
      class: `heed-agreement${lines.length > 6 ? " heed-many" : lines.length < 4 ? " heed-few" : ""}`,
    },
    head(fill(ownWords.agreement_scale, { top: fixed(top, 2) })),
    lines.length > 1 ? head("", true) : null,
    lines.map((line) => line.button),
  );
  return { node, top, light() {}, update: () => lines.forEach((line) => line.update()) };
}
