// The stage of a search: its tree, step by step; greedy, beam and sampling beside each other.

import { fill, fixed, h, help, tableToggle } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { playerView } from "../../stage/player.js";
import { sameSteps } from "../../stage/trace.js";
import { treeView } from "./branches.js";
import { nodeView } from "./node.js";
import { finishedView, nestedView, rankingView } from "./ranking.js";
import { changeView, runsView, searchDownloads, treeLegend } from "./runs.js";
import { readTree } from "./tree.js";

/** @typedef {import("../../stage/wire").SearchPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountSearch(root, data) {
  const words = data.strings;
  const runs = data.runs.map((run) => ({ ...run, tree: readTree(run.trace) }));
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  let run =
    runs.find((one) => one.key === data.shown) || runs.find((one) => one.key === "beam") || runs[0];
  let views = [];
  let parts = {};
  /** @type {any} */
  let player = null;
  let toldNode = false;
  Object.assign(ui, { table: Boolean(data.table), head: data.head });

  const say = () => {
    const { node } = ui;
    const { tree } = run;
    return fill(words.summary, {
      step: Math.max(1, node.depth),
      steps: tree.end,
      text: tree.text(node),
      piece: node.piece,
      p: node.depth ? fixed(node.p, 3) : "1",
    });
  };
  Object.assign(ui, {
    summary: say,
    go: (step, stay) => {
      const { tree } = run;
      ui.now = Math.max(0, Math.min(tree.end - 1, step));
      if (!stay) {
        ui.node = tree.path[Math.min(ui.now, tree.path.length - 1)];
        toldNode = false;
      }
      update();
      moved();
    },
  });
  const moved = () => {
    if (data.onStep) data.onStep(self);
  };

  function select(node) {
    player.stop();
    ui.node = node;
    toldNode = true;
    if (node.depth > ui.now + 1) ui.now = node.depth - 1;
    if (!node.kept) parts.tree.fold(node.parent, true);
    update();
    moved();
    ui.say(`${say()} ${stage.querySelector(".heed-why").textContent}`);
  }

  const ask =
    data.onPick &&
    ((choice) => {
      player.stop();
      busy(true);
      data.onPick?.({ ...choice, run: run.key });
    });
  const act = (name, on, run_) =>
    h(
      "button",
      { type: "button", class: "heed-toggle", "data-act": name, disabled: !on, onclick: run_ },
      words[name],
    );
  const history = data.history || {};
  const asTable = tableToggle(words.as_list, () => {
    ui.table = !ui.table;
    update();
    moved();
  });
  const foldToggle = h("button", {
    type: "button",
    class: "heed-toggle",
    onclick: () => {
      parts.tree.foldAll(parts.tree.folded());
      update();
    },
  });
  const zoomer = h(
    "div",
    { class: "heed-segments", role: "group", "aria-label": words.zoom },
    h(
      "button",
      { type: "button", "aria-label": words.smaller, onclick: () => parts.tree.zoomBy(-1) },
      "−",
    ),
    h("button", { type: "button", onclick: () => parts.tree.fit() }, words.fit),
    h(
      "button",
      { type: "button", "aria-label": words.larger, onclick: () => parts.tree.zoomBy(1) },
      "+",
    ),
  );
  const cards = runsView(ui, runs, data, show);
  const holders = Object.fromEntries(
    ["tree", "node", "ranking", "finished", "nested", "player"].map((name) => [
      name,
      h("div", {
        class: `heed-in-${name}`,
        "data-present": name === "tree" ? words.tree : null,
      }),
    ]),
  );
  const change = data.before ? changeView(ui, data.before, runs) : null;

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      ask
        ? h(
            "div",
            { class: "heed-history", role: "group", "aria-label": words.history },
            act("undo", history.undo, () => ask({ kind: "undo" })),
            act("redo", history.redo, () => ask({ kind: "redo" })),
            act("reset", history.reset, () => ask({ kind: "reset" })),
          )
        : null,
      asTable.node,
      searchDownloads(
        ui,
        data,
        () => run,
        () => parts,
      ),
      waiting,
    ),
    cards.node,
    change ? change.node : "",
    h(
      "div",
      { class: "heed-pane-head heed-tree-head" },
      h("h2", { class: "heed-tag" }, words.tree),
      help(words.tree_help, words.tree),
      h("span", { class: "heed-spring" }),
      foldToggle,
      zoomer,
    ),
    holders.tree,
    treeLegend(ui),
    holders.nested,
    holders.player,
    h("div", { class: "heed-search-lower" }, holders.node, holders.ranking),
    holders.finished,
  );

  // Draws another run's tree.
  function show(next, node) {
    if (player) player.stop();
    run = next;
    const { tree } = run;
    ui.now = tree.end - 1;
    if (Number.isInteger(data.step) && data.step >= 0 && data.step < tree.end) ui.now = data.step;
    ui.node = (node && tree.nodes.get(node)) || tree.path[Math.min(ui.now, tree.path.length - 1)];
    toldNode = Boolean(node && tree.nodes.get(node));
    if (ui.node.depth > ui.now + 1) ui.now = ui.node.depth - 1;
    data.step = null;
    player = playerView(ui, { steps: { length: tree.end } });
    parts = {
      tree: treeView(ui, tree, { onSelect: select, onFold: () => update() }),
      node: nodeView(ui, tree, run.ranked, ask),
      ranking: rankingView(ui, tree, select),
      finished: finishedView(ui, tree, select),
      nested: nestedView(ui, tree),
      player,
    };
    parts.tree.reveal(ui.node);
    for (const [name, part] of Object.entries(parts)) holders[name].replaceChildren(part.node);
    views = [cards, parts.tree, parts.node, parts.ranking, parts.finished, parts.nested, player];
    if (data.drawn) parts.tree.restore(data.drawn);
    parts.tree.redraw();
    if (!data.drawn) parts.tree.fit(0.8);
    data.drawn = null;
    update();
    moved();
  }

  function update() {
    asTable.current(ui.table);
    foldToggle.textContent = parts.tree.folded() ? words.unfold_all : words.fold_all;
    cards.current(run);
    views.forEach((view) => view.update());
    if (!player.playing()) ui.say(say());
  }

  const self = {
    paint,
    busy,
    address: () => ({
      step: ui.now + 1,
      node: toldNode ? ui.node.id : null,
      run: run.key === "beam" ? null : run.key,
      table: ui.table ? 1 : null,
    }),
    kept: (next) => ({
      table: ui.table,
      shown: run.key,
      ...(next.runs.find((one) => one.key === run.key && sameSteps(one.trace, run.trace))
        ? { step: ui.now, node: toldNode ? ui.node.id : null, drawn: parts.tree.kept() }
        : {}),
    }),
    destroy() {
      player.stop();
      destroy();
    },
  };
  show(run, data.node);
  begin({
    key(event, inside, origin) {
      if (inside && origin.closest("[role=treeitem]") && parts.tree.key(event.key)) return true;
      return player.key(event.key);
    },
    arrange() {
      parts.tree.fit(0.8);
      parts.node.layout();
      update();
    },
    redraw() {
      parts.tree.redraw();
      parts.node.layout();
      update();
    },
  });
  return self;
}
