// The bridge: one step and one source token in a recurrent model and in one head of a Transformer.

import { kindChoice } from "../../stage/choices.js";
import { largest } from "../../stage/colours.js";
import { chance, fill, fixed, h, help, segments, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { gridView } from "../../stage/grid.js";
import { legend } from "../../stage/legend.js";
import { lightly } from "../../stage/plates.js";
import { playerView } from "../../stage/player.js";
import { sightView } from "../../stage/sight.js";
import { bridgeCsv, bridgeDrawing, bridgeTables } from "./crossing.js";
import { bridgeCell, readBridge } from "./read.js";
import { rowsView } from "./sides.js";

let bridges = 0;

/** @typedef {import("../../stage/wire").BridgePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountBridge(root, data) {
  const bridge = readBridge(data);
  const words = data.strings;
  const { left, right } = bridge;
  const end = bridge.steps - 1;
  const last = bridge.columns - 1;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const within = (n, most) => Number.isInteger(n) && n >= 0 && n <= most;
  const [layer, head] = String(data.head || "")
    .split(".")
    .map((n) => Number(n) - 1);
  const known =
    within(layer, right.layers - 1) && within(head, right.heads - 1)
      ? [layer, head]
      : right.nearest;
  const heaviest = (weights) => weights.indexOf(Math.max(...weights));
  Object.assign(ui, {
    id: (bridges += 1),
    now: within(data.step, end) ? data.step : Math.floor(end / 2),
    layer: known[0],
    head: known[1],
    kind: data.view === "scores" ? "scores" : "weights",
    table: Boolean(data.table),
    called: (one) => fill(words.quoted, { text: one.piece.replace("▁", "") || one.piece }),
    go: (step) => change({ now: Math.max(0, Math.min(end, step)) }),
    choose: (column) => change({ column: Math.max(0, Math.min(last, column)) }),
    summary: () => {
      const cell = bridgeCell(bridge, ui);
      const looks = (side) => ({
        source: ui.called(bridge.source[heaviest(side.weights)]),
        weight: fixed(Math.max(...side.weights), 2),
      });
      const [one, other] = [looks(cell.left), looks(cell.right)];
      return fill(words.summary_both, {
        step: ui.now + 1,
        steps: end + 1,
        token: ui.called(bridge.target[ui.now]),
        left: one.source,
        a: one.weight,
        right: other.source,
        b: other.weight,
        place: fill(words.place, { layer: ui.layer + 1, head: ui.head + 1 }),
      });
    },
  });
  // A link names the source token from 1; else it is the one that the recurrent model looks at
  // most.
  const asked = Number(data.source_token) - 1;
  ui.column = within(asked, last) ? asked : heaviest(left.weights[ui.now]);
  ui.limit = Math.max(
    1e-9,
    largest(bridge.map("left", "scores", 0)),
    ...right.scores.map((one) => largest(one)),
  );

  const change = (what) => {
    Object.assign(ui, what);
    update();
    if (data.onStep) data.onStep(self);
  };
  const titles = [left.model, right.model];
  const tokens = (list) => list.map((one) => one.piece);
  const grids = titles.map((model) =>
    gridView(ui, {
      rows: tokens(bridge.target),
      columns: tokens(bridge.source),
      rowsAre: "target",
      columnsAre: "source",
      axes: [words.axis_query, words.axis_key],
      label: `${model}: ${words.map_label}`,
      onCell: (now, column) => {
        player.stop();
        change({ now, column });
      },
    }),
  );
  grids.forEach((grid) => grid.node.classList.add("heed-chosen-cell"));
  const sights = grids.map((grid) => sightView(ui, grid));
  const kinds = kindChoice(ui, change);
  const layers = segments(
    words.layer,
    Array.from({ length: right.layers }, (_, i) => [i, String(i + 1)]),
    (one) => change({ layer: one }),
  );
  const heads = segments(
    words.head,
    Array.from({ length: right.heads }, (_, i) => [i, String(i + 1)]),
    (one) => change({ head: one }),
  );
  // Until another is chosen it stays so.
  const alike = () => right.nearest[0] === ui.layer && right.nearest[1] === ui.head;
  const near = h(
    "button",
    {
      type: "button",
      class: "heed-toggle",
      onclick: () => change({ layer: right.nearest[0], head: right.nearest[1] }),
    },
    words.nearest,
  );
  const far = h("span");
  const likely = [h("span", { class: "heed-info" }), h("span", { class: "heed-info" })];
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const rows = rowsView(ui, bridge, data.formulas);
  const player = playerView(ui, { steps: bridge.target });
  const scale = legend(ui);
  const tables = h("div", { class: "heed-tables" });
  const name = filesOf(data, `heed-bridge-${right.model}`);
  const light = lightly(ui, stage);
  const drawing = () => bridgeDrawing(light, data.typed, bridge, bridgeCell(bridge, ui), grids);
  const take = menu(words.download, [
    [words.as_svg, () => save(`${name(ui.now)}.svg`, "image/svg+xml", svgText(drawing()))],
    [words.as_png, () => savePng(drawing(), `${name(ui.now)}.png`)],
    [words.as_csv, () => saveCsv(name(), bridgeCsv(ui, bridge))],
  ]);
  const pane = (i, ...controls) =>
    h(
      "section",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag heed-bridge-model" }, titles[i]),
        likely[i],
      ),
      h("div", { class: "heed-bridge-choice" }, controls),
      grids[i].node,
      sights[i].node,
      h("p", { class: "heed-note" }, i ? far : words.one_map),
    );

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      kinds.node,
      asTable.node,
      take,
      help(words.about, words.title),
      scale.node,
      waiting,
    ),
    h(
      "div",
      { class: "heed-top heed-bridge-top" },
      pane(0),
      pane(
        1,
        h("span", {}, words.layer),
        layers.node,
        h("span", {}, words.head),
        heads.node,
        near,
        help(words.nearest_help, words.nearest),
      ),
    ),
    rows.node,
    player.node,
    tables,
  );

  function layout() {
    const widths = grids.map((grid) => grid.node.clientWidth);
    grids.forEach((grid, i) => {
      grid.layout(widths[i]);
      sights[i].layout();
    });
    rows.layout();
  }

  function update() {
    const cell = bridgeCell(bridge, ui);
    const n = ui.layer * right.heads + ui.head;
    kinds.current(ui.kind);
    layers.current(ui.layer);
    heads.current(ui.head);
    near.setAttribute("aria-pressed", String(alike()));
    asTable.current(ui.table);
    far.textContent = fill(words.divergence, {
      value: fixed(right.divergences[ui.layer][ui.head], 3),
    });
    [cell.left, cell.right].forEach((side, i) => {
      likely[i].textContent = fill(words.likely, {
        token: ui.called(bridge.target[ui.now]),
        p: chance(side.likely),
      });
    });
    grids.forEach((grid, i) => {
      grid.update({
        values: bridge.map(i ? "right" : "left", ui.kind, n),
        visible: null,
        kind: ui.kind,
        limit: ui.limit,
        current: ui.now,
      });
      grid.select(ui.now, ui.column);
      grid.light(ui.now, ui.column);
    });
    scale.update();
    rows.update(cell);
    player.update();
    tables.replaceChildren(...(ui.table ? bridgeTables(ui, bridge, cell, ui.kind) : []));
    if (!player.playing()) ui.say(ui.summary());
  }

  const self = {
    paint,
    busy,
    address: () => ({
      step: ui.now + 1,
      source_token: ui.column + 1,
      head: alike() ? null : `${ui.layer + 1}.${ui.head + 1}`,
      view: ui.kind === "scores" ? "scores" : null,
      table: ui.table ? 1 : null,
    }),
    // What stays when other data comes: the view and the head, and the cell where both texts are
    // the same.
    kept(next) {
      const same =
        JSON.stringify([next.source, next.target]) === JSON.stringify([data.source, data.target]);
      const heads = next.heads.layers === right.layers && next.heads.heads === right.heads;
      return {
        view: ui.kind,
        table: ui.table,
        head: heads ? self.address().head : null,
        step: same ? ui.now : null,
        source_token: same ? ui.column + 1 : null,
      };
    },
    destroy() {
      player.stop();
      destroy();
    },
  };
  layout();
  update();
  begin({
    key(event, inside) {
      if (inside && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        player.stop();
        ui.choose(ui.column + (event.key === "ArrowUp" ? -1 : 1));
        return true;
      }
      return player.key(event.key);
    },
    arrange() {
      layout();
      update();
    },
    redraw: update,
  });
  return self;
}
