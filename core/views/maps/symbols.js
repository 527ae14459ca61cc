// What the parts of a cell are written with: heads with formulas, bars of terms.

import { largest } from "../../stage/colours.js";
import { h, help, math } from "../../stage/dom.js";

export const dot = (a, b) => a.reduce((total, value, i) => total + value * b[i], 0);

export const entropyOf = (weights) =>
  -weights.reduce((total, w) => total + (w > 0 ? w * Math.log(w) : 0), 0);

// Words with formulas or elements in them, by their names in braces.
export const mixed = (text, parts) =>
  text.split(/(\{\w+\})/).map((part) => parts[part.slice(1, -1)] || part);

export const numbered = (nr, title, formula, about) =>
  h(
    "div",
    { class: "heed-panel-head" },
    h(
      "h3",
      {},
      h("span", { class: "heed-nr" }, String(nr)),
      title,
      about ? help(about, title) : null,
    ),
    formula ? h("div", { class: "heed-formula" }, math(formula)) : null,
  );

// Bars up and down from zero, one a dimension; hovering tells which.
export function termBars(ui, name) {
  const node = h("div", { class: "heed-cell-bars", role: "img", "aria-label": name });
  let bars = [];
  node.update = (values, told) => {
    const limit = largest(values) || 1;
    if (bars.length !== values.length) {
      bars = Array.from(values, (_, i) =>
        h(
          "i",
          { onmousemove: (event) => ui.tip(event, bars[i].told), onmouseleave: () => ui.tip(null) },
          h("b"),
        ),
      );
      node.replaceChildren(...bars);
    }
    bars.forEach((bar, i) => {
      const share = (50 * Math.abs(values[i])) / limit;
      bar.told = told(i);
      bar.firstChild.className = values[i] < 0 ? "heed-below" : "";
      bar.firstChild.style.cssText = `height:${share}%;${values[i] < 0 ? "top" : "bottom"}:50%`;
    });
  };
  return node;
}
