// The last state of each token in both orders: how far it moved, under each condition.

import { fill, fixed, h, piece } from "../../stage/dom.js";
import { scrolling } from "../../stage/overflow.js";
import { tiny } from "../../stage/powers.js";

// Under which conditions both orders were read, as the words call them.
const NAMES = ["with", "without", "unmasked"];

// One for each row of `moved` and `cosines`.
export const readConditions = (moved, cosines) =>
  moved.map((row, i) => ({
    name: NAMES[i],
    moved: row,
    cosines: cosines[i],
    furthest: Math.max(...row),
  }));

export function statesTable(ui, { source, to, conditions }) {
  const { words } = ui;
  const scale = conditions[0].furthest || 1;
  const cells = ({ moved, cosines }, i, c) => [
    h(
      "td",
      { class: "heed-order-far" },
      h(
        "div",
        { class: "heed-cell-pair" },
        h("span", { class: "heed-value" }, c ? tiny(moved[i]) : fixed(moved[i], 3)),
        h(
          "div",
          { class: "heed-bar" },
          h("i", { style: `width:${Math.min(100, (100 * moved[i]) / scale)}%` }),
        ),
      ),
    ),
    h("td", {}, fixed(cosines[i], 3)),
  ];
  const rows = source.map((one, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "heed-source", lang: ui.tongues?.source }, piece(one.piece)),
      h("td", {}, `${i} → ${to.get(i)}`),
      conditions.flatMap((one, c) => cells(one, i, c)),
    ),
  );
  const heads = [
    "",
    words.moved_to,
    ...conditions.flatMap(({ name }) => [words[`far_${name}`], words.cosine]),
  ];
  return scrolling(
    h(
      "div",
      { class: "heed-scroll", tabindex: 0, role: "region", "aria-label": words.states },
      h(
        "table",
        { class: "heed-order-states" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            heads.map((text) => h("th", { scope: "col" }, text)),
          ),
        ),
        h("tbody", {}, rows),
      ),
    ),
  );
}

// What that comes to, in a sentence.
export const verdict = (words, conditions) =>
  fill(
    words.verdict,
    Object.fromEntries(conditions.map(({ name, furthest }) => [name, tiny(furthest)])),
  );
