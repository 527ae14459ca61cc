// What stands above a cell, and what stands in its place for a mean.

import { fill, fixed, h, piece, spoken } from "../../stage/dom.js";
import { mixed } from "./symbols.js";

// Which cell, and whatever stands in the way of its numbers.
export function cellHeading({ words, maps, ui, onClose }, block, i, j) {
  const sentence = !block.visible[i * block.columns.length + j]
    ? words.cell_masked
    : words[block.chosen ? "cell" : "cell_mean"];
  const parts = {
    query: h(
      "b",
      { class: `heed-${block.rowsAre}` },
      spoken(ui, block.rowsAre, piece(block.rows[i])),
    ),
    key: h(
      "b",
      { class: `heed-${block.columnsAre}` },
      spoken(ui, block.columnsAre, piece(block.columns[j])),
    ),
  };
  const read =
    !block.grows || !block.chosen
      ? null
      : i
        ? block.rows[i - 1]
        : (maps.blocks.self?.columns[0] ?? "<s>");
  return [
    h(
      "div",
      { class: "heed-pane-head" },
      h(
        "h2",
        { class: "heed-tag heed-cell-tag" },
        mixed(sentence, parts),
        " · ",
        maps.title(ui, ui.head),
      ),
      h(
        "button",
        { type: "button", class: "heed-toggle", "data-act": "close", onclick: onClose },
        words.close,
      ),
    ),
    read
      ? h(
          "p",
          { class: "heed-note heed-cell-read" },
          fill(words.query_of, { read, token: block.rows[i] }),
        )
      : null,
  ];
}

// A mean has no query and no key: the weights it is the mean of, and the way to each.
export function meanOf({ words, maps, onHead }, block, [i, j]) {
  const at = i * block.columns.length + j;
  const name = `${block.name}.${block.layer}`;
  return [
    h(
      "p",
      { class: "heed-cell-why" },
      fill(words.no_mean, {
        count: block.heads,
        weight: fixed(maps.values(name, "weights")[at], 3),
      }),
    ),
    h(
      "div",
      { class: "heed-cell-shares heed-cell-of-mean" },
      Array.from({ length: block.heads }, (_, head) => {
        const weight = maps.values(`${name}.${head + 1}`, "weights")[at];
        const text = fill(words.head_nr, { head: head + 1 });
        return h(
          "button",
          {
            type: "button",
            class: "heed-cell-share",
            "aria-label": `${text}: ${fixed(weight, 3)}`,
            onclick: () => onHead(`${name}.${head + 1}`),
          },
          h("span", {}, text),
          h("span", { class: "heed-bar" }, h("i", { style: `width:${100 * weight}%` })),
          h("span", { class: "heed-value" }, fixed(weight, 3)),
        );
      }),
    ),
  ];
}
