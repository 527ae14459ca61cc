// Heads switched off: the switchboard, what became of the output, one head's maps, and rollout.

import { fill, fixed, h, help, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, saveCsv } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { legend } from "../../stage/legend.js";
import { lightly, ways } from "../../stage/plates.js";
import { costsView } from "./costs.js";
import { headMapsView } from "./headmaps.js";
import { outcomeView } from "./outcome.js";
import { rolloutView } from "./rollout.js";
import { switchboardView } from "./switchboard.js";
import { headsCsv, headsTables, readHeads } from "./tables.js";

let headStages = 0;

/** @typedef {import("../../stage/wire").HeadsPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} first */
export default function mountHeads(root, first) {
  const data = readHeads(first);
  const words = data.strings;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const names = () =>
    data.blocks.flatMap(([block, layers, heads]) =>
      Array.from(
        { length: layers * heads },
        (_, i) => `${block}.${Math.floor(i / heads) + 1}.${(i % heads) + 1}`,
      ),
    );
  const fits = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
  // What was switched before and, once undone, after.
  let past = first.past || [];
  let future = first.future || [];
  let asked = first.asked || null; // heads that were asked to be off, until the answer is there
  Object.assign(ui, {
    id: (headStages += 1),
    off: new Set(first.wanted || data.switched),
    table: Boolean(first.table),
    head: names().includes(first.head)
      ? first.head
      : data.switched[0] || `${data.blocks[data.blocks.length - 1].slice(0, 2).join(".")}.1`,
    rolled: data.rollouts[first.rollout] ? first.rollout : data.blocks[0][0],
    now: fits(first.step, data.plain.tokens.length) ? first.step : 0,
    called: (name) => {
      const [block, layer, head] = name.split(".");
      return fill(words.head_name, { block: words[`block_${block}`], layer, head });
    },
    short: (name) => {
      const [block, layer, head] = name.split(".");
      return fill(words.head_short, { block: words[`short_${block}`], layer, head });
    },
    told: (name) => {
      const cost = data.costs.find(([head]) => head === name);
      return [
        ui.called(name),
        ui.off.has(name) ? words.is_off : words.is_on,
        ...(cost
          ? [
              fill(words.cost_told, {
                value: fixed(cost[1], 4),
                low: fixed(cost[2], 4),
                high: fixed(cost[3], 4),
              }),
            ]
          : []),
      ];
    },
    choose: (head) => change({ head }),
    roll: (rolled) => change({ rolled }),
    go: (t) => change({ now: Math.max(0, Math.min(data.plain.tokens.length - 1, t)) }),
    flip: (heads, off) => {
      if (!first.onPick) return; // a page of its own cannot ask
      const next = new Set(ui.off);
      heads.forEach((name) => (off ? next.add(name) : next.delete(name)));
      past = [...past, [...ui.off]];
      future = [];
      ask(next);
    },
    summary: () =>
      fill(words.summary, { count: ui.off.size, all: names().length, output: data.free.text }),
  });
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const act = (name, go) =>
    h(
      "button",
      { type: "button", class: "heed-toggle", "data-act": name, onclick: go },
      words[name],
    );
  const undo = act("undo", () => back());
  const redo = act("redo", () => forth());
  const reset = act("reset", () => ui.flip([...ui.off], false));
  const count = h("span", { class: "heed-info heed-switch-count" });
  const holder = h("div");
  const tables = h("div");
  let parts = {};
  let views = [];
  const name = filesOf(data, "heed-heads")();
  const light = lightly(ui, stage);
  const take = (part, what, which) =>
    ways(
      words,
      what,
      () => [name, part, which?.()].filter(Boolean).join("-"),
      () => parts[part].drawing(light),
      () => parts[part].csv(),
    );

  // Asks for a translation without these heads; what is shown stays until it is there.
  function ask(off) {
    ui.off = off;
    asked = names().filter((name) => off.has(name));
    update();
    busy(true);
    first.onPick?.({ off: asked });
    first.onStep?.(self);
  }
  const swap = (from, to) => {
    if (!from.length) return;
    to.push([...ui.off]);
    ask(new Set(from.pop()));
  };
  const back = () => swap(past, future);
  const forth = () => swap(future, past);

  function change(what) {
    Object.assign(ui, what);
    update();
    if (first.onStep) first.onStep(self);
  }

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      ...(first.onPick ? [undo, redo, reset] : []),
      count,
      asTable.node,
      menu(words.download, [
        [words.as_csv_heads, () => saveCsv(name, headsCsv(data))],
        ...take("maps", words.maps_short, () => ui.head),
        ...take("rollout", words.rollout, () => ui.rolled),
        ...(data.costs.length ? take("costs", words.ranking_short) : []),
      ]),
      help(words.about, words.title),
      waiting,
    ),
    holder,
    tables,
  );

  function compose() {
    parts = {
      board: switchboardView(ui, data),
      outcome: outcomeView(ui, data),
      maps: headMapsView(ui, data),
      costs: costsView(ui, data),
      rollout: rolloutView(ui, data),
      tables: headsTables(ui, data),
    };
    views = Object.values(parts);
    const legends = h("div", { class: "heed-heads-legend" });
    const dearest = Math.max(...data.costs.map(([, cost]) => cost));
    holder.replaceChildren(
      h(
        "div",
        { class: "heed-heads-top" },
        h(
          "section",
          { class: "heed-pane", "data-part": "board" },
          h(
            "div",
            { class: "heed-pane-head" },
            h("h2", { class: "heed-tag" }, words.board),
            help(words.board_help, words.board),
          ),
          parts.board.node,
          h(
            "p",
            { class: "heed-note" },
            first.onPick ? words.keys : words.cannot_ask,
            data.costs.length ? ` ${fill(words.bars_are_costs, { most: fixed(dearest, 3) })}` : "",
          ),
        ),
        data.plain.tokens.length
          ? h(
              "section",
              { class: "heed-pane", "data-part": "outcome" },
              h(
                "div",
                { class: "heed-pane-head" },
                h("h2", { class: "heed-tag" }, words.outcome),
                help(words.outcome_help, words.outcome),
              ),
              parts.outcome.node,
            )
          : null,
      ),
      h("div", { class: "heed-heads-top heed-heads-below" }, parts.maps.node, parts.costs.node),
      parts.rollout.node,
      legends,
    );
    tables.replaceChildren(parts.tables.node);
    const scale = legend(Object.assign(Object.create(ui), { kind: "weights", limit: 1 }));
    scale.update();
    legends.replaceChildren(scale.node);
    update();
    layout();
  }

  function layout() {
    views.forEach((view) => view.layout());
  }

  function update() {
    asTable.current(ui.table);
    undo.disabled = !past.length;
    redo.disabled = !future.length;
    reset.disabled = !ui.off.size;
    count.textContent = fill(words.count, { count: ui.off.size, all: names().length });
    views.forEach((view) => view.update());
  }

  const self = {
    paint,
    busy,
    address: () => ({
      off: ui.off.size
        ? names()
            .filter((name) => ui.off.has(name))
            .join(",")
        : null,
      head: ui.head,
      rollout: ui.rolled === data.blocks[0][0] ? null : ui.rolled,
      step: ui.now + 1,
      table: ui.table ? 1 : null,
    }),
    // What stays when other data comes: all but the step of another translation. Heads that were
    // switched since the question that is answered now stay as they were switched.
    kept: (next) => ({
      ...(asked && asked.join() !== next.switched.join() ? { wanted: asked, asked } : {}),
      head: ui.head,
      rollout: ui.rolled,
      table: ui.table,
      scrolled: parts.costs.scrolled(),
      past,
      future,
      step: next.typed === data.typed && next.plain.text === data.plain.text ? ui.now : 0,
    }),
    destroy,
  };
  compose();
  if (first.scrolled) parts.costs.scroll(first.scrolled);
  if (asked) busy(true);
  begin({
    key(event, inside, origin) {
      if (!inside) return false;
      const own = origin.closest(".heed-switch");
      const list = origin.closest(".heed-outcome-rows");
      if (own && event.key.startsWith("Arrow")) {
        parts.board.along(event.key);
        return true;
      }
      const step = {
        ArrowUp: ui.now - 1,
        ArrowDown: ui.now + 1,
        Home: 0,
        End: data.plain.tokens.length - 1,
      }[event.key];
      if (list && step != null) {
        ui.go(step);
        return true;
      }
      if (origin === stage && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
        ui.go(ui.now + (event.key === "ArrowLeft" ? -1 : 1));
        return true;
      }
      return event.key === "Escape";
    },
    arrange() {
      layout();
      update();
    },
    redraw() {
      compose();
    },
  });
  return self;
}
