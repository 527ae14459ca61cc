// Models side by side on one sentence: one step and one pointer for all panels.

import { kindChoice, sourceAfter, unitChoice } from "../../stage/choices.js";
import { fill, groupName, h, help, tableToggle } from "../../stage/dom.js";
import { cellNumbers, VIEWS } from "../../stage/heatmap.js";
import { legend } from "../../stage/legend.js";
import { playerView } from "../../stage/player.js";
import { rowAt } from "../../stage/trace.js";
import { agreementView, contrastView, pairAmong } from "./agreement.js";
import { belowView } from "./below.js";
import { comparisonTables } from "./comparison.js";
import { linked, panelView, readPanel, scoreReach } from "./panel.js";
import { comparisonMenu } from "./take.js";

// All that a frame holds of one comparison. `width(name, node)` says how wide a node is.
export function comparison({ stage, ui, waiting }, data, self, width) {
  const words = data.strings;
  const ownWords = data.told;
  const panels = data.panels.map(readPanel);
  const forced = data.target !== "free";
  const leader = panels.reduce((a, panel) => (panel.steps.length > a.steps.length ? panel : a));
  const end = leader.steps.length - 1;
  const places = panels.map((panel) => linked(panel, leader, forced));
  const pairs = data.pairs;
  const attending = panels.filter((panel) => panel.attends);
  const [unit, kind] = (VIEWS.includes(data.view) ? data.view : VIEWS[0]).split("-");
  const asked = String(data.pair || "")
    .split("-")
    .map((n) => Number(n) - 1);
  Object.assign(ui, {
    ownWords,
    kind,
    byWord: unit === "words",
    table: Boolean(data.table),
    now: Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : end,
    lit: {},
    keyed: false,
    cell: data.cell || null,
    pair: pairAmong(pairs, asked) ? asked : pairs.length ? pairs[0].panels : [],
    numbers: (one) => cellNumbers(words, one),
    go: (step) => {
      ui.now = Math.max(0, Math.min(end, step));
      update();
      moved();
    },
    summary: () =>
      [
        fill(ownWords.summary, { step: ui.now + 1, steps: end + 1 }),
        ...views.map((view) => view.summary()),
      ].join(" "),
  });

  const moved = () => {
    if (data.onStep) data.onStep(self);
  };
  const change = (what) => {
    Object.assign(ui, what);
    if ("byWord" in what) compose();
    else if ("pair" in what) compare();
    else update();
    moved();
  };
  const units = unitChoice(ui, change);
  const kinds = kindChoice(ui, change);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const player = playerView(ui, leader);
  const scale = legend(ui);
  const curves = agreementView(ui, panels, pairs, places, (pair) => change({ pair }));
  const stopAt = (step) => {
    player.stop();
    ui.go(step);
  };
  const contrast = forced
    ? contrastView(ui, panels, pairs, places, {
        choose: (pair) => change({ pair }),
        go: stopAt,
        point,
      })
    : null;
  const difference = () => contrast?.shown;
  const cards = h("div", { class: "heed-panels", role: "group", "aria-label": ownWords.panels });
  const tables = h("div", { class: "heed-tables" });
  let views = [];

  stage.replaceChildren(
    h(
      "div",
      { class: "heed-bar-top" },
      units.node,
      help(words.unit_help, words.unit),
      kinds.node,
      asTable.node,
      comparisonMenu(ui, data, panels, () => ({ views, difference: difference(), curves })),
      scale.node,
      waiting,
    ),
    cards,
    ...belowView(ui, data, panels, { pairs, contrast, curves }),
    player.node,
    tables,
  );

  // Makes the views anew, for words or for pieces.
  function compose() {
    ui.limit = scoreReach(attending, ui.byWord);
    views = panels.map((panel, i) =>
      panelView(ui, panel, places[i], {
        first: panels[0].label,
        go: stopAt,
        point: (lit, from) => point(lit, from, views[i].ui),
        choose: data.onPick && choose,
      }),
    );
    cards.replaceChildren(...views.map((view) => view.node));
    views.forEach((view) => view.mark(ui.cell));
    compare();
  }

  // Makes the picture of the difference anew, for another pair.
  function compare() {
    if (contrast) contrast.compose();
    arrange();
  }

  // Everything is written before anything is measured: a browser lays out all that was changed
  // each time it is asked for a size.
  function arrange() {
    layout();
    update();
    const heats = drawn().flatMap((view) => view.heat || []);
    heats.forEach((heat) => heat.measure());
    heats.forEach((heat) => heat.reveal());
  }

  function layout() {
    stage.classList.toggle("heed-wide", leader.source.length > 26);
    // As many columns as fit, in rows of like length; a long sentence needs wide panels.
    const least = (ui.large ? 440 : 340) + 14 * Math.max(0, leader.source.length - 14);
    const fit = Math.max(1, Math.min(3, Math.floor(width("stage", stage) / least)));
    const across = Math.ceil(panels.length / Math.ceil(panels.length / fit));
    cards.style.setProperty("--heed-columns", across);
    const high = Number(getComputedStyle(stage).getPropertyValue("--heed-high"));
    for (const { heat } of views)
      if (heat) heat.layout(width(`panel of ${across}`, heat.node), high);
    const less = difference();
    if (less) less.heat.layout(width(`difference ${stage.className}`, less.heat.node));
  }

  const drawn = () => [...views, difference()].filter(Boolean); // heatmaps, a panel each and the difference
  const all = () => [...views, scale, contrast, curves, player].filter(Boolean);

  function update() {
    units.current(ui.byWord);
    kinds.current(ui.kind);
    asTable.current(ui.table);
    all().forEach((view) => view.update());
    if (ui.lit.source != null || ui.lit.target != null) all().forEach((view) => view.light(ui.lit));
    tables.replaceChildren(
      ...(ui.table ? comparisonTables(ui, views, difference(), pairs, panels) : []),
    );
    if (!player.playing()) ui.say(ui.summary());
  }

  // What is pointed at in one panel is lit in all: the same source word, where it has the same
  // place.
  /** @param {import("../../stage/types").Lit} at
   * @param {any} from
   * @param {any} own */
  function point({ source, target }, from, own, keyed = false) {
    const lit = {
      source,
      target,
      panel: from ? from.index : null,
      label: source == null ? null : own.sources[source].label,
    };
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
    if (name === "Escape") {
      point({}, null, null);
      return;
    }
    if (name === "Enter") {
      if (data.onPick && view !== difference() && ui.lit.source != null) view.choose(ui.lit.source);
      return;
    }
    const { sources } = view.ui;
    const next = sourceAfter(ui.lit.source, name, sources.length);
    point({ source: next, target: view.ui.target }, view.panel || null, view.ui, true);
    const trace = view.panel || view.trace;
    const one = rowAt(trace, view.ui.targets[view.ui.target], sources, view.ui.now)[next];
    ui.say(`${groupName(ui, sources[next])}: ${view.ui.numbers(one).join(", ")}`);
  }

  compose();
  return {
    arrange,
    update,
    key(event, inside, origin) {
      const holder = inside && origin.matches(".heed-points") ? origin : null;
      if (!holder || !["ArrowUp", "ArrowDown", "Escape", "Enter"].includes(event.key))
        return player.key(event.key);
      pointAlong(
        event.key,
        drawn().find((view) => view.heat && view.heat.node === holder),
      );
      return true;
    },
    unpoint() {
      if (ui.keyed) point({}, null, null);
    },
    address: () => ({
      step: ui.now + 1,
      view: `${ui.byWord ? "words" : "pieces"}-${ui.kind}`,
      table: ui.table ? 1 : null,
      pair: ui.pair.length ? ui.pair.map((n) => n + 1).join("-") : null,
    }),
    // What stays when other data comes: the view; the step where the sentence and the target are
    // the same; the pair where the models are. The cell is the server's to say.
    kept(next) {
      const same = next.typed === data.typed && next.target === data.target;
      const models =
        next.panels.map((panel) => panel.model).join() ===
        data.panels.map((panel) => panel.model).join();
      const { view, pair } = this.address();
      return {
        view,
        table: ui.table,
        ...(same ? { step: ui.now } : {}),
        pair: models ? pair : null,
      };
    },
    stop: player.stop,
  };
}
