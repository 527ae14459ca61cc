// Take a story home: its picture as SVG and PNG, its trace as JSON, its looks as CSV.

import { inkOn, weightColour } from "../../stage/colours.js";
import { cut, fixed, s, textWidth } from "../../stage/dom.js";
import { exact, menu, quote, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { csvLines } from "../../stage/plates.js";
import { drawing } from "../decode/picture.js";
import { sums, wordsOf } from "./read.js";

const [ROW, SIZE, WIDE, NUMBER] = [26, 14, 620, 26];

// One line a look and word, counted from 1: scores and weights as they stand in the trace.
export function looksCsv(trace, lines) {
  const rows = [["look", "line", "word_index", "word", "score", "weight"]];
  trace.steps.forEach((step, look) =>
    lines.forEach(({ items }, line) =>
      items.forEach((i) => {
        if (!step.visible[i]) return;
        const word = quote(trace.source[i].piece);
        rows.push(
          [look + 1, line + 1, i + 1, word, exact(step.scores[i]), exact(step.weights[i])].map(
            String,
          ),
        );
      }),
    ),
  );
  return csvLines(rows);
}

// The story as a drawing: its words shaded by the look that is shown, and a bar a line and look.
function sheetOf(ui, trace, data, lines) {
  const asked = lines.length - 1;
  const each = 110;
  const width = NUMBER + WIDE + each * trace.steps.length;
  const height = ROW * (lines.length + 1);
  const out = s("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  const write = (x, y, text, looks) =>
    out.append(
      s("text", { x, y, "font-size": SIZE, fill: ui.colour("--heed-ink"), ...looks }, text),
    );
  const bar = (x, y, size, fill) =>
    out.append(s("rect", { x, y, width: size, height: 12, rx: 2, fill }));
  const shares = trace.steps.map((step) => sums(step, lines));
  trace.steps.forEach((_, look) =>
    write(NUMBER + WIDE + each * look, 16, ui.look(look), {
      fill: ui.colour("--heed-mute"),
      "font-size": 12,
    }),
  );
  const step = trace.steps[ui.now];
  lines.forEach((group, line) => {
    const y = ROW * (line + 1) + 17;
    const supports = data.truth.support.includes(line);
    write(0, y, line === asked ? "?" : `${line + 1}`, {
      fill: ui.colour(supports ? "--heed-context" : "--heed-mute"),
      "font-weight": supports ? 700 : 400,
    });
    let x = NUMBER;
    for (const { i, before, word } of wordsOf(trace, group)) {
      if (before) x += 5;
      const wide = textWidth(word, SIZE) + 4;
      const weight = step.visible[i] ? step.weights[i] : 0;
      const fill = weightColour(weight);
      if (weight >= 0.02)
        out.append(s("rect", { x, y: y - 15, width: wide, height: 20, rx: 3, fill }));
      write(x + 2, y, cut(word, SIZE, WIDE), {
        fill: weight >= 0.02 ? inkOn(fill) : ui.colour("--heed-ink"),
      });
      x += wide;
    }
    if (line === asked) return;
    shares.forEach((weights, look) => {
      const left = NUMBER + WIDE + each * look;
      bar(left, y - 11, Math.max(1, 60 * weights[line]), ui.colour("--heed-source"));
      write(left + 66, y, fixed(weights[line], 2), {
        fill: ui.colour("--heed-mute"),
        "font-size": 12,
      });
    });
  });
  return out;
}

// `name()` is what files are called, `flow()` is the view of the numbers as it stands.
export function downloads(ui, trace, data, lines, { name, flow }) {
  const { words } = ui;
  const picture = () => {
    const node = sheetOf(ui, trace, data, lines);
    return drawing(ui, trace, { pair: { node }, heat: null, flow: flow() });
  };
  return menu(words.download, [
    [words.as_svg, () => save(`${name()}.svg`, "image/svg+xml", svgText(picture()))],
    [words.as_png, () => savePng(picture(), `${name()}.png`)],
    [words.as_json, () => save(`${name()}.json`, "application/json", data.trace)],
    [words.as_csv, () => saveCsv(name(), looksCsv(trace, lines))],
  ]);
}
