// A layer, opened: the residual stream of the decoder or the encoder, stepped through by position.

import { fill, h, help, nameOf, piece, segments, spoken, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { lightly } from "../../stage/plates.js";
import { playerView } from "../../stage/player.js";
import { lensView } from "./lens.js";
import { calledPiece, probability, readStream, toldOfAdded } from "./read.js";
import { streamView } from "./stream.js";
import { layersPicture, layersTables, lensCsv, streamCsv } from "./take.js";
import { vectorsView } from "./vectors.js";

/** @typedef {import("../../stage/wire").LayersPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountLayers(root, data) {
  const words = data.strings;
  const streams = Object.fromEntries(
    Object.entries(data.streams).map(([side, raw]) => [side, readStream(raw, data.norm)]),
  );
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const within = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
  const there = Object.keys(streams); // the decoder first, where there is one
  const first = there.includes(data.side) ? data.side : there[0];
  // Each side has a position and a place of its own, and keeps them.
  const kept = Object.fromEntries(
    Object.entries(streams).map(([side, stream]) => {
      const opens = side === first;
      const place = opens ? stream.places.indexOf(data.at) : -1;
      const last = stream.places.length - 2;
      return [
        side,
        {
          now:
            opens && within(data.step, stream.steps.length)
              ? data.step
              : side === "decoder"
                ? Math.min(1, stream.steps.length - 1)
                : 0,
          place: place < 0 ? last : place,
        },
      ];
    }),
  );
  Object.assign(ui, {
    norm: data.norm,
    side: first,
    table: Boolean(data.table),
    ...kept[first],
    position() {
      const stream = streams[ui.side];
      const { now: t } = ui;
      return fill(words[ui.side === "encoder" ? "summary_encoder" : "summary"], {
        step: t + 1,
        steps: stream.steps.length,
        reads: nameOf(ui, stream.reads[t]),
        writes: nameOf(ui, stream.writes[t] || ""),
      });
    },
    summary() {
      const stream = streams[ui.side];
      const { now: t, place } = ui;
      const one = place ? stream.sublayers[place - 1] : null;
      const adds = one ? toldOfAdded(ui, stream, place, t) : words.embedding;
      const read = stream.lens
        ? fill(words.lens_best, {
            token: calledPiece(ui, stream.lens.likeliest[place][t][0][0]),
            p: probability(stream.lens.likeliest[place][t][0][1]),
          })
        : "";
      return [ui.position(), adds, read].filter(Boolean).join(" · ");
    },
    go: (t) => change({ now: Math.max(0, Math.min(streams[ui.side].steps.length - 1, t)) }),
    choose: (place) =>
      change({ place: Math.max(0, Math.min(streams[ui.side].places.length - 1, place)) }),
  });
  const sides = segments(
    words.side,
    there.map((side) => [side, words[side]]),
    (side) => {
      player.stop();
      change({ side });
    },
  );
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const where = h("div", { class: "heed-layers-where" });
  const holder = h("div");
  const foot = h("div", { class: "heed-player-holder" });
  const tables = h("div");
  const files = filesOf(data, "heed-layers");
  const file = (now) => `${files(now)}-${ui.side}`;
  const light = lightly(ui, stage);
  const picture = () => layersPicture(light, data, streams[ui.side]);
  /** @type {any} */
  let player = null;
  let parts = {};
  let views = [];

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      ...(there.length > 1 ? [sides.node] : []),
      asTable.node,
      menu(words.download, [
        [words.as_svg, () => save(`${file(ui.now)}.svg`, "image/svg+xml", svgText(picture()))],
        [words.as_png, () => savePng(picture(), `${file(ui.now)}.png`)],
        [words.as_csv_layers, () => saveCsv(file(), streamCsv(streams[ui.side]))],
        [
          words.as_csv_lens,
          () => saveCsv(`${files()}-lens`, lensCsv(streams[ui.side])),
          () => (streams[ui.side].lens ? null : words.no_lens),
        ],
      ]),
      help(words.about, words.title),
      waiting,
    ),
    where,
    holder,
    foot,
    tables,
  );

  function change(what) {
    const side = ui.side;
    Object.assign(ui, what);
    if (ui.side !== side) {
      kept[side] = { now: ui.now, place: ui.place };
      Object.assign(ui, kept[ui.side]);
      compose();
    } else update();
    if (data.onStep) data.onStep(self);
  }

  // Makes the views anew, for the other side.
  function compose() {
    const stream = streams[ui.side];
    player = playerView(ui, stream);
    parts = {
      column: streamView(ui, stream),
      vectors: vectorsView(ui, stream),
      lens: stream.lens ? lensView(ui, stream) : null,
      tables: layersTables(ui, stream),
      player,
    };
    views = Object.values(parts).filter(Boolean);
    holder.replaceChildren(
      h(
        "section",
        { class: "heed-pane heed-stream-pane", role: "group", "aria-label": words.column_label },
        parts.column.node,
      ),
      parts.vectors.node,
      ...(parts.lens ? [parts.lens.node] : []),
    );
    foot.replaceChildren(player.node);
    tables.replaceChildren(parts.tables.node);
    update();
  }

  // The sentence with the position that is shown.
  function sentence() {
    const stream = streams[ui.side];
    const encoder = ui.side === "encoder";
    const items = encoder ? stream.reads : stream.writes;
    where.replaceChildren(
      h(
        "span",
        { class: "heed-info" },
        fill(words[encoder ? "where_encoder" : "where"], {
          reads: nameOf(ui, stream.reads[ui.now]),
        }),
      ),
      h(
        "span",
        { class: "heed-layers-tokens" },
        items.map((text, t) =>
          h(
            "button",
            {
              type: "button",
              tabindex: -1,
              class: `heed-layers-token heed-${encoder ? "source" : "target"}`,
              "aria-pressed": String(t === ui.now),
              onclick: () => {
                player.stop();
                ui.go(t);
              },
            },
            spoken(ui, encoder ? "source" : "target", piece(text)),
          ),
        ),
      ),
    );
  }

  function update() {
    sides.current(ui.side);
    asTable.current(ui.table);
    sentence();
    views.forEach((view) => view.update());
    if (!player.playing()) ui.say(ui.summary());
  }

  const self = {
    paint,
    busy,
    address: () => ({
      side: ui.side === there[0] ? null : ui.side,
      at: streams[ui.side].places[ui.place],
      step: ui.now + 1,
      table: ui.table ? 1 : null,
    }),
    // What stays when other data comes: side, place and table; the position where it is the same
    // translation.
    kept: (next) => ({
      side: ui.side,
      at: streams[ui.side].places[ui.place],
      table: ui.table,
      ...(next.typed === data.typed && next.text === data.text && next.model === data.model
        ? { step: ui.now }
        : { step: null }),
    }),
    destroy() {
      player.stop();
      destroy();
    },
  };
  compose();
  begin({
    key(event, inside, origin) {
      const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const box = inside && origin.closest(".heed-stream-box");
      if (move && inside && !origin.closest(".heed-scroll")) {
        ui.choose(ui.place + move);
        if (box) parts.column.focus(ui.place);
        return true;
      }
      return player.key(event.key);
    },
    arrange: update,
    redraw: update,
  });
  return self;
}
