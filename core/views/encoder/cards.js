// What happens at the word that is read now: a card for each direction, or what is handed over.

import { classes, fill, fixed, h, help, math, spoken, strip } from "../../stage/dom.js";
import { gateStrip } from "./drawing.js";
import { before, handed, openness, placeOf } from "./read.js";

/** @param {any} ui @param {any} data
 * @param {{ rows: any[], steps: any[], size: number, source: any[], sweeps: any[] }} read */
export function cardsView(ui, data, { rows, steps, size, source, sweeps }) {
  const { words } = ui;
  const node = h("div", { class: "heed-encoder-cards" });

  const line = (name, drawn, note, formula) =>
    h(
      "div",
      { class: "heed-encoder-line" },
      h("span", { class: "heed-encoder-name" }, name),
      drawn,
      h("span", { class: "heed-encoder-note" }, note ?? ""),
      formula ? h("span", { class: "heed-encoder-formula" }, math(formula)) : null,
    );

  // A vector with its length beside it; a dash where there is none yet: the state is all zeros.
  function vector(name, values, limit, formula) {
    const label = name;
    if (!values)
      return line(name, h("span", { class: "heed-encoder-zeros" }, words.zeros), "", formula);
    const drawn = strip(ui, "", label);
    drawn.update(values, limit);
    return line(
      name,
      drawn,
      fill(words.length_short, { value: fixed(Math.hypot(...values), 2) }),
      formula,
    );
  }

  function gate({ name, values }, place) {
    const called = words[`gate_${name}`];
    const drawn = gateStrip(ui, called);
    drawn.update(values[place]);
    const open = `${fixed(100 * openness(values[place]), 0)}%`;
    return line(called, drawn, fill(words.open, { share: open }), data.formulas[name]);
  }

  function sweepCard(row, place) {
    const from = before(row, place, size);
    const given = row.layer === 1 ? ui.limits.embedded : ui.limits.sweep;
    const after = fill(words[handed(row, place, size) ? "after_last" : "after"], {});
    return h(
      "section",
      { class: "heed-encoder-card", "data-present": "" },
      h(
        "h3",
        {},
        ui.rowName(row),
        " ",
        spoken(ui, "source", source[place].piece),
        row.gates.length ? help(gatesHelp(row), words.gates_title) : null,
      ),
      vector(words[row.layer === 1 ? "reads" : "reads_below"], row.given[place], given),
      vector(words.before, from == null ? null : row.values[from], ui.limits.sweep),
      row.gates.map((one) => gate(one, place)),
      row.gates.length
        ? vector(words.candidate, row.candidate[place], 1, data.formulas.candidate)
        : null,
      row.cells ? vector(words.cell, row.cells[place], ui.cellLimit, data.formulas.cell) : null,
      vector(after, row.values[place], ui.limits.sweep, data.formulas.state),
    );
  }

  const gatesHelp = (row) =>
    [...row.gates.map(({ name }) => words[`help_${name}`]), words.open_help].join(" ");

  function layerCard(row) {
    return h(
      "section",
      { class: "heed-encoder-card heed-wide-card", "data-present": "" },
      h("h3", {}, ui.rowName(row)),
      h("p", { class: "heed-note" }, words[row.kind === "embedded" ? "all_embedded" : "all_layer"]),
      source.map((one, place) =>
        vector(spoken(ui, "source", one.piece), row.values[place], ui.limits[row.kind]),
      ),
    );
  }

  // The ends of all directions side by side, layer by layer, and what else the decoder gets.
  function overCard() {
    const ends = sweeps.map((row) => [row, row.backward ? 0 : size - 1]);
    return h(
      "section",
      { class: "heed-encoder-card heed-wide-card", "data-present": "" },
      h("h3", {}, words.over_title),
      h("p", { class: "heed-note" }, sweeps.length ? words.over_state : words.over_all),
      sweeps.length && data.attends ? h("p", { class: "heed-note" }, words.over_memory) : null,
      sweeps.length && !data.attends ? h("p", { class: "heed-note" }, words.over_alone) : null,
      ends.flatMap(([row, place]) => [
        vector(
          fill(words.over_part, { row: ui.rowName(row), token: source[place].piece }),
          row.values[place],
          ui.limits.sweep,
        ),
        row.cells
          ? vector(
              fill(words.over_cell, { row: ui.rowName(row), token: source[place].piece }),
              row.cells[place],
              ui.cellLimit,
            )
          : null,
      ]),
    );
  }

  function update() {
    const step = steps[ui.now];
    const cards = step.over
      ? [overCard()]
      : rows
          .map((row) => [row, placeOf(row, step, size)])
          .filter(([, place]) => place != null)
          .map(([row, place]) => (place === -1 ? layerCard(row) : sweepCard(row, place)));
    node.className = classes({ "heed-encoder-cards": true, "heed-over-cards": step.over });
    node.replaceChildren(...cards);
  }

  return { node, update };
}
