// Answers to one turn: found by a beam and drawn, how long, how likely, and where they looked.

import { fill, fixed, h, help, segments, signed, tableToggle } from "../../stage/dom.js";
import { filesOf } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { table } from "../../stage/table.js";
import { answersView } from "./answers.js";
import { chartOf, keyOf } from "./chart.js";
import { looksOf } from "./looks.js";
import { after, each, ORDERS } from "./read.js";
import { downloads } from "./take.js";

/** @typedef {import("../../stage/wire").DialoguePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountDialogue(root, data) {
  const words = data.strings;
  const { answers } = data;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const gains = answers.some((one) => one.gain !== null);
  const orders = ORDERS.filter((one) => gains || one !== "gain");
  const asked = Number(data.answer) - 1;
  Object.assign(ui, {
    now: answers[asked] ? asked : 0,
    order: orders.includes(data.order) ? data.order : "total",
    table: Boolean(data.table),
    told: (one) =>
      fill(one.gain === null ? words.told : words.told_gain, {
        count: one.pieces,
        total: fixed(one.total, 2),
        each: fixed(each(one), 2),
        gain: one.gain === null ? "" : signed(one.gain, 2),
      }),
    choose: (i) => change({ now: i }),
  });

  function change(what) {
    Object.assign(ui, what);
    update();
    data.onStep?.(self);
  }

  const cards = answersView(ui, data);
  const order = segments(
    words.order,
    orders.map((one) => [one, words[`order_${one}`]]),
    (one) => change({ order: one }),
  );
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const holders = Object.fromEntries(
    ["chart", "looks", "chosen", "tables"].map((name) => [
      name,
      h("div", { class: `heed-in-${name}` }),
    ]),
  );
  holders.tables.className = "heed-tables";
  const pane = (name, ...more) =>
    h(
      "section",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words[name], help(words[`${name}_help`], words[name])),
      ),
      more,
    );

  stage.append(
    cards.node,
    h(
      "div",
      { class: "heed-dialogue heed-dialogue-below" },
      pane("looks", holders.chosen, holders.looks),
      pane(
        "chart",
        holders.chart,
        h(
          "div",
          { class: "heed-answers-key" },
          keyOf(ui, data.dull > 0).map((one) => h("span", { class: "heed-key" }, one)),
        ),
      ),
    ),
    h(
      "div",
      { class: "heed-foot heed-dialogue-foot" },
      h("span", { class: "heed-order" }, order.node, help(words.order_help, words.order)),
      h(
        "div",
        { class: "heed-bar-foot" },
        asTable.node,
        downloads(ui, data, filesOf(data, "heed-dialogue")()),
        waiting,
      ),
    ),
    holders.tables,
  );

  // The chart is as wide as its place, and drawn in the colours of the page.
  function draw() {
    const wide = Math.max(280, holders.chart.clientWidth || 480);
    const high = ui.large ? 300 : 230;
    holders.chart.replaceChildren(chartOf(ui, answers, { wide, high, chosen: ui.choose }));
  }

  function numbers() {
    const heads = ["answer", "way", "pieces", "total", "each", ...(gains ? ["gain"] : [])];
    const rows = answers.map((one) => [
      one.text,
      words[`by_${one.way}`],
      String(one.pieces),
      fixed(one.total, 4),
      fixed(each(one), 4),
      ...(gains ? [one.gain === null ? "–" : signed(one.gain, 4)] : []),
    ]);
    return table(
      words.table,
      heads.map((name) => words[name]),
      rows,
    );
  }

  function update() {
    order.current(ui.order);
    asTable.current(ui.table);
    cards.update();
    const one = answers[ui.now];
    holders.chosen.textContent = one.text || words.silence;
    holders.chosen.setAttribute("lang", ui.tongues?.target ?? "");
    holders.looks.replaceChildren(
      ...(data.looks ? [] : [h("p", { class: "heed-note" }, words.no_attention)]),
      looksOf(ui, data.turn, one, data.looks),
    );
    draw();
    holders.tables.replaceChildren(...(ui.table ? [numbers()] : []));
    ui.say(`${one.text || words.silence}. ${ui.told(one)}`);
  }

  const self = {
    paint,
    busy,
    address: () => ({
      answer: ui.now ? ui.now + 1 : null,
      order: ui.order === "total" ? null : ui.order,
      table: ui.table ? 1 : null,
    }),
    kept: () => ({ order: self.address().order, table: ui.table }),
    destroy,
  };
  update();
  begin({
    key(event, inside, origin) {
      if (!inside || origin.closest(".heed-look-scroll, .heed-tables")) return false;
      const next = after(event.key, cards.order(), ui.now);
      if (next === null || next === undefined) return false;
      change({ now: next });
      cards.focus(next);
      return true;
    },
    arrange: update,
    redraw: update,
  });
  return self;
}
