// The three attentions of a Transformer, all layers and heads, in step with the translation.

import { kindChoice } from "../../stage/choices.js";
import { fill, h, help, tableToggle } from "../../stage/dom.js";
import { filesOf } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { legend } from "../../stage/legend.js";
import { mosaicPane, mosaicView } from "../../stage/mosaic.js";
import { lightly } from "../../stage/plates.js";
import { playerView } from "../../stage/player.js";
import { mapsMenu, mapsPicture } from "../../stage/takehome.js";
import { wholeTrace } from "../../stage/whole.js";
import { cellOf, zoomView } from "../../stage/zoom.js";
import { asking } from "./asking.js";
import { readMaps, scoreReach } from "./attentions.js";
import { cellsView } from "./cell.js";
import { mapCsv } from "./exact.js";
import { handView } from "./hand.js";
import { cellAt, noteOf, numbersAt, summaryAt } from "./place.js";
import { mapTables } from "./tables.js";
import { nextView, tokensView } from "./tokens.js";

/** @typedef {import("../../stage/wire").MapsPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountMaps(root, data) {
  const maps = readMaps(data, (layer) => asks.layer(layer));
  const words = data.strings;
  const end = maps.steps.length - 1;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const [main] = Object.values(maps.blocks).slice(-1);
  const opening = maps.writes ? end : Math.max(0, Math.floor(end / 2)); // in the middle of a text
  Object.assign(ui, {
    now: Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : opening,
    head: maps.known(data.head) ? data.head : `${main.name}.${main.layers}.1`,
    kind: data.view === "scores" ? "scores" : "weights",
    cell: null,
    left: "",
    divided: data.scaled !== "0",
    table: Boolean(data.table),
    lit: {},
    limit: scoreReach(maps),
    // What a cell has to say, for the bubble and the voice.
    numbers: (head, i, j) => numbersAt(maps, words, head, i, j),
    summary: () => summaryAt(maps, words, ui.now),
    point(lit) {
      if (JSON.stringify(lit) === JSON.stringify(ui.lit)) return;
      ui.lit = lit;
      [tokens, mosaic, zoom].forEach((view) => view.light());
    },
    go: (step) => {
      hand.settle();
      const now = Math.max(0, Math.min(end, step));
      change({ now, ...cellAt({ maps, ui }, now) });
    },
  });

  ui.cell = cellOf({ maps, ui }, data.cell);
  const asks = asking(data, {
    place() {
      const { chosen, columns, visible } = maps.blockOf(ui.head);
      const seen = ui.cell && chosen && visible[ui.cell[0] * columns.length + ui.cell[1]];
      return seen ? [ui.head, ui.cell[0]] : null;
    },
    busy,
    layer(raw) {
      maps.hear(raw);
      update();
    },
    valued: (raw) => hand.hear(raw),
    cell() {
      update();
      reveal();
      ui.say(words.cell_there);
    },
    offline: words.offline,
  });

  const change = (what) => {
    const [before] = ui.head.split(".");
    const had = ui.cell;
    if ("head" in what) hand.settle();
    Object.assign(ui, what);
    if (before !== ui.head.split(".")[0])
      Object.assign(ui, { cell: null, left: had ? before : "" }); // its rows are others
    else if ("head" in what || "cell" in what) ui.left = "";
    if ("head" in what || "cell" in what) asks.ask();
    update();
    if ("head" in what) ui.say(maps.title(ui, ui.head));
    if (data.onStep) data.onStep(self);
  };
  const onHead = (head) => change({ head });
  // A cell's numbers stand below the maps; opened, they come into view once they are all there, and
  // whoever came by the keyboard goes on there.
  let coming = false;
  function reveal() {
    if (!coming || asks.waits()) return;
    coming = false;
    cell.node.scrollIntoView({ block: "nearest" });
  }
  function onCell(i, j, byKey) {
    coming = byKey || !ui.cell;
    change({ cell: [i, j] });
    if (byKey) cell.node.focus({ preventScroll: true });
    reveal();
  }
  const kinds = kindChoice(ui, change);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const tokens = tokensView(ui, maps);
  const mosaic = mosaicView(ui, maps, { onHead, onEnter: () => zoom.focus() });
  const zoom = zoomView(ui, maps, {
    onCell,
    onHead,
    onGrid: (grid) => hand.onGrid(grid),
    note: (block) => noteOf(ui, words, block),
  });
  const hand = handView(ui, maps, data, {
    ask: asks.values,
    redraw: () => zoom.update(),
    send: data.onPick ? pick : undefined,
  });
  const next = nextView(ui, maps);
  const scale = legend(ui);
  const player = playerView(ui, maps);
  const cell = cellsView(ui, maps, {
    found: asks.found,
    onHead,
    onColumn: (j) => change({ cell: [ui.cell[0], j] }),
    onDivided: () => change({ divided: !ui.divided }),
    onClose: () => {
      change({ cell: null });
      zoom.focus();
    },
  });
  const tables = h("div", { class: "heed-tables" });
  const files = filesOf(data, "heed-maps");
  const light = lightly(ui, stage);
  const downloads = mapsMenu(ui, maps, {
    picture(whole) {
      const step = fill(words.step_of, { step: ui.now + 1, steps: end + 1 });
      const lines = [`${words[ui.kind]} · ${step}`];
      return mapsPicture(light, maps, data, lines, whole ? null : zoom.grid());
    },
    async csv() {
      const { head, now } = ui;
      return mapCsv(maps, now, await asks.exact.find(head));
    },
    lacking: () => (asks.exact.there(ui.head) ? null : words.offline_map),
    name: () => files(ui.now),
    more: [wholeTrace(data, files)],
  });

  const left = mosaicPane(ui, mosaic);
  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      kinds.node,
      help(words.kinds_help, words.shown),
      asTable.node,
      downloads,
      scale.node,
      waiting,
    ),
    tokens.node,
    h(
      "div",
      { class: "heed-maps-top" },
      left.node,
      h(
        "div",
        { class: "heed-maps-side" },
        zoom.node,
        hand.choice,
        maps.steps.length ? next.node : null,
      ),
    ),
    hand.node,
    cell.node,
    tables,
    ...(maps.steps.length ? [player.node] : []),
  );

  const views = [tokens, mosaic, zoom, hand, next, scale, cell, player];
  function update() {
    kinds.current(ui.kind);
    asTable.current(ui.table);
    views.forEach((view) => view.update());
    mapTables({ ui, tables, maps, words, end, cell });
    if (!player.playing()) ui.say(ui.summary());
  }
  function layout() {
    left.layout();
    zoom.layout(zoom.holder.clientWidth);
  }

  function pick(choice) {
    player.stop();
    busy(true);
    data.onPick?.(choice);
  }

  const self = {
    paint,
    busy(on) {
      busy(on);
      if (!on) hand.answered();
    },
    address: () => ({
      step: ui.now + 1,
      head: ui.head,
      view: ui.kind === "scores" ? "scores" : null,
      cell: ui.cell ? ui.cell.map((i) => i + 1).join(".") : null,
      scaled: ui.divided ? null : "0",
      table: ui.table ? 1 : null,
    }),
    kept: (later) => ({
      head: ui.head,
      view: ui.kind,
      table: ui.table,
      scaled: ui.divided ? "1" : "0",
      ...(later.typed === data.typed ? { step: ui.now, cell: self.address().cell } : {}),
      ...(later.typed === data.typed && later.model === data.model ? hand.kept() : {}),
    }),
    destroy() {
      asks.destroy();
      hand.destroy();
      player.stop();
      destroy();
    },
  };
  zoom.update();
  layout();
  asks.ask();
  update();
  begin({
    key(event, inside, origin) {
      if (inside && cell.key(event.key, origin)) return true;
      if (inside && event.key === "Escape") {
        if (ui.cell) {
          change({ cell: null });
          zoom.focus();
        } else mosaic.node.focus();
        return true;
      }
      return player.key(event.key);
    },
    arrange() {
      layout();
      update();
    },
    redraw() {
      mosaic.layout(mosaic.node.clientWidth);
      cell.repaint();
      update();
    },
  });
  return self;
}
