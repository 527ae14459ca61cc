// Where each word of one answer looked, and how likely each was: a table that is its own picture.

import { inkOn, weightColour } from "../../stage/colours.js";
import { chance, fixed, h, nameOf, spoken } from "../../stage/dom.js";

/** @param {any} ui @param {string[]} turn @param {import("./read.js").Answer} one
 * @param {boolean} looks */
export function looksOf(ui, turn, one, looks) {
  const { words } = ui;
  const read = looks ? turn : [];
  const cell = (weight) => {
    const fill = weightColour(weight);
    return h(
      "td",
      { class: "heed-look-cell", style: `background:${fill};color:${inkOn(fill)}` },
      fixed(weight, 2).replace("0.", "."),
    );
  };
  return h(
    "div",
    { class: "heed-look-scroll", tabindex: 0, role: "region", "aria-label": words.looks },
    h(
      "table",
      { class: "heed-look-table" },
      h("caption", { class: "heed-live" }, words.looks_help),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, h("span", { class: "heed-live" }, words.word)),
          h("th", { scope: "col", class: "heed-look-p" }, words.probability),
          read.map((word) =>
            h("th", { scope: "col", class: "heed-look-word" }, spoken(ui, "source", word)),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        one.parts.map(({ label, log_prob, weights }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, spoken(ui, "target", nameOf(ui, label))),
            h("td", { class: "heed-look-p" }, chance(Math.exp(log_prob))),
            weights.map(cell),
          ),
        ),
      ),
    ),
  );
}
