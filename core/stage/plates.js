// Pictures to take home, one thing each: on a sheet of its own, in light colours, with its legend.

import { signedColour, weightColour } from "./colours.js";
import { bound, cut, fill, h, s, set, textWidth } from "./dom.js";
import { save, saveCsv, savePng, svgText } from "./download.js";
import { drawable, sheet } from "./sheet.js";

export const MARGIN = 28;

// What views share, as on a page of light colours and common type, whatever this one wears.
export function lightly(ui, stage) {
  const probe = h("div", { class: "heed-root", hidden: true });
  stage.append(probe);
  const style = getComputedStyle(probe);
  const colour = (name) => style.getPropertyValue(name).trim();
  return Object.assign(Object.create(ui), {
    large: false,
    theme: () => "light",
    colour,
    blank: () => colour("--heed-blank"),
  });
}

// As lines of `room` pixels at most.
export function wrapped(text, size, room) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && textWidth(longer, size) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

// A sheet `width` wide with a title on top, the sentence where it is about one, the model and more
// lines; what is drawn begins at `top`. `done(y, notes)` writes the notes below `y` and ends it.
/** @param {any} ui
 * @param {{ typed?: string, model: string }} about */
export function plate(ui, { typed, model }, title, lines, width) {
  const paper = sheet(ui);
  const ground = s("rect", { fill: ui.colour("--heed-card") });
  const room = width - 2 * MARGIN;
  const told = [...(typed ? [typed] : []), model, ...lines];
  paper.out.append(s("title", {}, drawable(`${title} · ${told[0]}`)), ground);
  paper.write(MARGIN, 36, cut(title, 18, room), { size: 18, bold: true });
  told.forEach((line, i) =>
    paper.write(
      MARGIN,
      59 + 19 * i,
      cut(line, 13, room),
      line === typed ? { colour: "--heed-source", bold: true } : { colour: "--heed-mute" },
    ),
  );
  return {
    ...paper,
    width,
    top: 59 + 19 * told.length + 12,
    done(y, notes) {
      paper.from(0, 0);
      const below = notes.flatMap((note) => wrapped(note, 12, room));
      const height = y + 19 * below.length + MARGIN;
      below.forEach((line, i) =>
        paper.write(MARGIN, y + 16 + 19 * i, line, { colour: "--heed-mute", size: 12 }),
      );
      set(ground, { width, height });
      set(paper.out, { width, height, viewBox: `0 0 ${width} ${height}` });
      return paper.out;
    },
  };
}

// The scale of colours at (x, y): weights from 0 to 1, all else from -limit to limit.
/**
 * @param {any} paper
 * @param {number} x
 * @param {number} y
 * @param {string | (string | Element)[]} name
 * @param {string} [kind]
 * @param {number} [limit]
 * @param {import("./types").Theme} [theme]
 */
export function scaleOn({ write, block }, x, y, name, kind, limit = 1, theme = "light") {
  const steps = kind === "vectors" ? 44 : 60; // a strip has less room
  const end = Number.isInteger(limit) ? String(limit) : bound(limit);
  const [low, high] = kind === "weights" ? ["0", "1"] : [`−${end}`, `+${end}`];
  const from = x + Math.ceil(textWidth(low, 12)) + 6;
  for (let i = 0; i < steps; i += 1) {
    const share = i / (steps - 1);
    block({
      x: from + 2 * i,
      y,
      width: 2.5,
      height: 10,
      fill: kind === "weights" ? weightColour(share) : signedColour(2 * share - 1, 1, theme),
    });
  }
  write(x, y + 9, low, { size: 12 });
  write(from + 2 * steps + 8, y + 9, [`${high}  `, ...[name].flat()], { size: 12 });
}

// The scale of the maps that a stage shows.
export const keyOn = (paper, { words, kind, limit }, x, y) =>
  scaleOn(paper, x, y, kind === "weights" ? words.weight : words.score, kind, limit);

// The ways to take one thing home, for a menu; `name()` is what its files are called.
export function ways(words, what, name, drawing, csv) {
  const text = (format) => fill(words.as_format, { what, format });
  return [
    [text("SVG"), () => save(`${name()}.svg`, "image/svg+xml", svgText(drawing()))],
    [text("PNG"), () => savePng(drawing(), `${name()}.png`)],
    [text("CSV"), () => saveCsv(name(), csv())],
  ];
}

export const csvLines = (lines) => `${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
