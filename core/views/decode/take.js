// Take a decoding home: its picture as SVG and PNG, its trace as JSON, its attention as CSV.

import { csvOfStep, menu, quote, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { drawing } from "./picture.js";

// One line a step and source piece, counted from 1: scores and weights as they stand in the trace.
function attentionCsv(trace) {
  const lines = ["step,target,source_index,source,score,weight,visible"];
  trace.steps.forEach((step, t) =>
    lines.push(...csvOfStep([t + 1, quote(step.token.piece)], step, trace.source)),
  );
  return `${lines.join("\r\n")}\r\n`;
}

// `name(step)` is what files are called, `views()` are the views as they stand now.
export function downloads(ui, trace, { json, name, views }) {
  const { words } = ui;
  return menu(words.download, [
    [
      words.as_svg,
      () => save(`${name(ui.now)}.svg`, "image/svg+xml", svgText(drawing(ui, trace, views()))),
    ],
    [words.as_png, () => savePng(drawing(ui, trace, views()), `${name(ui.now)}.png`)],
    [words.as_json, () => save(`${name()}.json`, "application/json", json)],
    [words.as_csv, trace.attends && (() => saveCsv(name(), attentionCsv(trace)))],
  ]);
}
