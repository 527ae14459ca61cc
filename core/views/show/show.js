// Any attention: the maps of all heads, one of them large, and one cell in every head.

import { kindChoice } from "../../stage/choices.js";
import { h, help, tableToggle } from "../../stage/dom.js";
import { filesOf, save, saveCsv } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { legend } from "../../stage/legend.js";
import { insideOf, mosaicPane, mosaicView } from "../../stage/mosaic.js";
import { lightly } from "../../stage/plates.js";
import { mapsMenu, mapsPicture } from "../../stage/takehome.js";
import { cellOf, zoomView } from "../../stage/zoom.js";
import { everyHeadView } from "./everyhead.js";
import { arrayCsv, cellNumbers, mapTable, toldView } from "./numbers.js";
import { brightest, readArray, scoreLimit } from "./read.js";

/** @typedef {import("../../stage/wire").ShowPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountShow(root, data) {
  const words = data.strings;
  const maps = readArray(data.trace, words);
  const { several, names } = maps;
  const frame = stageFrame(root, data, words.attention);
  const { stage, ui, begin } = frame;
  Object.assign(ui, {
    head: maps.known(data.head) ? data.head : names[0],
    kind: data.view === "scores" && maps.scores ? "scores" : "weights",
    table: Boolean(data.table),
    lit: {},
    limit: scoreLimit(maps),
    numbers: (head, i, j) => cellNumbers(ui, maps, head, i, j),
    point(lit) {
      if (JSON.stringify(lit) === JSON.stringify(ui.lit)) return;
      ui.lit = lit;
      views.forEach((view) => view.light());
    },
  });
  ui.cell = cellOf({ maps, ui }, data.cell) || brightest(maps, ui.head);

  function change(parts) {
    Object.assign(ui, parts);
    update();
    data.onStep?.(self);
  }
  const onHead = (head) => {
    change({ head });
    ui.say([maps.title(ui, head), ...ui.numbers(head, ...ui.cell)].join(", "));
  };
  const onCell = (i, j) => change({ cell: [i, j] });

  const kinds = kindChoice(ui, change);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const zoom = zoomView(ui, maps, {
    onCell,
    onHead,
    onMove: onCell,
    note: () => (several ? words.choose : words.choose_one),
  });
  const told = toldView(ui, maps);
  const scale = legend(ui);
  const mosaic = several ? mosaicView(ui, maps, { onHead, onEnter: () => zoom.focus() }) : null;
  const left = mosaic && mosaicPane(ui, mosaic);
  const every = several ? everyHeadView(ui, maps, onHead) : null;
  const views = [mosaic, zoom, told, every, scale].filter((view) => view !== null);
  const light = lightly(ui, stage);
  const name = filesOf(data, "heed-attention")();
  const downloads = mapsMenu(ui, maps, {
    picture: (whole) =>
      mapsPicture(light, maps, data, [words[ui.kind]], whole ? null : zoom.grid()),
    csv: () => arrayCsv(maps, [ui.head]),
    name: () => name,
    single: !several,
    more: [
      [words.all_csv, several && (() => saveCsv(name, arrayCsv(maps, names)))],
      [words.as_json, () => save(`${name}.json`, "application/json", maps.trace)],
    ],
  });
  const tables = h("div", { class: "heed-tables" });

  zoom.holder.after(told.node);
  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      ...(maps.scores ? [kinds.node, help(words.kinds_help, words.shown)] : []),
      asTable.node,
      downloads,
      scale.node,
    ),
    ...(data.loose ? [h("p", { class: "heed-note heed-show-loose" }, data.loose)] : []),
    left && every
      ? h(
          "div",
          { class: "heed-maps-top heed-show-top" },
          left.node,
          h("div", { class: "heed-maps-side" }, zoom.node),
          every.node,
        )
      : zoom.node,
    tables,
  );

  function update() {
    kinds.current(ui.kind);
    asTable.current(ui.table);
    views.forEach((view) => view.update());
    tables.replaceChildren(...(ui.table ? [mapTable(ui, maps)] : []));
  }
  function layout() {
    if (left) left.layout();
    zoom.layout(zoom.holder.clientWidth);
    if (every) every.layout(insideOf(every.node));
  }
  function arrange() {
    layout();
    update();
  }

  // The head so many places on; a layer's mean stands before its first.
  function headOn(way) {
    const { layer, chosen } = maps.blockOf(ui.head);
    const at = (layer - 1) * maps.block.heads + (chosen ? chosen - 1 + way : Math.min(0, way));
    return names[Math.max(0, Math.min(names.length - 1, at))];
  }

  const self = {
    paint: frame.paint,
    busy: frame.busy,
    address: () => ({
      head: several ? ui.head : null,
      view: ui.kind === "scores" ? "scores" : null,
      cell: ui.cell.map((i) => i + 1).join("."),
      table: ui.table ? 1 : null,
    }),
    kept: () => ({ head: ui.head, view: ui.kind, table: ui.table, cell: self.address().cell }),
    destroy: frame.destroy,
  };
  zoom.update();
  arrange();
  begin({
    key(event, inside, origin) {
      const way = { PageUp: -1, PageDown: 1 }[event.key];
      if (!inside) return false;
      if (way && several) onHead(headOn(way));
      else if (event.key === "Escape")
        (mosaic && mosaic.node !== origin ? mosaic.node : stage).focus();
      else if (event.key.startsWith("Arrow") && origin === stage) zoom.focus();
      else return false;
      return true;
    },
    arrange,
    redraw: arrange,
  });
  return self;
}
