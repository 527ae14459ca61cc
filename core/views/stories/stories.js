// A story line by line, what each look at it rests on, and how the answer came about.

import { largest } from "../../stage/colours.js";
import { chance, fill, fixed, h, segments, tableToggle } from "../../stage/dom.js";
import { filesOf } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { playerView } from "../../stage/player.js";
import { tableView } from "../../stage/table.js";
import { columns, grouped } from "../../stage/trace.js";
import { flowView } from "../decode/flow.js";
import { editorView } from "./editor.js";
import { heaviest, linesOf, readLooks, sums } from "./read.js";
import { downloads } from "./take.js";

const ABOVE = 154; // px that a page has above its picture

/** @typedef {import("../../stage/wire").StoriesPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountStories(root, data) {
  const trace = readLooks(data.trace);
  const words = data.strings;
  const end = trace.steps.length - 1;
  const lines = linesOf(data.lines);
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const answer = trace.steps[0].token.piece;
  const at = Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : end;
  Object.assign(ui, {
    byWord: true, // no word is in pieces
    lines: data.unit === "lines", // whether lines have rows, and not words
    table: Boolean(data.table),
    now: at,
    target: at,
    lit: {},
    keyed: false,
    editing: null, // the line that is being changed
    readSoFar: (group) => group.label,
    soFar: (group) => group.label,
    numbers: (one) =>
      one.visible
        ? [`${words.weight} ${fixed(one.weight, 3)}`, `${words.score} ${fixed(one.score, 2)}`]
        : [words.masked],
    look: (look) => fill(words.look, { look: look + 1 }),
    stepInfo() {
      const p = chance(Math.exp(trace.steps[0].logProb));
      const look = fill(words.look_of, { look: ui.now + 1, looks: end + 1 });
      return `${look} · ${fill(words.answered, { answer, p })}`;
    },
    summary: () => {
      const weights = sums(trace.steps[ui.now], lines);
      const best = heaviest(weights);
      return fill(words.summary, {
        look: ui.now + 1,
        looks: end + 1,
        line: lines[best].label,
        weight: fixed(weights[best], 2),
        answer,
        p: chance(Math.exp(trace.steps[0].logProb)),
      });
    },
    point: (lit, keyed = false) => {
      if (lit.source === ui.lit.source) return;
      Object.assign(ui, { lit, keyed });
      views.forEach((view) => view.light(lit));
    },
    go: (step) => {
      ui.now = Math.max(0, Math.min(end, step));
      ui.target = ui.now;
      update();
      data.onStep?.(self);
    },
  });
  ui.targets = trace.steps.map((_, look) => ({
    word: look,
    items: [look],
    mark: false,
    label: ui.look(look),
    text: ui.look(look),
    joins: false,
  }));
  const ask = data.onPick
    ? (choice) => {
        player.stop();
        busy(true);
        data.onPick?.(choice);
      }
    : null;
  const player = playerView(ui, trace);
  const editor = editorView(ui, trace, data, lines, ask);
  const units = segments(
    words.rows,
    [
      [false, words.words],
      [true, words.lines],
    ],
    (chosen) => {
      ui.lines = chosen;
      compose();
      data.onStep?.(self);
    },
  );
  const asTable = tableToggle(words.as_table, () => {
    ui.table = !ui.table;
    update();
    data.onStep?.(self);
  });
  const holders = { flow: h("div", {}), tables: h("div", {}) };
  /** @type {any[]} */
  let views = [];
  let parts = {};

  stage.append(
    h("div", { class: "heed-stories" }, editor.node, holders.flow),
    h(
      "div",
      { class: "heed-foot" },
      player.node,
      h(
        "div",
        { class: "heed-bar-foot" },
        units.node,
        asTable.node,
        downloads(ui, trace, data, lines, {
          name: filesOf({ exports: data.exports, typed: data.lines.at(-1)?.text }, "heed"),
          flow: () => parts.flow,
        }),
        waiting,
      ),
    ),
    holders.tables,
  );

  // Makes the numbers anew, for words or for lines.
  function compose() {
    // The question is not looked at: only what can be has a row.
    const groups = ui.lines ? lines : grouped(trace.source, true);
    const step = trace.steps[0];
    ui.sources = groups.filter((one) => one.items.some((i) => step.visible[i]));
    const scores = trace.steps.flatMap((one) => columns(one, ui.sources).map((c) => c.score));
    ui.limit = largest(scores) || 1;
    parts = { flow: flowView(ui, trace, null), tables: tableView(ui, trace) };
    views = [editor, player, parts.flow, parts.tables];
    holders.flow.replaceChildren(parts.flow.node);
    holders.tables.replaceChildren(parts.tables.node);
    layout();
    update();
  }

  // Lets the rows of numbers be as high as the first screen leaves room for.
  function layout() {
    const box = (name) => stage.querySelector(name).getBoundingClientRect();
    const rows = box(".heed-rows");
    const above = rows.top - stage.getBoundingClientRect().top;
    const below = box(".heed-attention").bottom - rows.bottom + box(".heed-foot").height;
    const room = Math.max(150, innerHeight - ABOVE - above - below - 10);
    stage.style.setProperty("--heed-rows-high", `${room}px`);
    views.forEach((view) => view.layout());
  }

  function update() {
    units.current(ui.lines);
    asTable.current(ui.table);
    views.forEach((view) => view.update());
    if (!player.playing()) ui.say(ui.summary());
  }

  const self = {
    paint,
    busy(on) {
      busy(on);
      if (!on) editor.refused();
    },
    address: () => ({
      step: ui.now + 1,
      unit: ui.lines ? "lines" : null,
      table: ui.table ? 1 : null,
    }),
    // The look stays where as many are taken, whatever is told now.
    kept: (next) => ({
      unit: self.address().unit,
      table: ui.table,
      ...(readLooks(next.trace).steps.length === end + 1 ? { step: ui.now } : {}),
    }),
    destroy() {
      player.stop();
      destroy();
    },
  };
  compose();
  begin({
    key: (event, inside, origin) => (inside && editor.key(event, origin)) || player.key(event.key),
    arrange() {
      layout();
      update();
    },
    redraw() {
      layout();
      update();
    },
  });
  return self;
}
