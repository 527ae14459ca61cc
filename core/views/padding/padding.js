// Two sentences in one padded batch: which keys are blank, and that padding changes nothing.

import { kindChoice } from "../../stage/choices.js";
import { decodeArray } from "../../stage/codec.js";
import { largest } from "../../stage/colours.js";
import { coverView, layoutCovered, PASSES } from "../../stage/cover.js";
import { fill, fixed, h, help, segments, spoken, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { gridView } from "../../stage/grid.js";
import { legend } from "../../stage/legend.js";
import { calledHead, headNames, headPicker, ofHead, severalHeads } from "../../stage/picker.js";
import { lightly } from "../../stage/plates.js";
import { percent } from "../../stage/powers.js";
import { sightView } from "../../stage/sight.js";
import { table } from "../../stage/table.js";
import { token } from "../../stage/trace.js";
import { proof, toldOfCell } from "./proof.js";
import { paddingCsv, paddingPicture } from "./take.js";

/** @typedef {import("../../stage/wire").PaddingPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountPadding(root, data) {
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(
    root,
    data,
    data.strings.title,
  );
  const { words } = ui;
  const { layers, heads } = data;
  const names = headNames(data);
  const lengths = data.sentences.map((one) => one.length);
  const count = Math.max(...lengths);
  const size = count * count;
  const kept = new Map();
  const passes = Object.fromEntries(
    PASSES.map((pass) => [
      pass,
      { scores: decodeArray(data[pass].scores), weights: decodeArray(data[pass].weights) },
    ]),
  );
  const onPadding = decodeArray(data.on_padding);
  const short = lengths.indexOf(Math.min(...lengths));
  const padded = lengths[0] !== lengths[1];
  const part = (flat, which) =>
    flat.subarray((which * flat.length) / 2, ((which + 1) * flat.length) / 2);
  const share = (which, name) => ofHead(part(onPadding, which), name, data, 1)[0];
  const labels = lengths.map((length, which) => [
    ...data.sentences[which].map((one) => token(one).piece),
    ...Array(count - length).fill("<pad>"),
  ]);
  const visible = lengths.map((length) =>
    Uint8Array.from({ length: size }, (_, i) => Number(i % count < length)),
  );
  Object.assign(ui, {
    head: names.includes(data.padding_head) ? data.padding_head : "1.1",
    kind: data.kind === "scores" ? "scores" : "weights",
    pass: data.padding_mask === "off" ? "bare" : "masked",
    table: Boolean(data.tabled),
  });
  if (severalHeads(ui.head)) ui.kind = "weights";

  function map(which, pass, kind, name) {
    const key = `${which} ${pass} ${kind} ${name}`;
    if (!kept.has(key))
      kept.set(key, ofHead(part(passes[pass][kind], which), name, { layers, heads }, size));
    return kept.get(key);
  }

  const kinds = kindChoice(ui, change);
  const masks = segments(
    words.mask,
    [
      ["masked", words.on],
      ["bare", words.off],
    ],
    (pass) => change({ pass }),
  );
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const picker = headPicker(ui, data, {
    label: words.picker,
    value: (name) => share(short, name),
    act: (head) => change({ head, ...(severalHeads(head) ? { kind: "weights" } : {}) }),
  });
  const rows = lengths.map((length, which) => {
    const about = h("p", { class: "heed-note" });
    const grid = gridView(ui, {
      rows: labels[which],
      columns: labels[which],
      rowsAre: "source",
      columnsAre: "source",
      small: count > 16,
      axes: [words.axis_query, words.axis_key],
      label: `${fill(words.row, { index: which + 1 })}. ${words.grid}`,
      tell: (i, j) => toldOfCell({ ui, lengths, words, map, count }, which, i, j),
    });
    return {
      which,
      length,
      about,
      grid,
      cover: coverView({ ...grid, columns: count }),
      sight: sightView(ui, grid),
    };
  });
  const scale = legend(ui);
  const light = lightly(ui, stage);
  const chosen = h("p", {});
  const tables = h("div", { class: "heed-tables" });

  const compared = [words.log_prob_short, words.states_apart, words.weights_apart];

  const file = filesOf(data, "heed-padding")();
  const name = () => `${file}-${ui.head}`;

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      masks.node,
      kinds.node,
      asTable.node,
      menu(words.download, [
        [
          words.as_svg,
          () =>
            save(
              `${name()}.svg`,
              "image/svg+xml",
              svgText(paddingPicture({ rows, light, words, ui, data, compared })),
            ),
        ],
        [
          words.as_png,
          () =>
            savePng(paddingPicture({ rows, light, words, ui, data, compared }), `${name()}.png`),
        ],
        [words.as_csv, () => saveCsv(file, paddingCsv({ rows, names, map, count, labels }))],
      ]),
      help(words.about, words.title),
      scale.node,
      waiting,
    ),
    h(
      "div",
      { class: "heed-top heed-two-maps" },
      h(
        "section",
        { class: "heed-pane heed-picker-pane" },
        h(
          "div",
          { class: "heed-pane-head" },
          h("h2", { class: "heed-tag" }, words.picker_title),
          help(words.picker_help, words.picker_title),
        ),
        picker.node,
        chosen,
      ),
      rows.map(({ which, about, grid, sight }) =>
        h(
          "section",
          { class: "heed-pane" },
          h(
            "div",
            { class: "heed-pane-head" },
            h("h2", { class: "heed-tag" }, fill(words.row, { index: which + 1 })),
          ),
          grid.node,
          sight.node,
          about,
          proof({ words, data, compared }, which),
        ),
      ),
    ),
    tables,
  );

  const moved = () => {
    if (data.onStep) data.onStep(self);
  };
  function change(what) {
    Object.assign(ui, what);
    update();
    moved();
  }

  function update() {
    const { head, kind, pass } = ui;
    const mean = severalHeads(head);
    ui.limit = mean
      ? 1
      : Math.max(...rows.map(({ which }) => largest(map(which, pass, "scores", head)))) || 1;
    masks.current(pass);
    kinds.current(kind, mean ? words.no_mean_scores : "");
    asTable.current(ui.table);
    picker.update(head);
    for (const { which, length, about, grid, cover } of rows) {
      grid.update({
        values: map(which, pass, kind, head),
        visible: pass === "masked" ? visible[which] : null,
        kind,
        limit: ui.limit,
        current: null,
        upTo: length - 1,
      });
      cover.update(
        length < count
          ? [
              [length, 0],
              [count, 0],
              [count, length],
              [length, length],
            ]
          : null,
        false,
      );
      about.textContent =
        length === count
          ? words.none
          : fill(pass === "masked" ? words.blank : words.read, {
              count: count - length,
              share: percent(share(which, head)),
              head: calledHead(words, head),
            });
    }
    scale.update();
    chosen.textContent = padded
      ? fill(words.chosen, {
          head: calledHead(words, head),
          share: percent(share(short, head)),
        })
      : words.alike;
    const named = `${words[`table_${kind}`]}, ${calledHead(words, head)}`;
    tables.replaceChildren(
      ...(ui.table
        ? rows.map(({ which, length }) =>
            table(
              `${fill(words.row, { index: which + 1 })}: ${named}`,
              [words.source, ...labels[which].map((one) => spoken(ui, "source", one))],
              data.sentences[which].map((one, i) => [
                spoken(ui, "source", token(one).piece),
                ...labels[which].map((_, j) =>
                  pass === "masked" && j >= length
                    ? words.masked
                    : fixed(map(which, pass, kind, head)[i * count + j], 5),
                ),
              ]),
            ),
          )
        : []),
    );
    ui.say(`${calledHead(words, head)}. ${rows[short].about.textContent}`);
  }

  function layout() {
    layoutCovered(rows);
  }

  const self = {
    paint,
    busy,
    destroy,
    address: () => ({ padding_head: ui.head, padding_mask: ui.pass === "bare" ? "off" : null }),
    kept: () => ({
      padding_head: ui.head,
      padding_mask: self.address().padding_mask,
      kind: ui.kind,
      tabled: ui.table,
    }),
  };
  layout();
  update();
  begin({
    key: () => false,
    arrange() {
      layout();
      update();
    },
    redraw: update,
  });
  return self;
}
