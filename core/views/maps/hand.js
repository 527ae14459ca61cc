// Taking hold of the weights of a step on a map: of its head, its layer or all heads. What a
// gesture does to a row is said where the page that decodes takes hold (../decode/hold.js).

import { decodeFlat } from "../../stage/codec.js";
import { reach } from "../../stage/colours.js";
import { fill, h } from "../../stage/dom.js";
import { linesView } from "../decode/change.js";
import { told } from "../decode/edits.js";
import { takeHold } from "../decode/hold.js";
import { holdBar } from "../decode/holdbar.js";
import { contextOf } from "../decode/simplex.js";
import { handRows } from "./handrows.js";

/** What can be taken hold of at a map, from the head to all: names of `Trace.attention`.
 * @param {string} head @returns {string[]} */
export function around(head) {
  const parts = head.split(".");
  return parts.map((_, i) => parts.slice(0, parts.length - i).join("."));
}

/** Steps as the lines of a translation have them: each with the total up to it.
 * @param {any[]} steps */
export function totalled(steps) {
  let total = 0;
  return {
    steps: steps.map((step) => {
      total += step.logProb;
      return { ...step, total };
    }),
  };
}

/** `ask(layer)` fetches what its heads sum, `redraw()` draws the map anew, `send(choice)` asks the
 * model. @param {any} ui @param {any} maps @param {any} data
 * @param {{ ask: (layer: string) => void, redraw: () => void,
 *   send?: (choice: object) => void }} on */
