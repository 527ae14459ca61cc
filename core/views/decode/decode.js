// The stage of one trace: a current step, and views that follow it.

import { kindChoice, sourceAfter, unitChoice } from "../../stage/choices.js";
import { largest } from "../../stage/colours.js";
import { groupName, h, help, tableToggle } from "../../stage/dom.js";
import { filesOf } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { heatmapView } from "../../stage/heatmap.js";
import { legend } from "../../stage/legend.js";
import { playerView } from "../../stage/player.js";
import { tableView } from "../../stage/table.js";
import {
  columns,
  grouped,
  labelOf,
  readTrace,
  sameKind,
  sameSteps,
  sameText,
} from "../../stage/trace.js";
import { cellNumbers, usualView, VIEWS } from "../../stage/ways.js";
import { wholeTrace } from "../../stage/whole.js";
import { changeView } from "./change.js";
import { editsOf, key } from "./edits.js";
import { flowView } from "./flow.js";
import { takeHold } from "./hold.js";
import { holdBar } from "./holdbar.js";
import { pairView } from "./pair.js";
import { panes } from "./panes.js";
import { sayings } from "./sayings.js";
import { downloads } from "./take.js";

const ABOVE = 154; // px that a page has above its picture

/** @typedef {import("../../stage/wire").DecodePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountDecode(root, data) {
  const trace = readTrace(data.trace);
  const words = data.strings;
  const before = data.before ? readTrace(data.before) : null;
  const end = trace.steps.length - 1;
  const [unit, kind] = (VIEWS.includes(data.view) ? data.view : usualView(trace)).split("-");
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  Object.assign(ui, {
    kind,
    byWord: unit === "words",
    table: Boolean(data.table),
    head: data.head,
    now: Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : end,
    lit: {},
    keyed: false, // what is pointed at, and whether by keyboard
    stamp: 0, // how often the weights of the current step were others
    held: false, // whether they are those of a hand that has not let go yet
    holding: (on) => {
      ui.held = on;
      stage.classList.toggle("heed-holding", on);
    },
    soFar: (group) =>
      labelOf(
        group.items.filter((t) => t <= ui.now).map((t) => trace.steps[t].token),
        ui.byWord,
      ),
    // What has been read by now: where a model reads what it wrote, that grows with the steps.
    readSoFar: (group) =>
      trace.own
        ? labelOf(
            group.items.filter((i) => i <= ui.now).map((i) => trace.source[i]),
            ui.byWord,
          )
        : group.label,
    numbers: (one) => cellNumbers(words, one),
    ...sayings(ui, trace, words),
    point: (lit, keyed = false) => {
      if (lit.source === ui.lit.source && lit.target === ui.lit.target) return;
      Object.assign(ui, { lit, keyed });
      views.forEach((view) => view.light(lit));
    },
    go: (step) => {
      ui.hold?.settle();
      ui.now = Math.max(0, Math.min(end, step));
      update();
      moved();
    },
  });

  const moved = () => {
    if (data.onStep) data.onStep(self);
  };
  const change = (what) => {
    Object.assign(ui, what);
    if ("byWord" in what) compose();
    else update();
    moved();
  };
  if (data.held && trace.attends)
    ui.hold = takeHold(ui, trace, data, {
      redraw: () => [parts.pair, parts.heat, parts.flow].forEach((view) => view?.update()),
      send: data.onPick ? pick : undefined,
    });
  stage.classList.toggle("heed-holdable", Boolean(ui.hold?.sends));
  const units = unitChoice(ui, change);
  const kinds = kindChoice(ui, change);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const player = playerView(ui, trace);
  const holders = Object.fromEntries(
    ["pair", "heat", "flow", "change", "tables"].map((name) => [
      name,
      h("div", { class: `heed-in-${name}` }),
    ]),
  );
  const file = filesOf({ exports: data.exports, typed: trace.typed }, "heed");
  const given = trace.steps.filter((step, t) => step.forced && t >= trace.given).length;
  let views = [];
  let parts = {};

  stage.append(
    h(
      "div",
      { class: "heed-decode" },
      panes(ui, trace, { holders, kinds: kinds.node, given, before }),
      holders.flow,
      holders.change,
    ),
    h(
      "div",
      { class: "heed-foot" },
      player.node,
      h(
        "div",
        { class: "heed-bar-foot", "data-part": "bar" },
        units.node,
        help(words.unit_help, words.unit),
        asTable.node,
        downloads(ui, trace, {
          json: data.trace,
          whole: wholeTrace(data, () => `${file()}-whole`),
          name: file,
          views: () => parts,
          before,
        }),
        waiting,
      ),
    ),
    holders.tables,
  );

  // Makes the views anew, for words or for pieces.
  function compose() {
    ui.sources = grouped(trace.source, ui.byWord);
    ui.targets = grouped(
      trace.steps.map((step) => step.token),
      ui.byWord,
    );
    ui.limit = trace.attends
      ? largest(trace.steps.flatMap((step) => columns(step, ui.sources).map((one) => one.score))) ||
        1
      : 1;
    const many = ui.sources.length;
    stage.classList.toggle("heed-wide", many > 20);
    stage.classList.toggle("heed-many", many > 14);
    stage.style.setProperty("--heed-heat-wide", `${Math.max(350, 178 + 17 * many)}px`);
    ui.holdBar = ui.hold && holdBar(ui, trace, data.held);
    parts = {
      pair: pairView(ui, trace),
      heat: trace.attends ? heatmapView(ui, trace) : null,
      scale: trace.attends ? legend(ui) : null,
      flow: flowView(ui, trace, data.onPick && pick),
      tables: tableView(ui, trace),
      change: before ? changeView(ui, trace, before) : null,
      player,
    };
    views = Object.values(parts).filter(Boolean);
    holders.pair.replaceChildren(parts.pair.node);
    if (parts.heat) holders.heat.replaceChildren(parts.heat.node, parts.scale.node);
    if (parts.heat && ui.hold) ui.hold.grips(parts.heat.body, heldCell);
    if (parts.change) holders.change.replaceChildren(parts.change.node);
    holders.flow.replaceChildren(parts.flow.node);
    holders.tables.replaceChildren(parts.tables.node);
    layout();
    update();
    fit();
  }

  function layout() {
    const asked = getComputedStyle(stage.querySelector(".heed-top"));
    const number = (name) => Number(asked.getPropertyValue(name));
    parts.heat?.layout(0, number("--heed-high"));
    const order = [parts.flow, parts.scale, parts.tables, parts.change, player].filter(Boolean);
    order.forEach((view) => view.layout());
    const beside = parts.heat && number("--heed-beside") === 1;
    parts.pair.layout(beside ? parts.heat.size()[1] : 0, number("--heed-between"));
  }

  // Lets the rows of numbers be as high as what stands below them is on the first screen.
  function fit() {
    if (!trace.attends) return;
    const box = (name) => stage.querySelector(name).getBoundingClientRect();
    const rows = box(".heed-rows");
    const above = rows.top - stage.getBoundingClientRect().top;
    const below = box(".heed-attention").bottom - rows.bottom + box(".heed-foot").height;
    const room = Math.max(140, innerHeight - ABOVE - above - below - 10);
    stage.style.setProperty("--heed-rows-high", `${room}px`);
    parts.flow.layout();
  }

  function update() {
    ui.target = ui.targets.findIndex((group) => group.items.includes(ui.now));
    units.current(ui.byWord);
    kinds.current(ui.kind);
    asTable.current(ui.table);
    if (parts.scale) parts.scale.node.hidden = ui.kind === "scores" && trace.mean;
    views.forEach((view) => view.update());
    if (ui.lit.source != null || ui.lit.target != null) views.forEach((view) => view.light(ui.lit));
    if (!player.playing()) ui.say(ui.summary());
  }

  // Of the heatmap the current row can be taken hold of, where it shows weights.
  function heldCell(event) {
    const [t, j] = parts.heat.cellAt(event);
    return ui.kind === "weights" && t === ui.target && j in ui.sources ? j : null;
  }

  function pick(choice) {
    player.stop();
    busy(true);
    data.onPick?.(choice);
  }

  // Up and down point at one source token after another.
  function pointAlong(name) {
    if (!trace.attends) return;
    if (name === "Escape") {
      ui.point({});
      return;
    }
    const source = sourceAfter(ui.lit.source, name, ui.sources.length);
    ui.point({ source, target: ui.target }, true);
    const numbers = ui.numbers(columns(trace.steps[ui.now], ui.sources)[source]);
    ui.say(`${groupName(ui, ui.sources[source])}: ${numbers.join(", ")}`);
  }

  // Whether other data is of another attention, and not of other words that are forced.
  const changed = ({ held }) => held && data.held && key(editsOf(held)) !== key(editsOf(data.held));
  const self = {
    paint,
    busy(on) {
      busy(on);
      if (!on) ui.hold?.answered();
    },
    address: () => ({
      step: ui.now + 1,
      view: `${ui.byWord ? "words" : "pieces"}-${ui.kind}`,
      table: ui.table ? 1 : null,
    }),
    go: ({ step, view, table }) => {
      const stays = view === self.address().view && (table === "1") === ui.table;
      return stays && player.goes(Number(step) - 1);
    },
    // What stays when other data comes: the view, and the step where it is the same translation.
    kept: (next) => ({
      ...(sameKind(next.trace, data.trace) ? { view: self.address().view } : {}),
      table: ui.table,
      ...(sameSteps(next.trace, data.trace) || (changed(next) && sameText(next.trace, data.trace))
        ? { step: ui.now, ...ui.hold?.kept() }
        : {}),
    }),
    destroy() {
      ui.hold?.destroy();
      player.stop();
      destroy();
    },
  };
  compose();
  begin({
    key(event, inside, origin) {
      if (
        !inside ||
        !["ArrowUp", "ArrowDown", "Escape"].includes(event.key) ||
        !origin.matches(".heed-points")
      )
        return player.key(event.key);
      pointAlong(event.key);
      return true;
    },
    arrange() {
      layout();
      update();
      fit();
    },
    redraw: update,
  });
  stage.addEventListener("focusout", (event) => {
    if (event.target.matches(".heed-points") && ui.keyed) ui.point({});
  });
  return self;
}
