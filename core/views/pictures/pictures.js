// A board with drawings and the caption that a model writes of it, a light on what it looks at.

import { sourceAfter } from "../../stage/choices.js";
import { largest } from "../../stage/colours.js";
import { fill, fixed, groupName, h, help, segments, tableToggle } from "../../stage/dom.js";
import { filesOf } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { playerView } from "../../stage/player.js";
import { tableView } from "../../stage/table.js";
import { columns, grouped, readTrace } from "../../stage/trace.js";
import { flowView } from "../decode/flow.js";
import { sayings } from "../decode/sayings.js";
import { boardView } from "./board.js";
import { captionView } from "./caption.js";
import { paletteView } from "./palette.js";
import { placing } from "./placing.js";
import { cellsOf, textOf, thingsOf } from "./read.js";
import { captionOf, downloads } from "./take.js";

const ABOVE = 154; // px that a page has above its picture
const QUIET = 250; // ms without a key before the model is asked

/** @typedef {import("../../stage/wire").PicturesPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountPictures(root, data) {
  const trace = readTrace(data.trace);
  const words = data.strings;
  const end = trace.steps.length - 1;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const alone = data.groups.length < 2; // no thing whose cells could be put together
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;
  Object.assign(ui, {
    byWord: true,
    cells: alone || data.unit === "cells", // whether cells have rows, and not things
    lightOn: data.light !== "off",
    table: Boolean(data.table),
    now: Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : data.first,
    lit: {},
    keyed: false,
    placed: data.unsent ?? data.placed, // the board as the person has it
    changed: Boolean(data.unsent), // which the model has not seen yet
    chosen: data.chosen ?? null,
    soFar: (group) => group.label,
    readSoFar: (group) => group.label,
    numbers: (one) => [
      `${words.weight} ${fixed(one.weight, 3)}`,
      `${words.score} ${fixed(one.score, 2)}`,
    ],
    ...sayings(ui, trace, words),
    looking() {
      const { token, weights } = trace.steps[ui.now];
      const best = Array.from(weights).reduce((a, w, i) => (w > weights[a] ? i : a), 0);
      const on = data.groups.find((one) => one.cells.includes(best));
      return fill(words.looking, {
        token: token.piece,
        cell: trace.source[best].piece,
        thing: alone || !on ? "" : `(${on.label})`,
        weight: fixed(weights[best], 2),
      });
    },
    point: (lit, keyed = false) => {
      if (lit.source === ui.lit.source) return;
      Object.assign(ui, { lit, keyed });
      views.forEach((view) => view.light(lit));
    },
    go: (step) => {
      ui.now = Math.max(0, Math.min(end, step));
      update();
      moved();
    },
  });
  ui.targets = grouped(
    trace.steps.map((step) => step.token),
    false,
  );
  const moved = () => data.onStep?.(self);

  // Another board: the model is asked at once or, of keys that may come one after another, soon.
  function change(placed, chosen, later) {
    Object.assign(ui, { placed, chosen, changed: true });
    player.stop();
    clearTimeout(asking);
    update();
    if (!placed.length) {
      busy(false);
      ui.say(words.empty);
      return;
    }
    asking = setTimeout(ask, later ? QUIET : 0);
  }

  function ask() {
    asking = undefined;
    busy(true);
    data.onPick?.({ board: textOf(ui.placed) });
  }

  const cells = (cell) => {
    const step = trace.steps[ui.now];
    const on = data.groups.find((one) => one.cells.includes(cell));
    return [
      fill(words.cell, { cell: trace.source[cell].piece }) + (alone || !on ? "" : ` · ${on.label}`),
      `${words.weight} ${fixed(step.weights[cell], 3)}`,
      `${words.score} ${fixed(step.scores[cell], 2)}`,
    ];
  };
  const player = playerView(ui, trace);
  const board = boardView(ui, trace, data, { change: data.onPick ? change : null, cells });
  const caption = captionView(ui, trace, data);
  const full = h(
    "p",
    { class: "heed-note heed-full", hidden: true, role: "status" },
    fill(words.full, { count: data.board.holds }),
  );
  const carried = placing(ui, data, { change, redraw: () => update(), full });
  const palette = data.onPick ? paletteView(ui, data, { share: board.share, ...carried }) : null;
  const units = segments(
    words.rows,
    [
      [false, words.things],
      [true, words.cells],
    ],
    (chosen) => {
      ui.cells = chosen;
      compose();
      moved();
    },
  );
  const lights = tableToggle(words.light, () => {
    ui.lightOn = !ui.lightOn;
    update();
    moved();
  });
  lights.node.setAttribute("data-act", "light");
  const asTable = tableToggle(words.as_table, () => {
    ui.table = !ui.table;
    update();
    moved();
  });
  const holders = { flow: h("div", {}), tables: h("div", {}) };
  /** @type {any[]} */
  let views = [];
  let parts = {};

  stage.append(
    h(
      "div",
      { class: `heed-pictures${palette ? "" : " heed-fixed"}`, "data-present": words.title },
      h(
        "div",
        { class: "heed-board-column" },
        board.node,
        h(
          "div",
          { class: "heed-board-acts" },
          lights.node,
          board.acts,
          palette ? help(words.board_help, words.board) : null,
        ),
        full,
      ),
      palette?.node,
      caption.node,
    ),
    holders.flow,
    h(
      "div",
      { class: "heed-foot" },
      player.node,
      h(
        "div",
        { class: "heed-bar-foot" },
        alone ? null : units.node,
        asTable.node,
        downloads(ui, trace, data, {
          name: filesOf({ exports: data.exports, typed: captionOf(trace) }, "heed"),
          canvas: board.canvas,
          flow: () => parts.flow,
        }),
        waiting,
      ),
    ),
    holders.tables,
  );

  // Makes the numbers anew, for things or for cells.
  function compose() {
    ui.sources = ui.cells ? cellsOf(trace.source) : thingsOf(data.groups);
    const scores = trace.steps.flatMap((one) => columns(one, ui.sources).map((c) => c.score));
    ui.limit = largest(scores) || 1;
    parts = { flow: flowView(ui, trace, null), tables: tableView(ui, trace) };
    views = [board, caption, player, parts.flow, parts.tables];
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
    const room = Math.max(110, innerHeight - ABOVE - above - below - 10);
    stage.style.setProperty("--heed-rows-high", `${room}px`);
    views.forEach((view) => view.layout());
  }

  function update() {
    ui.target = ui.now;
    const none = !data.own && !ui.placed.length;
    holders.flow.hidden = none;
    holders.tables.hidden = none;
    holders.flow.classList.toggle("heed-old", ui.changed);
    units.current(ui.cells);
    lights.current(ui.lightOn);
    asTable.current(ui.table);
    if (ui.placed.length < data.board.holds) full.hidden = true;
    views.forEach((view) => view.update());
    if (!player.playing() && !none) ui.say(ui.summary());
  }

  // Up and down point at one row after another.
  function pointAlong(name) {
    if (name === "Escape") return ui.point({});
    const source = sourceAfter(ui.lit.source, name, ui.sources.length);
    ui.point({ source, target: ui.now }, true);
    const numbers = ui.numbers(columns(trace.steps[ui.now], ui.sources)[source]);
    return ui.say(`${groupName(ui, ui.sources[source])}: ${numbers.join(", ")}`);
  }

  const self = {
    paint,
    busy,
    address: () => ({
      step: ui.now + 1,
      unit: ui.cells && !alone ? "cells" : null,
      light: ui.lightOn ? null : "off",
      table: ui.table ? 1 : null,
    }),
    // What was changed while the model was at work is not lost, and is asked next.
    kept: (next) => ({
      unit: self.address().unit,
      light: self.address().light,
      table: ui.table,
      chosen: ui.chosen,
      ...(asking ? { unsent: ui.placed } : {}),
      ...(readTrace(next.trace).steps.length === end + 1 ? { step: ui.now } : {}),
    }),
    destroy() {
      clearTimeout(asking);
      player.stop();
      destroy();
    },
  };
  compose();
  if (data.unsent) asking = setTimeout(ask, QUIET);
  begin({
    key(event, inside, origin) {
      const points = ["ArrowUp", "ArrowDown", "Escape"].includes(event.key);
      if (!inside || !points || !origin.matches(".heed-points")) return player.key(event.key);
      pointAlong(event.key);
      return true;
    },
    arrange() {
      layout();
      update();
    },
    redraw: update,
  });
  return self;
}
