// A table of bars: one row an explanation, one column a source word, all on one scale.

import { fixed, h, rounded, spoken } from "../../stage/dom.js";

/** One number of a row as a cell: its share in digits, and as the length of a bar. */
export function cell(ui, { share, value }, told) {
  const text = fixed(rounded(share, 2), 2);
  return h(
    "td",
    {
      class: `heed-share${share < 0 ? " heed-against" : ""}`,
      onmousemove: (event) => ui.tip(event, told(value, share)),
      onmouseleave: () => ui.tip(null),
    },
    h("span", {}, text),
    h("i", { style: `width:${(100 * Math.abs(share)).toFixed(2)}%`, "aria-hidden": "true" }),
  );
}

/** The head of the columns: what each source word is called, in the order of `places`. */
export const heads = (ui, places) =>
  places.map((j) =>
    h(
      "th",
      { scope: "col", class: "heed-source heed-word-head" },
      spoken(ui, "source", ui.sources[j].label),
    ),
  );

/** A table of a few distributions over the source, such as weights before and after.
 * @param {any} ui @param {string} caption @param {[string, number[]][]} rows of pieces */
export function fewRows(ui, caption, rows) {
  const places = ui.sources.map((_, j) => j);
  const sums = (weights) =>
    ui.sources.map(({ items }) => items.reduce((a, i) => a + weights[i], 0));
  return h(
    "div",
    { class: "heed-scroll", tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      { class: "heed-explained heed-few" },
      h("thead", {}, h("tr", {}, h("td", {}), heads(ui, places))),
      h(
        "tbody",
        {},
        rows.map(([name, weights]) => {
          const all = sums(weights);
          return h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            places.map((j) =>
              cell(ui, { share: all[j], value: all[j] }, () => [
                `${name} · ${ui.sources[j].label}`,
                fixed(all[j], 4),
              ]),
            ),
          );
        }),
      ),
    ),
  );
}
