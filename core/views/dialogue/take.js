// Take answers home: the chart as SVG and PNG, the numbers as CSV, all of it as JSON.

import { exact, menu, quote, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { csvLines } from "../../stage/plates.js";
import { chartOf } from "./chart.js";
import { each, looked } from "./read.js";

const SIZE = { wide: 720, high: 420 };

/** One line an answer, as they came: its numbers, then the weight of each word of the turn.
 * @param {Pick<import("../../stage/wire").DialoguePayload, "turn" | "answers" | "looks">} data */
export function answersCsv({ turn, answers, looks }) {
  const head = ["way", "answer", "pieces", "log_prob", "log_prob_per_piece", "gain", "dull"];
  const rows = answers.map((one) => [
    one.way,
    quote(one.text),
    String(one.pieces),
    exact(one.total),
    exact(each(one)),
    one.gain === null ? "" : exact(one.gain),
    String(one.dull),
    ...(looks ? looked(one).map(exact) : []),
  ]);
  return csvLines([[...head, ...(looks ? turn.map((word) => quote(word)) : [])], ...rows]);
}

/** @param {any} ui @param {any} data @param {string} name */
export function downloads(ui, data, name) {
  const { words } = ui;
  const picture = () => chartOf(ui, data.answers, SIZE);
  const plain = () => JSON.stringify({ typed: data.typed, turn: data.turn, answers: data.answers });
  return menu(words.download, [
    [words.as_svg, () => save(`${name}.svg`, "image/svg+xml", svgText(picture()))],
    [words.as_png, () => savePng(picture(), `${name}.png`)],
    [words.as_json, () => save(`${name}.json`, "application/json", plain())],
    [words.as_csv, () => saveCsv(name, answersCsv(data))],
  ]);
}
