// Heads switched off: the switchboard, what became of the output, one head's maps, and rollout.

import { decodeArray } from "../../stage/codec.js";
import { chance, fill, fixed, h, help, tableToggle } from "../../stage/dom.js";
import { menu, quote, save } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { legend } from "../../stage/heatmap.js";
import { scrolling } from "../../stage/overflow.js";
import { lightly, ways } from "../../stage/plates.js";
import { table } from "../../stage/table.js";
import { token } from "../../stage/trace.js";
import { costsView } from "./costs.js";
import { headLabels, headMapsView, readHeadMaps, rolloutView } from "./headmaps.js";
import { outcomeView } from "./outcome.js";
import { switchboardView } from "./switchboard.js";

function headsTables(ui, data) {
  const { words } = ui;
  const node = h("div", { class: "heed-tables" });
  const grid = (caption, block, values) => {
    const [rows, columns] = headLabels(data)[block];
    return table(
      caption,
      ["", ...columns],
      rows.map((name, i) => [
        name,
        ...columns.map((_, j) =>
          block === "self" && j > i ? words.masked : fixed(values[i * columns.length + j], 4),
        ),
      ]),
    );
  };
  function update() {
    if (!ui.table) {
      node.replaceChildren();
      return;
    }
    const [block] = ui.head.split(".");
    const digits = (value) => fixed(value, 5);
    const { raw, rolled } = data.rollouts[ui.rolled];
    node.replaceChildren(
      ...[
        table(
          words.table_tokens,
          [
            words.piece,
            words.with_short,
            words.log_prob,
            words.without_short,
            words.log_prob,
            "Δ log p",
          ],
          data.plain.tokens.map((one, t) => {
            const [a, b] = [data.plain.log_probs[t], data.forced[t]];
            return [
              one.piece,
              chance(Math.exp(a), 5),
              digits(a),
              chance(Math.exp(b), 5),
              digits(b),
              digits(b - a),
            ];
          }),
        ),
        grid(`${ui.called(ui.head)}: ${words.map_with}`, block, data.weights(ui.head)),
        ...(data.without
          ? [
              grid(
                `${ui.called(ui.head)}: ${fill(words.map_without, { count: data.switched.length })}`,
                block,
                data.without(ui.head),
              ),
            ]
          : []),
        grid(`${words[`block_${ui.rolled}`]}: ${words.raw_mean}`, ui.rolled, decodeArray(raw)),
        grid(words[`rolled_${ui.rolled}`], ui.rolled, decodeArray(rolled)),
        ...(data.costs.length
          ? [
              table(
                words.ranking,
                [words.head_shown, words.cost, words.cost_low, words.cost_high],
                [...data.costs]
                  .sort((a, b) => b[1] - a[1])
                  .map(([name, ...values]) => [ui.called(name), ...values.map(digits)]),
              ),
            ]
          : []),
      ].map(scrolling),
    );
  }
  return { node, update, layout() {}, light() {} };
}

let headStages = 0;

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
      : data.switched[0] || `cross.${data.blocks.find(([block]) => block === "cross")[1]}.1`,
    rolled: data.rollouts[first.rollout] ? first.rollout : "encoder",
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
  const name = data.exports?.name || "heed-heads";
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
    first.onPick({ off: asked });
    first.onStep(self);
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
        [words.as_csv_heads, () => save(`${name}.csv`, "text/csv;charset=utf-8", headsCsv(data))],
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
    holder.replaceChildren(
      h(
        "div",
        { class: "heed-heads-top" },
        h(
          "section",
          { class: "heed-pane" },
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
            data.costs.length
              ? ` ${fill(words.bars_are_costs, { most: fixed(Math.max(...data.costs.map(([, cost]) => cost)), 3) })}`
              : "",
          ),
        ),
        h(
          "section",
          { class: "heed-pane" },
          h(
            "div",
            { class: "heed-pane-head" },
            h("h2", { class: "heed-tag" }, words.outcome),
            help(words.outcome_help, words.outcome),
          ),
          parts.outcome.node,
        ),
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
      rollout: ui.rolled === "encoder" ? null : ui.rolled,
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

function readHeads(data) {
  const written = (output) => ({ ...output, tokens: output.tokens.map(token) });
  const read = {
    ...data,
    source: data.source.map(token),
    plain: written(data.plain),
    free: written(data.free),
  };
  return {
    ...read,
    weights: readHeadMaps(read, data.weights),
    without: data.without && readHeadMaps(read, data.without),
  };
}

// One line a token of the plain output: its log-probability with all heads and without some.
function headsCsv(data) {
  const lines = ["step,token,log_prob,log_prob_without,off"];
  const off = quote(data.switched.join(" "));
  data.plain.tokens.forEach((one, t) =>
    lines.push([t + 1, quote(one.piece), data.plain.log_probs[t], data.forced[t], off].join(",")),
  );
  return `${lines.join("\r\n")}\r\n`;
}
