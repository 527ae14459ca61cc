// What order is worth: the positions as a picture, four readings of one sentence, and the encoder's
// states in both orders.

import { decodeArray } from "../../stage/codec.js";
import { fill, fixed, h, help, piece, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, saveCsv } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { scrolling } from "../../stage/overflow.js";
import { lightly, ways } from "../../stage/plates.js";
import { tiny } from "../../stage/powers.js";
import { sum, token } from "../../stage/trace.js";
import { card } from "./cards.js";
import { matrixCsv, orderCsv, orderTables, readRun } from "./order.js";
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
  const [moved, movedOff] = decodeArray(data.moved);
  const [near, nearOff] = decodeArray(data.cosines);
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
    moved,
    movedOff,
    near,
    nearOff,
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
  const furthest = Math.max(...moved);
  const scale = furthest || 1;
  const states = source.map((one, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "heed-source", lang: ui.tongues?.source }, piece(one.piece)),
      h("td", {}, `${i} → ${to.get(i)}`),
      h(
        "td",
        { class: "heed-order-far" },
        h(
          "div",
          { class: "heed-cell-pair" },
          h("span", { class: "heed-value" }, fixed(moved[i], 3)),
          h("div", { class: "heed-bar" }, h("i", { style: `width:${(100 * moved[i]) / scale}%` })),
        ),
      ),
      h("td", {}, fixed(near[i], 3)),
      h(
        "td",
        { class: "heed-order-far" },
        h(
          "div",
          { class: "heed-cell-pair" },
          h("span", { class: "heed-value" }, tiny(movedOff[i])),
          h(
            "div",
            { class: "heed-bar" },
            h("i", { style: `width:${(100 * movedOff[i]) / scale}%` }),
          ),
        ),
      ),
      h("td", {}, fixed(nearOff[i], 3)),
    ),
  );

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
      { class: "heed-flow heed-order-runs-section" },
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
      { class: "heed-flow" },
      head(words.states, words.states_help),
      h(
        "p",
        { class: "heed-order-verdict" },
        fill(words.verdict, { with: tiny(furthest), without: tiny(Math.max(...movedOff)) }),
      ),
      scrolling(
        h(
          "div",
          { class: "heed-scroll", tabindex: 0, role: "region", "aria-label": words.states },
          h(
            "table",
            { class: "heed-order-states" },
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                h("th", { scope: "col" }, ""),
                h("th", { scope: "col" }, words.moved_to),
                h("th", { scope: "col" }, words.far_with),
                h("th", { scope: "col" }, words.cosine),
                h("th", { scope: "col" }, words.far_without),
                h("th", { scope: "col" }, words.cosine),
              ),
            ),
            h("tbody", {}, states),
          ),
        ),
      ),
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
