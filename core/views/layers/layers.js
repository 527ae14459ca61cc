// A layer, opened: the residual stream of the decoder or the encoder, stepped through by position.

import {
  chance,
  fill,
  fixed,
  h,
  help,
  nameOf,
  piece,
  segments,
  tableToggle,
} from "../../stage/dom.js";
import { exact, menu, quote, save, savePng, svgText } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { lightly, MARGIN, plate } from "../../stage/plates.js";
import { playerView } from "../../stage/player.js";
import { table } from "../../stage/table.js";
import { lensView } from "./lens.js";
import {
  calledPiece,
  KINDS,
  placeName,
  probability,
  readStream,
  streamView,
  vectorsView,
} from "./stream.js";

// One line a position and sublayer, counted from 1, and what could be read off behind it.
function streamCsv(stream) {
  const { lens } = stream;
  const heads = [
    "position",
    "reads",
    "sublayer",
    "norm_before",
    "norm_normed",
    "norm_added",
    "cosine",
    "norm_after",
  ];
  const lines = [
    [
      ...heads,
      ...(lens ? ["written", "rank", "log_prob", "entropy", "likeliest", "its_log_prob"] : []),
    ].join(","),
  ];
  stream.reads.forEach((read, t) =>
    stream.places.forEach((name, place) => {
      const one = place ? stream.sublayers[place - 1] : null;
      const number = (value) => (value == null ? "" : exact(value));
      const told = lens
        ? [
            quote(stream.writes[t]),
            lens.ranks[place][t],
            exact(lens.logProbs[place][t]),
            exact(lens.entropies[place][t]),
            quote(lens.likeliest[place][t][0][0]),
            lens.likeliest[place][t][0][1],
          ]
        : [];
      lines.push(
        [
          t + 1,
          quote(read),
          name,
          number(one && stream.norms[place - 1][t]),
          number(one?.normedNorm[t]),
          number(one?.addedNorm[t]),
          number(one?.cosine[t]),
          exact(stream.norms[place][t]),
          ...told,
        ].join(","),
      );
    }),
  );
  return `${lines.join("\r\n")}\r\n`;
}

// The logit lens: one line a place, step and listed piece, counted from 1.
function lensCsv({ lens, places, writes }) {
  const lines = [
    "sublayer,step,written,written_rank,written_log_prob,entropy,listed,piece,log_prob",
  ];
  places.forEach((name, place) =>
    writes.forEach((written, t) =>
      lens.likeliest[place][t].forEach(([text, logProb], i) =>
        lines.push(
          [
            name,
            t + 1,
            quote(written),
            lens.ranks[place][t],
            exact(lens.logProbs[place][t]),
            exact(lens.entropies[place][t]),
            i + 1,
            quote(text),
            logProb,
          ].join(","),
        ),
      ),
    ),
  );
  return `${lines.join("\r\n")}\r\n`;
}

// A picture to take home: the column at this position, and the vectors of the chosen place.
function layersPicture(ui, data, stream) {
  const column = streamView(ui, stream);
  const vectors = vectorsView(ui, stream);
  const [wide, tall] = column.size();
  vectors.update();
  const paper = plate(
    ui,
    data,
    ui.words.title,
    [`${ui.words[ui.side]} · ${ui.position()}`],
    Math.max(1040, wide + 2 * MARGIN),
  );
  const under = paper.top + tall + 30;
  paper.from(MARGIN, paper.top);
  column.drawing(paper.write, paper.block);
  paper.from(MARGIN, under);
  const height = vectors.drawing(paper.write, paper.pixels, paper.width - 2 * MARGIN);
  return paper.done(under + height, [ui.words.column_note, vectors.scale]);
}

