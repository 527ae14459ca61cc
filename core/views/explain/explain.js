// Explanations of one written word after another, on one source axis, and searches for others.

import { unitChoice } from "../../stage/choices.js";
import { decodeFlat } from "../../stage/codec.js";
import {
  chance,
  fill,
  fixed,
  h,
  help,
  piece,
  segments,
  spoken,
  tableToggle,
} from "../../stage/dom.js";
import { filesOf } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { lightly } from "../../stage/plates.js";
import { playerView } from "../../stage/player.js";
import { grouped, readTrace, sameKind, sameSteps } from "../../stage/trace.js";
import { wholeTrace } from "../../stage/whole.js";
import { order, readRows, rowAfter, shares } from "./read.js";
import { rowsView } from "./rows.js";
import { searchesView } from "./searches.js";
import { downloads } from "./take.js";

/** @typedef {import("../../stage/wire").ExplainPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountExplain(root, data) {
  const trace = readTrace(data.trace);
  const rows = readRows(data.rows);
  const words = data.strings;
  const end = trace.steps.length - 1;
  const worked = new Set(data.steps); // steps that are explained; the others are asked for
  const asked = new Set();
  const complete =
    data.complete &&
    Object.fromEntries(Object.entries(data.complete).map(([name, one]) => [name, decodeFlat(one)]));
  const kinds = rows.map(({ kind }) => kind);
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const at = Number.isInteger(data.step) && data.step >= 0 && data.step <= end ? data.step : null;
  Object.assign(ui, {
    byWord: data.unit !== "pieces",
    sorted: data.order === "weight",
    table: Boolean(data.table),
    head: data.head,
    row: Math.max(0, kinds.indexOf(data.row)),
    now: at ?? Math.floor(end / 2),
    token: () => trace.steps[ui.now].token.piece,
    choose: (row) => change({ row }),
    go: (step) => change({ now: Math.max(0, Math.min(end, step)) }),
    there: () => worked.has(ui.now),
    summary: () => {
      if (!ui.there()) return words.working_step;
      const own = shares(rows[ui.row].values[ui.now], ui.sources);
      const [most] = order(own, true);
      return fill(words.summary_explained, {
        step: ui.now + 1,
        steps: end + 1,
        token: ui.token(),
        p: chance(Math.exp(trace.steps[ui.now].logProb)),
        name: view.name(kinds[ui.row]),
        source: ui.sources[most].label,
        share: fixed(100 * own[most].share, 0),
      });
    },
  });
  ui.sources = grouped(trace.source, ui.byWord);

  function change(what) {
    Object.assign(ui, what);
    if ("byWord" in what) ui.sources = grouped(trace.source, ui.byWord);
    update();
    data.onStep?.(self);
  }

  const ask = data.onPick
    ? (choice) => {
        player.stop();
        busy(true);
        data.onPick?.(choice);
      }
    : null;
  const view = rowsView(ui, data, rows);
  const searches = searchesView(ui, data, trace, ask);
  const player = playerView(ui, trace);
  const units = unitChoice(ui, change);
  const orders = segments(
    words.order,
    [
      [false, words.order_sentence],
      [true, words.order_weight],
    ],
    (sorted) => change({ sorted }),
  );
  const everyStep =
    ask && worked.size <= end
      ? h(
          "button",
          {
            type: "button",
            class: "heed-toggle",
            "data-act": "all-steps",
            title: words.all_steps_help,
            onclick: () => ask({ act: "all" }),
          },
          words.all_steps,
        )
      : null;
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const written = h("p", { class: "heed-written", lang: ui.tongues?.target });
  const chosen = h("p", { class: "heed-note heed-chosen-row" });
  const said = h("p", { class: "heed-note heed-complete" });
  const tables = h("div", { class: "heed-tables" });

  const file = filesOf({ exports: data.exports, typed: trace.typed }, "heed-explain");
  stage.append(
    h(
      "div",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.rows_title),
        h("span", { class: "heed-info" }, [words.shares_are, ui.head].filter(Boolean).join(" · ")),
        h("span", { class: "heed-order" }, orders.node, help(words.order_help, words.order)),
      ),
      written,
      view.node,
      chosen,
      said,
      data.missing.length
        ? h(
            "p",
            { class: "heed-note" },
            [...new Set(data.missing.map((kind) => words[`missing_${kind}`]))].join(" "),
          )
        : null,
    ),
    h(
      "div",
      { class: "heed-foot" },
      player.node,
      h(
        "div",
        { class: "heed-bar-foot" },
        units.node,
        asTable.node,
        everyStep,
        downloads(ui, trace, rows, {
          json: data.trace,
          whole: wholeTrace(data, () => `${file()}-whole`),
          name: file,
          called: view.name,
          look: () => lightly(ui, stage),
        }),
        waiting,
      ),
    ),
    tables,
    searches.node,
  );

  // What was written, a button a piece; the one that is explained stands out.
  function line() {
    return trace.steps.map((step, t) =>
      h(
        "button",
        {
          type: "button",
          class: "heed-written-piece",
          "aria-current": t === ui.now ? "step" : null,
          "data-act": `step-${t}`,
          onclick: () => ui.go(t),
        },
        spoken(ui, "target", ...piece(step.token.piece)),
      ),
    );
  }

  function completeSaid() {
    if (!complete || !ui.there()) return "";
    const { gained, error, points } = complete;
    return fill(words.complete, {
      gained: fixed(gained[ui.now], 2),
      error: fixed(100 * error[ui.now], 2),
      points: points[ui.now],
    });
  }

  function update() {
    units.current(ui.byWord);
    orders.current(ui.sorted);
    asTable.current(ui.table);
    const held = written.contains(/** @type {any} */ (root.getRootNode()).activeElement);
    written.replaceChildren(...line());
    if (held) written.querySelector('[aria-current="step"]')?.focus({ preventScroll: true });
    view.update();
    player.update();
    searches.update();
    if (!ui.there() && ask && !asked.has(ui.now)) {
      asked.add(ui.now);
      ask({ act: "step", step: ui.now });
    }
    const kind = kinds[ui.row];
    chosen.replaceChildren(h("b", {}, `${view.name(kind)}: `), words[`help_${kind}`]);
    said.textContent = completeSaid();
    tables.replaceChildren(...(ui.table && ui.there() ? [view.numbers(), ...view.squares()] : []));
    if (!player.playing()) ui.say(ui.summary());
  }

  const self = {
    paint,
    busy,
    address: () => ({
      step: ui.now + 1,
      row: ui.row ? kinds[ui.row] : null,
      order: ui.sorted ? "weight" : null,
      unit: ui.byWord ? null : "pieces",
      table: ui.table ? 1 : null,
    }),
    kept: (next) => ({
      ...(sameKind(next.trace, data.trace) ? { unit: self.address().unit } : {}),
      row: kinds[ui.row],
      order: self.address().order,
      table: ui.table,
      ...(sameSteps(next.trace, data.trace) ? { step: ui.now } : {}),
    }),
    destroy() {
      player.stop();
      destroy();
    },
  };
  update();
  begin({
    key(event, inside, origin) {
      if (
        inside &&
        ["ArrowUp", "ArrowDown"].includes(event.key) &&
        origin.closest(".heed-explaining")
      ) {
        ui.choose(rowAfter(ui.row, event.key, rows.length));
        return true;
      }
      return player.key(event.key);
    },
    arrange: update,
    redraw: update,
  });
  return self;
}
