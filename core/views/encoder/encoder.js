// A sentence as the encoder reads it: the rows fill while the player walks, and below stands what
// happens at the word that is read now.

import { reach } from "../../stage/colours.js";
import { classes, fill, fixed, h, help, piece, spoken, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, saveCsv } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { playerView } from "../../stage/player.js";
import { table } from "../../stage/table.js";
import { token } from "../../stage/trace.js";
import { cardsView } from "./cards.js";
import { small } from "./drawing.js";
import { filled, handed, openness, placeOf, readRows, stepFor, stepsOf } from "./read.js";
import { gatesCsv } from "./take.js";

/** @typedef {import("../../stage/wire").EncoderPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountEncoder(root, data) {
  const words = data.strings;
  const source = data.source.map(token);
  const { size, rows } = readRows(data);
  const steps = stepsOf(size, rows);
  const sweeps = rows.filter((row) => row.kind === "sweep");
  const recurrent = sweeps.length > 0;
  const both = sweeps.some((row) => row.backward);
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const wanted = Number.isInteger(data.step) ? data.step : recurrent ? Math.min(2, size - 1) : 1;
  Object.assign(ui, {
    now: Math.max(0, Math.min(steps.length - 1, wanted)),
    table: Boolean(data.table),
    go: (step) => change({ now: Math.max(0, Math.min(steps.length - 1, step)) }),
    limits: Object.fromEntries(
      ["embedded", "sweep", "layer", "memory"].map((kind) => [
        kind,
        reach(rows.filter((row) => row.kind === kind).flatMap((row) => row.values)),
      ]),
    ),
    cellLimit: reach(sweeps.flatMap((row) => row.cells ?? [])),
    rowName,
    summary,
  });

  function rowName(row) {
    if (row.kind === "embedded") return words.row_embedded;
    if (row.kind === "memory") return words.row_memory;
    if (row.kind === "layer" || !both) return fill(words.row_layer, { layer: row.layer });
    return fill(words[row.backward ? "row_backward" : "row_forward"], { layer: row.layer });
  }

  function summary() {
    const step = steps[ui.now];
    if (step.over) return words[recurrent ? "summary_over" : "summary_over_all"];
    const read = rows
      .filter((row) => row.layer === step.layer)
      .map((row) => [row, placeOf(row, step, size)])
      .filter(([, place]) => place != null);
    return read
      .map(([row, place]) =>
        place === -1
          ? fill(words.summary_all, { row: rowName(row) })
          : fill(words.summary_one, { row: rowName(row), token: source[place].piece }),
      )
      .join(" · ");
  }

  function change(what) {
    Object.assign(ui, what);
    update();
    data.onStep?.(self);
  }

  // The picture: a column a token, a row a layer and direction.
  const cells = rows.map((row) =>
    source.map((one, place) => {
      const strip = small(ui, () => [rowName(row), one.piece]);
      const node = h(
        "td",
        { onclick: () => ui.go(stepFor(row, place, steps, size)) },
        strip,
        handed(row, place, size)
          ? h("span", { class: "heed-handed", title: words.handed_help }, words.handed)
          : null,
      );
      return { row, place, node, strip };
    }),
  );
  const heads = source.map((one) =>
    h("th", { scope: "col" }, spoken(ui, "source", ...piece(one.piece))),
  );
  const names = rows.map((row) =>
    h(
      "th",
      { scope: "row" },
      h("span", { class: "heed-row-name" }, rowName(row)),
      row.kind === "sweep" && both
        ? h("span", { class: "heed-way", "aria-hidden": "true" }, row.backward ? "←" : "→")
        : null,
    ),
  );
  const grid = h(
    "div",
    { class: "heed-scroll heed-encoding", tabindex: 0, role: "region", "aria-label": words.grid },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("td", {}), heads)),
      h(
        "tbody",
        {},
        rows.map((row, i) =>
          h(
            "tr",
            { class: `heed-of-${row.kind}` },
            names[i],
            cells[i].map(({ node }) => node),
          ),
        ),
      ),
    ),
  );
  const cards = cardsView(ui, data, { rows, steps, size, source, sweeps });
  const tables = h("div", { class: "heed-tables" });
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const player = playerView(ui, { steps });
  const names_ = filesOf(data, "heed-encoder");

  stage.append(
    h(
      "div",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.grid_title),
        h("span", { class: "heed-info" }, data.cell),
        help(words[recurrent ? "grid_help" : "grid_help_all"], words.grid_title),
      ),
      grid,
    ),
    cards.node,
    h(
      "div",
      { class: "heed-foot" },
      player.node,
      h(
        "div",
        { class: "heed-bar-foot" },
        asTable.node,
        menu(words.download, [
          [words.as_csv, () => saveCsv(names_(), gatesCsv(source, rows, rowName))],
        ]),
        waiting,
      ),
    ),
    tables,
  );

  function update() {
    const step = steps[ui.now];
    const read = new Set();
    for (const line of cells)
      for (const { row, place, node, strip } of line) {
        const at = placeOf(row, step, size);
        const now = at === place || at === -1;
        const there = filled(row, place, step, size);
        if (now) read.add(place);
        node.className = classes({
          "heed-there": there,
          "heed-now": now,
          "heed-over":
            step.over && (handed(row, place, size) || (row.kind === "memory" && data.attends)),
        });
        strip.update(there ? row.values[place] : null, ui.limits[row.kind]);
      }
    heads.forEach((node, place) => {
      node.className = classes({ "heed-read-now": !step.over && recurrent && read.has(place) });
    });
    cards.update();
    asTable.current(ui.table);
    tables.replaceChildren(...(ui.table ? [numbers()] : []));
    player.update();
    const now = grid.querySelector(".heed-now");
    const box = now?.parentElement && grid.getBoundingClientRect();
    if (box && grid.scrollWidth > grid.clientWidth) {
      const place = now.getBoundingClientRect();
      if (place.left < box.left + 120 || place.right > box.right)
        grid.scrollLeft += place.left - box.left - box.width / 2;
    }
    if (!player.playing()) ui.say(summary());
  }

  // How open each gate is at each word; of what has no gates how long each state is.
  function numbers() {
    const lines = sweeps.flatMap((row) =>
      row.gates.map(({ name, values }) => [
        `${rowName(row)}: ${words[`gate_${name}`]}`,
        ...values.map((one) => fixed(100 * openness(one), 1)),
      ]),
    );
    const lengths = rows.map((row) => [
      fill(words.length_of, { row: rowName(row) }),
      ...row.values.map((one) => fixed(Math.hypot(...one), 2)),
    ]);
    return table(
      words[lines.length ? "table_gates" : "table_lengths"],
      ["", ...source.map((one) => spoken(ui, "source", one.piece))],
      [...lines, ...lengths],
    );
  }

  const self = {
    paint,
    busy,
    address: () => ({ step: ui.now + 1, table: ui.table ? 1 : null }),
    go: ({ step, table }) => (table === "1") === ui.table && player.goes(Number(step) - 1),
    kept: (next) =>
      next.typed === data.typed && next.model === data.model
        ? { step: ui.now, table: ui.table }
        : { table: ui.table },
    destroy() {
      player.stop();
      destroy();
    },
  };
  begin({
    key: (event) => player.key(event.key),
    arrange: update,
    redraw: update,
  });
  update();
  return self;
}
