// What order is worth: the positions as a picture, four readings of one sentence, and the states of
// its tokens in both orders.

import { decodeArray } from "../../stage/codec.js";
import { fill, fixed, h, help, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, saveCsv } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { scrolling } from "../../stage/overflow.js";
import { lightly, ways } from "../../stage/plates.js";
import { tiny } from "../../stage/powers.js";
import { sum, token } from "../../stage/trace.js";
import { card } from "./cards.js";
import { matrixCsv, orderCsv, orderTables, readRun } from "./order.js";
import { readConditions, statesTable, verdict } from "./states.js";
import {
  encodingPlate,
  positionsPicture,
  similarityCurve,
  similarityPlate,
  wavelength,
  waveScale,
} from "./waves.js";

/** @typedef {import("../../stage/wire").PositionsPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountOrder(root, data) {
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(
    root,
    data,
    data.strings.title,
  );
  const { words } = ui;
  const encoding = decodeArray(data.encoding);
  const similarity = decodeArray(data.similarity);
  const conditions = readConditions(decodeArray(data.moved), decodeArray(data.cosines));
  const lengths = decodeArray(data.lengths);
  const source = data.source.map(token);
  const count = encoding.length;
  const size = encoding[0].length;
  const runs = data.runs.map(readRun);
  // Where each piece stands in the other order.
  const to = new Map(data.order.map((from, place) => [from, place]));
  const read = {
    data,
    runs,
    source,
    to,
    encoding,
    similarity,
    lengths,
    conditions,
  };
  Object.assign(ui, {
    place:
      data.positions_at != null &&
      Number(data.positions_at) >= 0 &&
      Number(data.positions_at) < count
        ? Math.floor(data.positions_at)
        : Math.min(3, source.length - 1),
    table: Boolean(data.table),
    placeName: (place) =>
      fill(words.place, { place }) + (place < source.length ? ` · ${source[place].piece}` : ""),
    choose(place) {
      ui.place = Math.max(0, Math.min(count - 1, place));
      update();
      changed();
    },
  });
  const dimension = (place, d) => [
    ui.placeName(place),
    fill(words.dimension, { index: d + 1, size }),
    fill(words.wave, { name: d % 2 ? "cos" : "sin", place, length: tiny(wavelength(d, size), 1) }),
    fixed(encoding[place][d], 4),
  ];
  const picture = positionsPicture(ui, {
    rows: encoding,
    label: words.picture_label,
    className: "heed-order-encoding",
    tell: dimension,
    marked: source.length,
  });
  const alike = positionsPicture(ui, {
    rows: similarity,
    label: words.similar_label,
    className: "heed-order-square",
    marked: source.length,
    tell: (place, other) => [
      `${ui.placeName(place)} ↔ ${ui.placeName(other)}`,
      `${words.cosine} ${fixed(similarity[place][other], 4)}`,
      fill(words.distance, { distance: Math.abs(place - other) }),
    ],
  });
  const curve = similarityCurve(ui, similarity);
  const scales = [waveScale(ui, words.value), waveScale(ui, words.cosine)];
  const chosen = h("p", { class: "heed-order-chosen" });
  const asTable = tableToggle(words.as_table, () => {
    ui.table = !ui.table;
    update();
    changed();
  });
  const tables = h("div", { class: "heed-tables" });
  const name = filesOf(data, "heed-positions")();

  const most = Math.max(...runs.map((run) => -run.plain)) || 1;

  const same =
    runs[2].tokens.map((one) => one.id).join() === runs[3].tokens.map((one) => one.id).join();

  const pictureNote = fill(words.picture_note, {
    count,
    size,
    length: fixed(data.length, 1),
    words: fixed(sum(lengths) / lengths.length, 1),
  });
  const light = lightly(ui, stage);
  const head = (title, text) =>
    h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, title), help(text, title));
  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      asTable.node,
      menu(words.download, [
        [words.as_csv, () => saveCsv(name, orderCsv(read))],
        ...ways(
          words,
          words.encoding_short,
          () => `${name}-encoding`,
          () => encodingPlate(light, data, encoding, source, [pictureNote]),
          () => matrixCsv(encoding, "dimension", 1),
        ),
        ...ways(
          words,
          words.similar_short,
          () => `${name}-similarity`,
          () =>
            similarityPlate(light, data, similarity, source, chosen.textContent, [
              words.similar_note,
            ]),
          () => matrixCsv(similarity, "position", 0),
        ),
      ]),
      help(words.about, words.title),
      waiting,
    ),
    h(
      "section",
      { class: "heed-flow heed-order-runs-section", "data-present": "" },
      head(words.runs, words.runs_help),
      h(
        "div",
        { class: "heed-order-runs" },
        runs.map((one, i) => card({ words, data, most }, one, i)),
      ),
      h(
        "p",
        { class: "heed-note" },
        same ? words.same_text : words.other_text,
        " ",
        words.marked,
        runs.some((run) => run.cut_off) ? ` ${words.cut_note}` : "",
      ),
    ),
    h(
      "section",
      { class: "heed-flow", "data-present": "" },
      head(words.states, words.states_help),
      h("p", { class: "heed-order-verdict" }, verdict(words, conditions)),
      statesTable(ui, read),
    ),
    h(
      "div",
      { class: "heed-top heed-order-top" },
      h(
        "section",
        { class: "heed-pane" },
        head(words.picture, words.picture_help),
        picture.node,
        scales[0].node,
        h("p", { class: "heed-note" }, pictureNote),
      ),
      h(
        "section",
        { class: "heed-pane" },
        head(words.similar, words.similar_help),
        alike.node,
        scales[1].node,
        chosen,
        curve.node,
        h("p", { class: "heed-note" }, words.similar_note),
      ),
    ),
    tables,
  );

  const changed = () => {
    if (data.onStep) data.onStep(self);
  };
  function update() {
    [picture, alike, curve, ...scales].forEach((view) => view.update());
    chosen.textContent = fill(words.curve, { place: ui.placeName(ui.place) });
    asTable.current(ui.table);
    tables.replaceChildren(...(ui.table ? orderTables(words, read, ui.place).map(scrolling) : []));
  }

  const self = {
    paint,
    busy,
    destroy,
    address: () => ({ positions_at: ui.place, table: ui.table ? 1 : null }),
    kept: () => ({ positions_at: ui.place, table: ui.table }),
  };
  update();
  begin({ key: () => false, arrange: update, redraw: update });
  return self;
}
