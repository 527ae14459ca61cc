// Take a captioned picture home: as SVG and PNG, its trace as JSON, its attention as CSV.

import { s } from "../../stage/dom.js";
import { menu, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { attentionCsv } from "../decode/csv.js";
import { drawing } from "../decode/picture.js";
import { veil } from "./read.js";

const WIDE = 320; // px of the picture

/** What was written, without the end mark. */
export const captionOf = (trace) =>
  trace.steps.map(({ token }) => (token.mark ? "" : token.text)).join("");

// The picture with the light of the step that is shown, and the caption beside it.
function sheetOf(ui, trace, data, canvas) {
  const [rows, columns] = data.grid;
  const [wide, high] = [WIDE / columns, WIDE / rows];
  const out = s("svg", { width: 2 * WIDE, height: WIDE, viewBox: `0 0 ${2 * WIDE} ${WIDE}` });
  out.append(
    s("image", {
      width: WIDE,
      height: WIDE,
      style: "image-rendering:pixelated",
      href: canvas.toDataURL(),
    }),
    ...(ui.lightOn ? veil(trace.steps[ui.now].weights) : []).map((opacity, i) =>
      s("rect", {
        x: (i % columns) * wide,
        y: Math.floor(i / columns) * high,
        width: wide,
        height: high,
        fill: "rgb(14,16,30)",
        "fill-opacity": opacity.toFixed(3),
      }),
    ),
  );
  let y = 24;
  let line = "";
  const write = (text, weight) =>
    out.append(
      s(
        "text",
        { x: WIDE + 24, y, "font-size": 17, "font-weight": weight, fill: ui.colour("--heed-ink") },
        text,
      ),
    );
  for (const { token } of trace.steps.slice(0, ui.now + 1)) {
    if (token.mark) break;
    if (line.length + token.text.length > 30) {
      write(line, 600);
      [line, y] = ["", y + 26];
    }
    line += token.text;
  }
  write(line, 600);
  return out;
}

// `name(step)` is what files are called, `flow()` is the view of the numbers as it stands.
export function downloads(ui, trace, data, { name, canvas, flow }) {
  const { words } = ui;
  const picture = () => {
    const node = sheetOf(ui, trace, data, canvas);
    const called = { ...trace, typed: captionOf(trace) };
    return drawing(ui, called, { pair: { node }, heat: null, flow: flow() });
  };
  return menu(words.download, [
    [words.as_svg, () => save(`${name(ui.now)}.svg`, "image/svg+xml", svgText(picture()))],
    [words.as_png, () => savePng(picture(), `${name(ui.now)}.png`)],
    [words.as_json, () => save(`${name()}.json`, "application/json", data.trace)],
    [words.as_csv, () => saveCsv(name(), attentionCsv(trace))],
  ]);
}
