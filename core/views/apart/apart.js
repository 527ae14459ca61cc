// One score taken apart: the query, the key, their lengths and directions, and the terms of the
// sum.

import { decodeArray } from "../../stage/codec.js";
import { fill, fixed, h, help, nameOf, piece, spoken, tableToggle } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { token } from "../../stage/trace.js";
import { cellView } from "./cell.js";
import { betweenView, keysView } from "./keys.js";
import { mapView } from "./map.js";
import { apartTables } from "./tables.js";
import { termsView } from "./terms.js";

function readApart(data) {
  const read = (part) => part && { ...part, values: decodeArray(part.values) };
  const probe = read(data.probe);
  const cosines = decodeArray(data.cosines);
  return {
    ...data,
    probe,
    cosines,
    source: data.source.map(token),
    token: token(data.token),
    query: read(data.query),
    keys: read(data.keys),
    parts: data.parts.map(read),
    terms: read(data.terms),
    norms: { ...data.norms, keys: decodeArray(data.norms.keys) },
    met: probe ? decodeArray(data.probe_cosines) : cosines, // the cosines that count
    bent: Boolean(probe) && probe.name !== data.query.name, // something stands between query and keys
    scores: decodeArray(data.scores),
    own: decodeArray(data.own), // what the score function alone makes of them
    gaussian: data.gaussian && decodeArray(data.gaussian),
    weights: decodeArray(data.weights),
    divisor: data.divisors.reduce((product, [, value]) => product * value, 1),
  };
}

let aparts = 0;

/** @typedef {import("../../stage/wire").ApartPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountApart(root, data) {
  const cell = readApart(data);
  const last = cell.source.length - 1;
  const words = data.strings;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const here = (j) => Number.isInteger(j) && j >= 0 && j <= last;
  Object.assign(ui, {
    id: (aparts += 1),
    column: here(data.chosen) ? data.chosen : data.column,
    table: Boolean(data.table),
    order:
      data.order || (cell.terms && cell.terms.name === "stretched_products" ? "given" : "sorted"),
    called: (j) => {
      const { piece: called } = cell.source[j];
      return fill(words.quoted, { text: called.replace("▁", "") || called });
    },
    told: (j) => [
      nameOf(ui, cell.source[j].piece),
      `${words.length_key} ${fixed(cell.norms.keys[j], 4)}`,
      `${words.cosine} ${fixed(cell.met[j], 4)}`,
      `${words.score} ${fixed(cell.scores[j], 4)}`,
      `${words.weight} ${fixed(cell.weights[j], 5)}`,
    ],
    point: (j) => views.forEach((view) => view.light(j)),
    choose: (j) => change({ column: Math.max(0, Math.min(last, j)) }),
    sort: (order) => change({ order }),
  });
  const change = (what) => {
    Object.assign(ui, what);
    update();
    if (data.onStep) data.onStep(self);
  };
  const parts = {
    vectors: cellView(ui, cell),
    map: mapView(ui, cell),
    keys: keysView(ui, cell),
    between: cell.bent ? betweenView(ui, cell) : null,
    terms: cell.terms ? termsView(ui, cell) : null,
    tables: apartTables(ui, cell),
  };
  const views = Object.values(parts).filter((view) => view != null);
  const node = (part) => (part ? part.node : null);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const source = h("b", { class: "heed-source" });
  const written = h("b", { class: "heed-target" }, spoken(ui, "target", piece(cell.token.piece)));
  const size = (shape) => (shape.length ? shape.join(" × ") : "1");
  const title = words.cell
    .split(/(\{\w+\})/)
    .map((part) => ({ "{source}": source, "{token}": written })[part] || part);
  const parameters = cell.parameters.map(([name, shape]) => `${name} ${size(shape)}`).join(", ");

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      asTable.node,
      help(cell.head ? words.about_head : words.about, words.title),
      h(
        "span",
        { class: "heed-info" },
        fill(words.made_by, { step: cell.step + 1, model: cell.model, score: cell.score }),
        cell.head ? ` · ${cell.head}` : null,
        " · ",
        parameters || words.no_parameters,
      ),
      data.whatif ? h("span", { class: "heed-apart-whatif" }, words.whatif) : null,
      waiting,
    ),
    h(
      "div",
      { class: "heed-top" },
      h(
        "section",
        { class: "heed-pane" },
        h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, title)),
        parts.vectors.node,
      ),
      h(
        "section",
        { class: "heed-pane" },
        h(
          "div",
          { class: "heed-pane-head" },
          h("h2", { class: "heed-tag" }, words.map),
          help(cell.probe ? words.map_help : words.map_other_help, words.map),
        ),
        parts.map.node,
      ),
    ),
    h(
      "div",
      { class: `heed-flow heed-apart-flow${parts.terms ? "" : " heed-apart-alone"}` },
      h("div", {}, parts.keys.node, last < 14 ? node(parts.between) : null),
      h("div", {}, node(parts.terms), last < 14 ? null : node(parts.between)),
    ),
    parts.tables.node,
  );

  function update() {
    source.replaceChildren(spoken(ui, "source", piece(cell.source[ui.column].piece)));
    asTable.current(ui.table);
    views.forEach((view) => view.update());
    ui.say(ui.told(ui.column).join(", "));
  }

  const self = {
    paint,
    busy,
    destroy,
    address: () => ({}),
    // What stays when other data comes: the order and the table, and the key where it is the same
    // cell.
    kept: (next) => ({
      order: ui.order,
      table: ui.table,
      ...(next.column === data.column && JSON.stringify(next.scores) === JSON.stringify(data.scores)
        ? { chosen: ui.column }
        : {}),
    }),
  };
  update();
  begin({
    key(event, within, origin) {
      if (!within) return false;
      const term = origin.closest("[role=slider]");
      if (term) return term.step(event.key);
      const place = { ArrowUp: ui.column - 1, ArrowDown: ui.column + 1, Home: 0, End: last }[
        event.key
      ];
      if (place == null || !origin.matches("[role=listbox]")) return event.key === "Escape";
      ui.choose(place);
      return true;
    },
    arrange: update,
    redraw: update,
  });
  return self;
}
