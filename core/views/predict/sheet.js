// The exercises on paper: A4, with the answers or without.

import { fill, fixed, h, piece, spoken } from "../../stage/dom.js";
import { labelled, mapView, rowView, runsOf } from "./choose.js";
import { CHIPS } from "./judge.js";

const LETTERS = "abcdefgh";

// Ten circles a word, filled where ten chips come nearest to what the model did.
const chips = (ui, item, answers) =>
  h(
    "table",
    { class: "heed-paper-chips" },
    item.sources.map((word, i) =>
      h(
        "tr",
        {},
        h("th", {}, spoken(ui, "source", word)),
        h(
          "td",
          {},
          Array.from({ length: CHIPS }, (_, n) =>
            h("i", { class: `heed-chip ${answers && n < item.best[i] ? "" : "heed-empty"}` }),
          ),
        ),
        h("td", { class: "heed-value" }, answers ? fixed(item.row[i], 2) : ""),
      ),
    ),
  );

const softmax = (ui, item, answers) =>
  h(
    "table",
    { class: "heed-paper-chips" },
    h(
      "tr",
      {},
      ["", ui.words.score_column, ui.words.weight, answers ? ui.words.the_model : ""].map((one) =>
        h("th", { scope: "col" }, one),
      ),
    ),
    item.sources.map((word, i) =>
      h(
        "tr",
        { class: answers && item.wrong[i] !== item.row[i] ? "heed-paper-right" : "" },
        h("th", {}, spoken(ui, "source", word)),
        h("td", { class: "heed-value" }, fixed(item.scores[i], 2)),
        h("td", { class: "heed-value" }, fixed(item.wrong[i], 3)),
        h("td", { class: "heed-value" }, answers ? fixed(item.row[i], 3) : ""),
      ),
    ),
  );

const options = (ui, item, answers) => [
  item.clues.length ? mapView(item.sources, item.clues[0]) : null,
  h(
    "ol",
    { class: "heed-paper-options", type: "a" },
    item.options.map((option, i) =>
      h(
        "li",
        { class: answers && i === item.right ? "heed-paper-right" : "" },
        h("span", { class: "heed-paper-box" }, answers && i === item.right ? "☒" : "☐"),
        ` ${LETTERS[i]})  `,
        labelled(ui, item, option),
        option.row.length ? rowView(ui, item.sources, option.row) : null,
      ),
    ),
  ),
];

/** @param {any} ui @param {any} data @param {boolean} answers */
export function sheetView(ui, data, answers) {
  const { words } = ui;
  return [
    h(
      "header",
      {},
      h("h2", {}, answers ? words.sheet_answers : words.title),
      answers ? null : h("p", { class: "heed-paper-name" }, words.sheet_name),
      h("p", { class: "heed-sentence heed-source" }, spoken(ui, "source", data.typed)),
      h(
        "p",
        { class: "heed-info" },
        fill(words.sheet_made, { model: data.model, seed: data.seed }),
      ),
    ),
    h(
      "ol",
      { class: "heed-paper-list" },
      data.exercises.map((item) =>
        h(
          "li",
          { class: `heed-paper-${item.kind}` },
          h("h3", {}, words[`kind_${item.kind}`]),
          item.ask.map((told) => h("p", {}, runsOf(ui, told))),
          item.kind === "token"
            ? h(
                "p",
                { class: "heed-target" },
                item.written.flatMap((one) => [spoken(ui, "target", ...piece(one)), " "]),
                "____",
              )
            : null,
          item.kind === "row"
            ? chips(ui, item, answers)
            : item.kind === "softmax"
              ? softmax(ui, item, answers)
              : options(ui, item, answers),
          answers
            ? h(
                "ul",
                { class: "heed-paper-why" },
                item.why.map((told) => h("li", {}, runsOf(ui, told))),
              )
            : null,
        ),
      ),
    ),
  ];
}
