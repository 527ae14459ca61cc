// Words hidden from a model that reads both sides and from one that reads to the left only: what
// each would put there, and where it looks for it.

import { h, help, segments, tableToggle } from "../../stage/dom.js";
import { filesOf, menu, saveCsv } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { legend } from "../../stage/legend.js";
import { alikeView } from "./alike.js";
import { sideView } from "./side.js";
import { aloneCsv, aloneTables } from "./tables.js";
import { wordsView } from "./words.js";

/** @typedef {import("../../stage/wire").AlonePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountAlone(root, data) {
  const words = data.strings;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const last = data.places.length - 1;
  const within = (at) => Number.isInteger(at) && at >= 0 && at <= last;
  Object.assign(ui, {
    at: within(data.at) ? data.at : Math.max(0, last),
    table: Boolean(data.table),
    kind: "weights",
    limit: 1,
    place: () => data.places[ui.at],
    go: (at) => change({ at: Math.max(0, Math.min(last, at)) }),
    asks: Boolean(data.onPick),
    // The words that are hidden are another question to both models.
    hide(hidden) {
      if (!data.onPick) return;
      busy(true);
      data.onPick({ hidden });
    },
    summary: () => sides.map((side) => side.summary()).join(" "),
  });

  function change(what) {
    Object.assign(ui, what);
    update();
    ui.say(ui.summary());
    if (data.onStep) data.onStep(self);
  }
  // A layer that has not travelled is asked for as another head.
  const want = (of) => (layer) => {
    if (!data.onPick) return;
    busy(true);
    data.onPick({ of, head: `${layer}.1` });
  };
  const heard = () => {
    if (data.onStep) data.onStep(self);
  };
  const sides = ["reader", "writer"]
    .filter((name) => data[name])
    .map((name) =>
      sideView(ui, data, name, {
        head: data[`head_${name}`],
        want: want(name),
        onHead: heard,
      }),
    );
  const sentence = wordsView(ui, data);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const choose =
    last > 0 &&
    segments(
      words.looked_at,
      data.places.map(({ word }, i) => [i, data.words[word]]),
      (at) => ui.go(at),
    );
  const scale = legend(ui);
  const alike = alikeView(ui, data);
  const tables = h("div", {
    class: `heed-tables heed-alone-tables${sides.length === 1 ? " heed-alone-one" : ""}`,
  });
  const file = filesOf(data, "heed-alone");

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      choose ? [h("span", { class: "heed-info" }, words.looked_at), choose.node] : [],
      asTable.node,
      menu(words.download, [[words.as_csv, () => saveCsv(file(), aloneCsv(data))]]),
      help(words.about, words.title),
      scale.node,
      waiting,
    ),
    sentence.node,
    h(
      "div",
      { class: `heed-alone-sides${sides.length === 1 ? " heed-alone-one" : ""}` },
      sides.map((side) => side.node),
    ),
    ...(alike ? [alike.node] : []),
    tables,
  );

  const views = [sentence, ...sides, scale, ...(alike ? [alike] : [])];
  function update() {
    asTable.current(ui.table);
    if (choose) choose.current(ui.at);
    views.forEach((view) => view.update());
    tables.replaceChildren(...(ui.table ? aloneTables(ui, data, sides) : []));
  }
  function arrange() {
    views.forEach((view) => view.layout());
    update();
  }

  const heads = () => Object.fromEntries(sides.map((side) => [`head_${side.name}`, side.head()]));
  const self = {
    paint,
    busy,
    address: () => ({
      at: last > 0 ? ui.at + 1 : null,
      ...heads(),
      table: ui.table ? 1 : null,
    }),
    // What stays when other data comes: the heads and the table, and the word where it is hidden
    // again; or else the one that was hidden last.
    kept(next) {
      const word = data.places[ui.at]?.word;
      const again = next.typed === data.typed ? next.hidden.indexOf(word) : -1;
      const added = next.hidden.findIndex((one) => !data.hidden.includes(one));
      return {
        ...heads(),
        table: ui.table,
        at: next.typed === data.typed && added >= 0 ? added : again,
      };
    },
    destroy,
  };
  arrange();
  begin({
    key(event, inside, origin) {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (inside && origin.closest?.(".heed-alone-words")) return sentence.key(event.key);
      if (!step || (inside && origin !== stage) || last < 1) return false;
      ui.go(ui.at + step);
      return true;
    },
    arrange,
    redraw: arrange,
  });
  return self;
}
