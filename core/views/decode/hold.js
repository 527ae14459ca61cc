// Taking hold of the attention of the current step: while a weight is dragged the browser shows
// what follows of it here; on release the model is asked how it goes on.

import { fill, fixed, groupName, h } from "../../stage/dom.js";
import { columns } from "../../stage/trace.js";
import { editsOf, historyOf, key, NOTHING, pushed, told, withRow } from "./edits.js";
import { grip, keyed } from "./grip.js";
import { contextOf, dragged, millionths } from "./simplex.js";

const LONG = 180; // px of a drag from 0 to 1, where no bar says how long it is
const LEAST = 90; // px of the same on a bar that is shorter
const PATIENCE = 500; // ms after the last key until the model is asked

// `redraw()` draws the current step anew, `send(choice)` asks the server: there is none on a page
// of its own, where nothing can be changed; `block()` is the head, layer or attention that is held.
/** @param {any} ui @param {any} trace @param {any} data
 * @param {{ redraw: () => void, send?: (choice: object) => void, block?: () => string }} hooks */
export function takeHold(ui, trace, data, { redraw, send, block = () => data.held.block }) {
  const { words } = ui;
  const edits = editsOf(data.held);
  let history = historyOf(edits, data.history);
  const pins = new Set(data.pins ?? []);
  /** @type {any} the step as it was, while another is shown in its place */
  let before = null;
  let waiting = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;

  const unread = (i) => !trace.steps[ui.now].visible[i] || edits.forbidden.includes(i);
  const kept = (i) => unread(i) || pins.has(i);
  const can = (j) => Boolean(send) && !waiting && ui.sources[j].items.some((i) => !kept(i));
  const value = (j) => columns(trace.steps[ui.now], ui.sources)[j].weight;

  // Shows the step with other weights, and with the context that these make of the states.
  function preview(weights) {
    const step = trace.steps[ui.now];
    before ??= step;
    const states = step.states ?? trace.states;
    trace.steps[ui.now] = {
      ...step,
      weights,
      replaced: true,
      ...(states && !trace.mean ? { context: contextOf(weights, states) } : {}),
    };
    ui.stamp += 1;
    ui.holding(true);
    redraw();
  }

  function restore() {
    clearTimeout(soon);
    soon = undefined;
    waiting = false;
    ui.holding(false);
    if (!before) return;
    trace.steps[before.index] = before;
    before = null;
    ui.stamp += 1;
    redraw();
  }

  /** @param {import("./edits.js").History} next */
  function ask(next) {
    clearTimeout(soon);
    soon = undefined;
    history = next;
    waiting = true;
    send?.({ held: told(next.all[next.place]) });
  }
  const change = (next) => {
    if (send && !waiting && key(next) !== key(edits)) ask(pushed(history, next));
  };

  // Gives the current step these weights; null switches its attention off.
  function put(weights) {
    // Of what is written later there is nothing to read yet.
    const parts = weights && millionths(trace.own ? weights.slice(0, ui.now + 1) : weights);
    if (weights && !parts) return;
    change(withRow(edits, { step: ui.now, block: block(), name: "", parts }));
  }

  function release() {
    if (!before) return;
    put(trace.steps[ui.now].weights);
    if (!waiting) restore();
  }

  // One weight, that of the source token `j`: `long()` is how far it can be dragged.
  function hand(long, tokenAt) {
    let j = 0;
    /** @type {number[]} */
    let from = [];
    return {
      long,
      begin: (event) => {
        j = tokenAt(event);
        if (j == null || !can(j)) return false;
        settle();
        from = Array.from(trace.steps[ui.now].weights);
        return true;
      },
      move: (share) => {
        const items = ui.sources[j].items;
        const start = items.reduce((sum, i) => sum + from[i], 0);
        preview(dragged(from, items, start + share, kept));
      },
      end: () => {
        ui.say(spoken(j));
        release();
      },
      cancel: restore,
    };
  }
  const spoken = (j) =>
    fill(words.weight_is, { token: groupName(ui, ui.sources[j]), value: fixed(value(j), 3) });

  // What was moved by keys, and not asked yet, is asked now.
  function settle() {
    if (soon) release();
    else if (!waiting) restore();
  }

  function press(event, j) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const to = keyed(event.key, value(j));
    if (event.key === "p") pin(j);
    else if (event.key === "Enter" && soon) release();
    else if (event.key === "Escape" && soon) restore();
    else if (to != null && can(j)) {
      preview(dragged(trace.steps[ui.now].weights, ui.sources[j].items, to, kept));
      ui.say(spoken(j));
      clearTimeout(soon);
      soon = setTimeout(release, PATIENCE);
    } else if (to == null) return;
    event.preventDefault();
  }

  function pin(j) {
    const { items } = ui.sources[j];
    const on = !items.every((i) => pins.has(i));
    items.forEach((i) => (on ? pins.add(i) : pins.delete(i)));
    ui.say(fill(on ? words.pinned : words.unpinned, { token: groupName(ui, ui.sources[j]) }));
    redraw();
  }

  // A bar of a weight as what can be dragged: [what it stands in, what is told of it].
  function handle(j, bar) {
    if (!send) return { update() {}, pin: null };
    Object.assign(bar, { tabIndex: 0, role: "slider" });
    bar.setAttribute("data-act", `weight-${j}`);
    bar.setAttribute("aria-valuemin", "0");
    bar.setAttribute("aria-valuemax", "1");
    bar.setAttribute("aria-label", fill(words.weight_of, { token: groupName(ui, ui.sources[j]) }));
    bar.classList.add("heed-handle");
    bar.title = words.drag;
    grip(
      bar,
      hand(
        () => Math.max(LEAST, bar.clientWidth),
        () => j,
      ),
    );
    bar.addEventListener("pointerdown", () => bar.focus({ preventScroll: true }));
    bar.addEventListener("keydown", (event) => press(event, j));
    bar.addEventListener("blur", () => soon && release());
    const knob = h("button", {
      type: "button",
      class: "heed-pin",
      tabindex: -1,
      onclick: () => pin(j),
    });
    return {
      pin: knob,
      update(one) {
        const pinned = ui.sources[j].items.every((i) => pins.has(i));
        bar.setAttribute("aria-valuenow", one.weight.toFixed(3));
        bar.setAttribute("aria-disabled", String(!can(j)));
        knob.setAttribute("aria-pressed", String(pinned));
        knob.setAttribute("aria-label", fill(words.pin, { token: groupName(ui, ui.sources[j]) }));
        knob.title = words[pinned ? "pin_off" : "pin_on"];
        bar.classList.toggle("heed-still", kept(ui.sources[j].items[0]) && !can(j));
      },
    };
  }

  return {
    edits,
    forbids: (j) => ui.sources[j].items.every((i) => edits.forbidden.includes(i)),
    sends: Boolean(send),
    unread,
    handle,
    put,
    change,
    settle,
    // Something drawn of a source token, or over several of them, as what can be dragged.
    grips: (node, tokenAt) =>
      send &&
      grip(
        node,
        hand(() => LONG, tokenAt),
      ),
    answered: () => waiting && restore(),
    undo: () => history.place > 0 && !waiting && ask({ ...history, place: history.place - 1 }),
    redo: () => ui.hold.redoable() && !waiting && ask({ ...history, place: history.place + 1 }),
    reset: () => change(NOTHING),
    undoable: () => history.place > 0,
    redoable: () => history.place < history.all.length - 1,
    kept: () => ({ history, pins: [...pins] }),
    destroy: () => clearTimeout(soon),
  };
}
