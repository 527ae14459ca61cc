// A residual stream to take home, and to read.

import { chance, fill, fixed, h } from "../../stage/dom.js";
import { exact, quote } from "../../stage/download.js";
import { MARGIN, plate } from "../../stage/plates.js";
import { table } from "../../stage/table.js";
import { calledPiece, KINDS, placeName } from "./read.js";
import { streamView } from "./stream.js";
import { vectorsView } from "./vectors.js";

// One line a position and sublayer, counted from 1, and what could be read off behind it.
export function streamCsv(stream) {
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
export function lensCsv({ lens, places, writes }) {
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
export function layersPicture(ui, data, stream) {
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

export function layersTables(ui, stream) {
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
