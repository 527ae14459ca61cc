// The mask lifted: a target read by the decoder with its causal mask and without it, side by side.

import { kindChoice } from "../../stage/choices.js";
import { largest } from "../../stage/colours.js";
import { aboveDiagonal, coverView, layoutCovered, PASSES } from "../../stage/cover.js";
import { chance, fill, fixed, h, help, signed, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { gridView } from "../../stage/grid.js";
import { legend } from "../../stage/legend.js";
import { calledHead, headNames, headPicker, severalHeads } from "../../stage/picker.js";
import { lightly } from "../../stage/plates.js";
import { playerView } from "../../stage/player.js";
import { percent, tiny } from "../../stage/powers.js";
import { sightView } from "../../stage/sight.js";
import { readLifted } from "./read.js";
import { stepsView } from "./steps.js";
import { maskCsv, maskPicture, maskTables, stepsCsv } from "./take.js";

/** @typedef {import("../../stage/wire").MaskPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountMask(root, data) {
  const lifted = readLifted(data);
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(
    root,
    data,
    data.strings.title,
  );
  const { words } = ui;
  const last = lifted.count - 1;
  const names = headNames(lifted);
  const future = aboveDiagonal(lifted.count);
  const pieces = lifted.target.map((one) => one.piece);
  // It opens on the head of the first layer that would look ahead most.
  const first = names
    .filter((name) => name.startsWith("1."))
    .reduce((a, b) => (lifted.meanShare("future", b) > lifted.meanShare("future", a) ? b : a));
  Object.assign(ui, {
    now:
      Number(data.mask_step) >= 1 && Number(data.mask_step) <= last + 1
        ? Math.floor(data.mask_step) - 1
        : Math.min(2, last),
    head: names.includes(data.mask_head) ? data.mask_head : first,
    kind: data.mask_view === "scores" ? "scores" : "weights",
    table: Boolean(data.table),
    go(step) {
      change({ now: Math.max(0, Math.min(last, step)) });
    },
    summary: () =>
      fill(words.step_summary, {
        step: ui.now + 1,
        steps: last + 1,
        token: pieces[ui.now],
        with: chance(lifted.chance("masked", ui.now)),
        without: chance(lifted.chance("bare", ui.now)),
        change: signed(lifted.shift(ui.now, 2), 2),
        head: calledHead(words, ui.head),
        share: percent(lifted.share("future", ui.head)[ui.now]),
      }),
  });
  if (severalHeads(ui.head)) ui.kind = "weights";

  const kinds = kindChoice(ui, change);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const picker = headPicker(ui, lifted, {
    label: words.picker,
    value: (name) => lifted.meanShare("future", name),
    act: (head) => change({ head, ...(severalHeads(head) ? { kind: "weights" } : {}) }),
  });
  const maps = PASSES.map((pass) => {
    const grid = gridView(ui, {
      rows: pieces,
      columns: lifted.keys,
      rowsAre: "target",
      columnsAre: "target",
      axes: [words.axis_query, words.axis_key],
      label: `${words[`pane_${pass}`]}. ${words.grid_label}`,
      onCell: (row) => ui.go(row),
      tell: (i, j) => told(pass, i, j),
      onPoint: (i, j) => maps.forEach((one) => one.grid.light(i, j)),
    });
    return {
      pass,
      grid,
      cover: coverView({ ...grid, columns: lifted.count }),
      sight: sightView(ui, grid),
    };
  });
  const chosen = h("p", {});
  const why = h("p", {});
  const steps = stepsView(ui, lifted);
  const tables = h("div", { class: "heed-tables" });
  const player = playerView(ui, { steps: lifted.target });
  const scale = legend(ui);
  const light = lightly(ui, stage);
  const picture = () => maskPicture(light, data, lifted, maps);
  const pane = ({ pass, grid, sight }) =>
    h(
      "section",
      { class: "heed-pane", "data-part": pass },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words[`pane_${pass}`]),
        help(words[`pane_${pass}_help`], words[`pane_${pass}`]),
      ),
      grid.node,
      sight.node,
    );

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      kinds.node,
      asTable.node,
      menu(words.download, [
        [words.as_svg, () => save(`${name()}.svg`, "image/svg+xml", svgText(picture()))],
        [words.as_png, () => savePng(picture(), `${name()}.png`)],
        [words.steps_csv, () => saveCsv(`${file}-steps`, stepsCsv(lifted))],
        [words.as_csv, () => saveCsv(file, maskCsv(lifted))],
      ]),
      help(words.about, words.title),
      scale.node,
      waiting,
    ),
    h(
      "div",
      { class: "heed-top heed-two-maps" },
      h(
        "section",
        { class: "heed-pane heed-picker-pane", "data-part": "picker" },
        h(
          "div",
          { class: "heed-pane-head" },
          h("h2", { class: "heed-tag" }, words.picker_title),
          help(words.picker_help, words.picker_title),
        ),
        picker.node,
        chosen,
        why,
      ),
      maps.map(pane),
    ),
    steps.node,
    player.node,
    tables,
  );
  const files = filesOf(data, "heed-mask");
  const file = files();
  const name = () => `${files(ui.now)}-${ui.head}`;

  function told(pass, i, j) {
    const there = pass === "bare" || j <= i;
    const weight = lifted.map(pass, "weights", ui.head)[i * lifted.count + j];
    const lines = [];
    if (!severalHeads(ui.head)) {
      const score = lifted.map(pass, "scores", ui.head)[i * lifted.count + j];
      lines.push(`${words.score} ${fixed(score, 4)}${there ? "" : ` · ${words.covered}`}`);
    }
    lines.push(there ? `${words.weight} ${fixed(weight, 5)}` : words.not_there);
    if (j > i) lines.push(j === i + 1 ? words.is_answer : words.is_future);
    return lines;
  }

  const moved = () => {
    if (data.onStep) data.onStep(self);
  };
  function change(what) {
    Object.assign(ui, what);
    update();
    moved();
  }

  function update() {
    const { head, kind, now } = ui;
    const mean = severalHeads(head);
    const scores = PASSES.map((pass) => lifted.map(pass, "scores", head));
    ui.limit = mean ? 1 : Math.max(...scores.map((values) => largest(values))) || 1;
    kinds.current(kind, mean ? words.no_mean_scores : "");
    asTable.current(ui.table);
    picker.update(head);
    for (const { pass, grid, cover } of maps) {
      const blank = pass === "masked" && kind === "weights";
      grid.update({
        values: lifted.map(pass, kind, head),
        visible: blank ? lifted.causal : null,
        kind,
        limit: ui.limit,
        current: now,
        upTo: last,
      });
      cover.update(blank ? null : future, pass === "masked");
    }
    scale.update();
    chosen.textContent = fill(words.chosen, {
      head: calledHead(words, head),
      future: percent(lifted.meanShare("future", head)),
      answer: percent(lifted.meanShare("answer", head)),
    });
    const layer = mean ? null : Number(head.split(".")[0]);
    why.textContent =
      layer == null
        ? words.why_mean
        : fill(layer === 1 ? words.why_first : words.why_later, {
            layer,
            moved: tiny(data.moved[layer - 1], 2),
          });
    steps.update();
    player.update();
    tables.replaceChildren(...(ui.table ? maskTables(ui, lifted) : []));
    if (!player.playing()) ui.say(ui.summary());
  }

  function layout() {
    layoutCovered(maps);
  }

  const self = {
    paint,
    busy,
    address: () => ({
      mask_head: ui.head,
      mask_step: ui.now + 1,
      mask_view: ui.kind,
      table: ui.table ? 1 : null,
    }),
    // What stays when another target comes: head, view and table; the step where the target is the
    // same.
    kept: (next) => ({
      mask_head: ui.head,
      mask_view: ui.kind,
      table: ui.table,
      mask_step: JSON.stringify(next.target) === JSON.stringify(data.target) ? ui.now + 1 : null,
    }),
    destroy() {
      player.stop();
      destroy();
    },
  };
  layout();
  update();
  begin({
    key: (event) => player.key(event.key),
    arrange() {
      layout();
      update();
    },
    redraw: update,
  });
  return self;
}
