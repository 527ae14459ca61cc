// Take a decoding home: its picture as SVG and PNG, its trace as JSON, its attention as CSV.

import { exact, menu, quote, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { attentionCsv } from "./csv.js";
import { drawing } from "./picture.js";

/** Where it looked before and after, one line a step and source token, as far as the longer of both
 * goes; what one of them does not have is empty.
 * @param {any} before @param {any} trace */
export function changeCsv(before, trace) {
  const lines = [
    "step,target_before,target_after,source_index,source,weight_before,weight_after,by_hand",
  ];
  const source = trace.source.length < before.source.length ? before.source : trace.source;
  for (let t = 0; t < Math.max(before.steps.length, trace.steps.length); t += 1) {
    const both = [before.steps[t], trace.steps[t]];
    const targets = both.map((step) => (step ? quote(step.token.piece) : ""));
    source.forEach(({ piece }, i) => {
      const weights = both.map((step) => (step?.visible[i] ? exact(step.weights[i]) : ""));
      const hand = Boolean(both[1]?.replaced);
      lines.push([t + 1, ...targets, i + 1, quote(piece), ...weights, hand].join(","));
    });
  }
  return `${lines.join("\r\n")}\r\n`;
}

// `name(step)` is what files are called, `views()` are the views as they stand now; `before` is the
// trace without what was changed in its attention.
export function downloads(ui, trace, { json, whole, name, views, before }) {
  const { words } = ui;
  return menu(words.download, [
    [
      words.as_svg,
      () => save(`${name(ui.now)}.svg`, "image/svg+xml", svgText(drawing(ui, trace, views()))),
    ],
    [words.as_png, () => savePng(drawing(ui, trace, views()), `${name(ui.now)}.png`)],
    [words.as_json, () => save(`${name()}.json`, "application/json", json)],
    whole,
    [words.as_csv, trace.attends && (() => saveCsv(name(), attentionCsv(trace)))],
    [
      words.as_change_csv,
      before && (() => saveCsv(`${name()}-before-after`, changeCsv(before, trace))),
    ],
  ]);
}