function layersTables(ui, stream) {
  const { words } = ui;
  const { lens } = stream;
  const node = h("div", { class: "heed-tables" });

  function update() {
    if (!ui.table) {
      node.replaceChildren();
      return;
    }
    const { now: t, place } = ui;
    const named = (i) => placeName(ui, stream, i);
    const digits = (value) => fixed(value, 4);
    const sublayers = table(
      fill(words.table_stream, { step: t + 1, token: stream.reads[t] }),
      [
        words.sublayer,
        words.norm_before,
        words.norm_normed,
        words.norm_added,
        words.cosine,
        words.norm_after,
      ],
      stream.places.map((_, i) => {
        const one = i ? stream.sublayers[i - 1] : null;
        return [
          named(i),
          ...(one
            ? [stream.norms[i - 1][t], one.normedNorm[t], one.addedNorm[t], one.cosine[t]].map(
                digits,
              )
            : ["", "", "", ""]),
          digits(stream.norms[i][t]),
        ];
      }),
    );
    const read =
      lens &&
      table(
        fill(words.table_lens, { step: t + 1, token: stream.writes[t] }),
        [
          words.sublayer,
          words.rank,
          words.probability,
          words.log_prob,
          words.entropy_head,
          ...lens.likeliest[0][t].map((_, i) => String(i + 1)),
        ],
        stream.places.map((_, i) => [
          named(i),
          String(lens.ranks[i][t]),
          chance(Math.exp(lens.logProbs[i][t]), 5),
          digits(lens.logProbs[i][t]),
          digits(lens.entropies[i][t]),
          ...lens.likeliest[i][t].map(
            ([text, logProb]) => `${calledPiece(ui, text)} ${chance(Math.exp(logProb), 4)}`,
          ),
        ]),
      );
    const all =
      lens &&
      table(
        words.table_all,
        [words.sublayer, ...stream.writes],
        stream.places.map((_, i) => [named(i), ...Array.from(lens.logProbs[i], digits)]),
      );
    const one = place ? stream.sublayers[place - 1] : null;
    const vectors = one
      ? [stream.states[place - 1][t], one.given[t], one.added[t], stream.states[place][t]]
      : [stream.states[0][t]];
    const dimensions = table(
      fill(words.vectors_at, { place: named(place), step: t + 1 }),
      [
        words.dimension_head,
        ...(one
          ? [
              words.x_before,
              words.x_read,
              fill(words.x_added, { kind: words[`kind_${KINDS[one.kind]}`] }),
              words.x_after,
            ]
          : [words.x_start]),
      ],
      Array.from(vectors[0], (_, d) => [
        String(d + 1),
        ...vectors.map((values) => digits(values[d])),
      ]),
    );
    node.replaceChildren(
      h("p", { class: "heed-note" }, ui.summary()),
      sublayers,
      ...[read, all].filter(Boolean),
      dimensions,
    );
  }
  return { node, update, layout() {}, light() {} };
}

export default function mountLayers(root, data) {
  const words = data.strings;
  const streams = Object.fromEntries(
    Object.entries(data.streams).map(([side, raw]) => [side, readStream(raw, data.norm)]),
  );
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const within = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
  const first = data.side === "encoder" ? "encoder" : "decoder";
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
      const adds = one
        ? `${placeName(ui, stream, place)}: ${fill(words.adds, { value: fixed(one.addedNorm[t], 2), cosine: fixed(one.cosine[t], 2) })}`
        : words.embedding;
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
    [
      ["decoder", words.decoder],
      ["encoder", words.encoder],
    ],
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
  const name = data.exports?.name || "heed-layers";
  const file = () => `${name}-${ui.side}`;
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
      sides.node,
      asTable.node,
      menu(words.download, [
        [words.as_svg, () => save(`${file()}.svg`, "image/svg+xml", svgText(picture()))],
        [words.as_png, () => savePng(picture(), `${file()}.png`)],
        [
          words.as_csv_layers,
          () => save(`${file()}.csv`, "text/csv;charset=utf-8", streamCsv(streams[ui.side])),
        ],
        [
          words.as_csv_lens,
          () => save(`${name}-lens.csv`, "text/csv;charset=utf-8", lensCsv(streams.decoder)),
          () => (ui.side === "encoder" ? words.no_lens : null),
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
            h("bdi", {}, piece(text)),
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
      side: ui.side === "encoder" ? "encoder" : null,
      at: streams[ui.side].places[ui.place],
      step: ui.now + 1,
      table: ui.table ? 1 : null,
    }),
    // What stays when other data comes: side, place and table; the position where it is the same translation.
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