export function handView(ui, maps, data, { ask, redraw, send }) {
  const words = { ...ui.words, ...data.holding };
  const changed = Boolean(data.held?.given.length);
  const can = Boolean(data.held && send);
  /** @type {Map<string, any>} what the heads of a layer sum, and how they look on average */
  const summed = new Map();
  const trace = {
    own: false,
    mean: true,
    states: null,
    source: [],
    steps: /** @type {any[]} */ ([]),
  };
  const own = Object.assign(Object.create(ui), { words, stamp: 0, held: false, sources: [] });
  let wide = data.hand?.wide ?? 0; // 0 what the map shows, 1 and 2 what is around it
  let open = can && Boolean(data.hand?.open);
  let block = "";
  let drawn = "";
  /** @type {any} */
  let rows = null;
  /** @type {any} */
  let grid = null;

  const places = () => around(ui.head);
  const place = () => places()[Math.min(wide, places().length - 1)];
  const there = () => can && maps.writes && maps.blockOf(ui.head).grows;
  const layerOf = () => ui.head.split(".").slice(0, 2).join(".");

  own.holding = (on) => {
    own.held = on;
    node.closest(".heed-stage")?.classList.toggle("heed-holding", on);
  };
  function held() {
    const step = trace.steps[ui.now];
    maps.attempt(own.held ? { place: place(), row: ui.now, weights: step.weights } : null);
    redraw();
    draw();
  }
  // Takes hold of the rows of another attention: what was pinned were its keys.
  function grasp(kept) {
    own.hold?.destroy();
    own.hold = takeHold(
      own,
      trace,
      { held: data.held, ...kept },
      { redraw: held, send, block: place },
    );
  }

  // The rows of what is held, as they are without a hand.
  function follow() {
    const now = maps.blockOf(ui.head);
    if (block !== now.name) {
      grasp(block ? { history: own.hold.kept().history } : data);
      block = now.name;
      trace.own = now.name === "self";
      trace.source = now.columns.map((label) => ({ piece: label }));
      own.sources = now.columns.map((label, j) => ({
        items: [j],
        label,
        mark: false,
        joins: false,
      }));
      rows = handRows(own, now);
      drawn = "";
    }
    const size = now.columns.length;
    trace.steps = maps.steps.map(({ token }, t) => ({
      index: t,
      token,
      visible: now.visible.subarray(t * size, (t + 1) * size),
      weights: maps.row(place(), t) ?? new Array(size).fill(0),
    }));
  }

  // Contexts of the heads that are seen, one after the other; null where they are not known yet: of
  // deeper layers, what is written at this step is part of what they read.
  function contexts() {
    const found = summed.get(layerOf());
    const { name, layer, chosen, columns } = maps.blockOf(ui.head);
    if (!found || (own.held && name === "self" && layer > 1 && !place().includes("."))) return null;
    const heads = found.values.map((states, at) => ({ states, at: at + 1 }));
    return heads
      .filter(({ at }) => !chosen || wide || at === chosen)
      .map(({ states, at }) => {
        const all = maps.values(`${name}.${layer}.${at}`, "weights");
        return {
          states,
          weights: all.subarray(ui.now * columns.length, (ui.now + 1) * columns.length),
        };
      });
  }
  function sums() {
    const found = contexts();
    if (!found) return null;
    const join = (parts) => Float32Array.from(parts.flatMap((part) => Array.from(part)));
    return {
      limit: reach(found.flatMap(({ states }) => states)),
      context: join(found.map(({ weights, states }) => contextOf(weights, states))),
      part: (j) => join(found.map(({ weights, states }) => states[j].map((v) => v * weights[j]))),
    };
  }

  const named = (one) => {
    const [, layer, head] = one.split(".");
    return fill(ui.words[head ? "hold_head" : layer ? "hold_layer" : "hold_all"], { layer, head });
  };
  const choice = h("p", {
    class: "heed-note heed-hand-choice",
    role: "group",
    "aria-label": words.hold,
  });
  const bar = h("div", { class: "heed-hand-bar" });
  const body = h("div", { class: "heed-hand-body" });
  const below = h("div", { class: "heed-hand-below" });
  const node = h(
    "section",
    { class: "heed-pane heed-hand heed-holdable", "data-part": "hand", "aria-label": words.hold },
    bar,
    data.before
      ? linesView(own, totalled(maps.steps), totalled(maps.readSteps(data.before)))
      : null,
    body,
    below,
  );

  function choose(level) {
    open = !open || wide !== level;
    wide = level;
    update();
    if (open) node.scrollIntoView({ block: "nearest" });
  }
  function door() {
    const asked = {
      lang: ui.language,
      text: data.typed,
      model: data.model,
      ...(block === data.held.block ? { head: place() } : {}),
      step: String(ui.now + 1),
      weights: told(own.hold.edits).weights,
    };
    const href = `./decode?${new URLSearchParams(asked)}`;
    return h("a", { class: "heed-note", href, target: "_self" }, ui.words.hold_decode);
  }

  function draw() {
    if (open) rows.update(columnsNow(), sums());
  }
  const columnsNow = () => {
    const step = trace.steps[ui.now];
    return own.sources.map((_, j) => ({
      weight: step.weights[j],
      visible: Boolean(step.visible[j]),
    }));
  };

  function update() {
    const on = there();
    choice.hidden = !on;
    grid?.node.classList.toggle("heed-graspable", on && ui.kind === "weights");
    node.hidden = !data.held || !maps.blockOf(ui.head).grows || (!(open && on) && !changed);
    if (!data.held || !maps.blockOf(ui.head).grows) return;
    if (!own.held) follow();
    const key = `${place()} ${ui.now} ${open} ${summed.has(layerOf())}`;
    if (key !== drawn && !own.held) compose();
    drawn = key;
    if (open && on) ask(layerOf());
    draw();
  }
  function compose() {
    const found = summed.get(layerOf());
    const average = found?.averages[place()] ?? null;
    const usual = { ...data.held, average, averaged: found?.averaged ?? 0 };
    const parts = holdBar(own, trace, usual, { steers: false });
    choice.replaceChildren(
      `${ui.words.hold_of} `,
      ...places().map((one, level) =>
        h(
          "button",
          {
            type: "button",
            class: "heed-hold-choice",
            "data-act": `hold-${level}`,
            "aria-pressed": String(open && level === Math.min(wide, places().length - 1)),
            onclick: () => choose(level),
          },
          named(one),
        ),
      ),
    );
    bar.replaceChildren(
      h("h2", { class: "heed-tag" }, `${words.hold} · ${named(place())}`),
      ...(open && parts.bar
        ? [h("b", { class: "heed-hold-hint" }, ui.words.hold_row), parts.bar]
        : []),
    );
    const many = open && place() !== places()[0];
    body.replaceChildren(
      ...(many ? [h("p", { class: "heed-note" }, ui.words.hold_many)] : []),
      ...(open ? [rows.node] : []),
    );
    below.replaceChildren(...[parts.changes, can ? door() : null].filter(Boolean));
  }

  return {
    node,
    choice,
    update,
    layout() {},
    light() {},
    // The current row of a grid can be dragged where it shows weights.
    onGrid(made) {
      grid = made;
      if (!there()) return;
      follow();
      own.hold.grips(made.ring, (event) => {
        const [i, j] = made.cellAt(event);
        if (i !== ui.now || ui.kind !== "weights") return null;
        ask(layerOf());
        return j;
      });
    },
    hear({ valued, values, averages, averaged }) {
      const flat = decodeFlat(values);
      const [heads, keys, size] = values.shape;
      const at = (head, key) => (head * keys + key) * size;
      const states = Array.from({ length: heads }, (_, head) =>
        Array.from({ length: keys }, (_, j) => flat.subarray(at(head, j), at(head, j) + size)),
      );
      summed.set(valued, { values: states, averages, averaged });
      update();
    },
    settle: () => own.hold?.settle(),
    answered: () => own.hold?.answered(),
    kept: () => ({ hand: { wide, open }, ...own.hold?.kept() }),
    destroy: () => own.hold?.destroy(),
  };
}
