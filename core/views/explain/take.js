// Take explanations home: the step that is shown as SVG and PNG, all of them as CSV, the trace.

import { fixed, textWidth } from "../../stage/dom.js";
import { exact, menu, quote, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { csvLines, MARGIN, plate } from "../../stage/plates.js";
import { order, shares } from "./read.js";

/** One line a step, explanation and source piece, counted from 1, in the units of each.
 * @param {any} trace @param {any[]} rows */
export function explanationsCsv(trace, rows) {
  const lines = [["step", "target", "explanation", "source_index", "source", "value"]];
  trace.steps.forEach((step, t) =>
    rows.forEach(({ kind, values }) =>
      trace.source.forEach((token, i) => {
        if (Number.isNaN(values[t][i])) return; // a step that was not asked for
        lines.push([
          String(t + 1),
          quote(step.token.piece),
          kind,
          String(i + 1),
          quote(token.piece),
          exact(values[t][i]),
        ]);
      }),
    ),
  );
  return csvLines(lines);
}

const [ROW, WIDE] = [30, 64];

// The rows of the step that is shown as a drawing.
function drawn(ui, trace, rows, name) {
  const { words } = ui;
  const left = MARGIN + 24 + Math.max(...rows.map(({ kind }) => textWidth(name(kind), 13)));
  const all = rows.map(({ values }) => shares(values[ui.now], ui.sources));
  const places = order(all[ui.row], ui.sorted);
  const width = Math.max(620, left + WIDE * places.length + MARGIN);
  const about = {
    typed: trace.typed,
    model: [trace.model.name, ui.head].filter(Boolean).join(" · "),
  };
  const paper = plate(ui, about, words.title, [ui.summary()], width);
  places.forEach((j, at) => {
    const text = ui.sources[j].label;
    const short = textWidth(text, 12) > WIDE - 6 ? `${text.slice(0, 7)}…` : text;
    paper.write(left + at * WIDE, paper.top + 14, short, {
      colour: "--heed-source",
      bold: true,
      size: 12,
    });
  });
  rows.forEach(({ kind }, i) => {
    const y = paper.top + 24 + i * ROW;
    paper.write(left - 14, y + 17, name(kind), { anchor: "end", bold: i === ui.row });
    places.forEach((j, at) => {
      const { share } = all[i][j];
      const x = left + at * WIDE;
      paper.write(x, y + 11, fixed(share, 2), { size: 11, colour: "--heed-mute" });
      paper.block({
        x,
        y: y + 15,
        width: Math.max(1, (WIDE - 10) * Math.abs(share)),
        height: 8,
        rx: 2,
        fill: ui.colour(share < 0 ? "--heed-border" : "--heed-source"),
      });
    });
  });
  return paper.done(paper.top + 34 + rows.length * ROW, [words.shares_are]);
}

// `name(step)` is what files are called, `called(kind)` what a row is.
export function downloads(ui, trace, rows, { json, whole, name, called, look }) {
  const { words } = ui;
  const picture = () => drawn(look(), trace, rows, called);
  return menu(words.download, [
    [words.as_svg, () => save(`${name(ui.now)}.svg`, "image/svg+xml", svgText(picture()))],
    [words.as_png, () => savePng(picture(), `${name(ui.now)}.png`)],
    [words.as_json, () => save(`${name()}.json`, "application/json", json)],
    whole,
    [words.as_csv, () => saveCsv(name(), explanationsCsv(trace, rows))],
  ]);
}
