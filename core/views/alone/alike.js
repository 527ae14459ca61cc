// How alike the layers of each model look, and what it saves that some share their weights.

import { decodeFlat } from "../../stage/codec.js";
import { counted, fill, fixed, h, help } from "../../stage/dom.js";
import { gridView } from "../../stage/grid.js";

/**
 * What a model saves by sharing and by factors, sentence by sentence.
 * @param {{ spared: number, factored: number, grouped: boolean, parameters: number }} side
 * @param {Record<string, string>} words
 * @param {string} language
 */
export function saved({ spared, factored, grouped, parameters }, words, language) {
  const told = [];
  const number = (value) => counted(language, value);
  if (spared)
    told.push(fill(words[grouped ? "spared_grouped" : "spared"], { spared: number(spared) }));
  if (factored) told.push(fill(words.factored, { factored: number(factored) }));
  const whole = number(parameters + spared + factored);
  told.push(fill(words.saved, { parameters: number(parameters), whole }));
  return told.join(" ");
}

export function alikeView(ui, data) {
  const { words } = ui;
  const shown = ["reader", "writer"].map((name) => data[name]).filter((side) => side?.alike);
  if (!shown.length) return null;
  const grids = shown.map((side) => {
    const values = decodeFlat(side.alike);
    const count = Math.sqrt(values.length);
    const layers = Array.from({ length: count }, (_, i) => String(i + 1));
    const grid = gridView(ui, {
      axes: [words.layer, words.layer],
      rows: layers,
      columns: layers,
      rowsAre: "context",
      columnsAre: "context",
      small: true,
      label: `${words.alike}: ${side.model}`,
      called: (i, j) => fill(words.layers_of, { first: i + 1, second: j + 1 }),
      tell: (i, j) => [`${words.alike_value} ${fixed(values[i * count + j], 3)}`],
    });
    return { side, values, count, grid };
  });
  const apart = ({ values, count }) => {
    let total = 0;
    for (let i = 0; i < count; i += 1)
      for (let j = 0; j < i; j += 1) total += values[i * count + j];
    return total / ((count * (count - 1)) / 2);
  };
  const node = h(
    "section",
    { class: "heed-pane heed-alone-alike" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, words.alike),
      help(words.alike_help, words.alike),
    ),
    h(
      "div",
      { class: "heed-alone-grids" },
      grids.map(({ side, grid, ...one }) =>
        h(
          "figure",
          {},
          h("figcaption", {}, h("bdi", {}, side.model)),
          grid.node,
          h("p", { class: "heed-note" }, fill(words.alike_mean, { value: fixed(apart(one), 3) })),
          side.spared + side.factored
            ? h("p", { class: "heed-alone-spared" }, saved(side, words, ui.language))
            : null,
        ),
      ),
    ),
  );
  return {
    node,
    layout: () => grids.forEach(({ grid }) => grid.layout(320)),
    update: () =>
      grids.forEach(({ values, count, grid }) =>
        grid.update({
          values,
          visible: null,
          kind: "weights",
          limit: 1,
          current: null,
          upTo: count - 1,
        }),
      ),
  };
}
