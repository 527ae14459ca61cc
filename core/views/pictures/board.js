// The board: the picture that the model sees, the light of its attention, and drawings that are
// moved, resized and removed.

import { fill, h, s } from "../../stage/dom.js";
import { paintPixels, paintVeil } from "./picture.js";
import { cellAt, resized, within } from "./read.js";

const STEP = 2; // pixels that an arrow key moves a drawing, or + and − resize it

// `change(placed, chosen, later)` hears of another board; null where nothing can be changed.
// `cells(cell)` are the lines that are told of a cell.
export function boardView(ui, trace, data, { change, cells }) {
  const { words } = ui;
  const { side } = data.board;
  const [rows, columns] = data.grid;
  const canvas = h("canvas", { width: side, height: side, class: "heed-board-picture" });
  const veiled = h("canvas", { width: columns, height: rows, class: "heed-board-light" });
  const marks = s("svg", {
    class: "heed-board-marks",
    viewBox: `0 0 ${columns} ${rows}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  const holder = h("div", { class: "heed-drawings" });
  const node = h(
    "div",
    {
      class: "heed-board",
      role: "group",
      "aria-label": data.own ? words.own_picture : words.board,
      onpointermove: over,
      onpointerleave: () => {
        ui.tip(null);
        if (!held) ui.point({});
      },
    },
    canvas,
    veiled,
    marks,
    holder,
  );
  const sheet = new Image();
  sheet.onload = () => paint();
  sheet.src = data.sheet.url;
  const at = new Map(data.things.map(({ name }, i) => [name, i]));
  const label = new Map(data.things.map((one) => [one.name, one.label]));
  /** @type {{ index: number, x: number, y: number, from: any, size: boolean } | null} */
  let held = null;

  // As the model saw it or, until it has seen a change, as the browser draws it.
  function paint() {
    if (!ui.changed) {
      paintPixels(canvas, data.pixels, side);
      return;
    }
    const brush = canvas.getContext("2d");
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, side, side);
    for (const one of ui.placed) drawOn(brush, one);
  }

  function drawOn(brush, { thing, left, top, size }) {
    const { cell, across } = data.sheet;
    const place = at.get(thing);
    const [x, y] = [(place % across) * cell, Math.floor(place / across) * cell];
    if (sheet.complete) brush.drawImage(sheet, x, y, cell, cell, left, top, size, size);
  }

  const share = (event) => {
    const box = node.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };

  function over(event) {
    if (held || event.pointerType === "touch") return;
    const cell = ui.changed ? null : cellAt(share(event), data.grid);
    ui.tip(cell == null ? null : event, cell == null ? [] : cells(cell));
    const source = ui.sources.findIndex((one) => one.items.includes(cell));
    ui.point(source < 0 ? {} : { source });
  }

  function begin(event, index, size) {
    if (!change || event.button) return;
    event.preventDefault();
    const [x, y] = share(event);
    held = { index, x, y, from: ui.placed[index], size };
    const target = /** @type {HTMLElement} */ (event.currentTarget);
    target.setPointerCapture(event.pointerId);
    ui.tip(null);
    choose(index);
    buttons[index]?.focus({ preventScroll: true });
  }

  function drag(event) {
    if (!held) return;
    const [x, y] = share(event);
    const [across, down] = [(x - held.x) * side, (y - held.y) * side];
    const { from } = held;
    const next = held.size
      ? {
          ...from,
          size: Math.min(from.size + Math.max(across, down), side - from.left, side - from.top),
        }
      : { ...from, left: from.left + across, top: from.top + down };
    put(held.index, within(next, data.board));
  }

  function end() {
    if (!held) return;
    const { index, from } = held;
    held = null;
    const now = ui.placed[index];
    const same = ["left", "top", "size"].every((key) => now[key] === from[key]);
    if (!same) change(ui.placed, index, false);
    lay();
  }

  // Shows a drawing elsewhere, before anybody is asked.
  function put(index, one) {
    ui.placed = ui.placed.map((other, i) => (i === index ? one : other));
    ui.changed = true;
    paint();
    lay();
    shade();
  }

  function key(event, index) {
    const one = ui.placed[index];
    const moves = {
      ArrowLeft: { ...one, left: one.left - STEP },
      ArrowRight: { ...one, left: one.left + STEP },
      ArrowUp: { ...one, top: one.top - STEP },
      ArrowDown: { ...one, top: one.top + STEP },
    };
    const sizes = { "+": STEP, "=": STEP, "-": -STEP, "−": -STEP };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) put(index, within(moves[event.key], data.board));
    else if (event.key in sizes) put(index, resized(one, sizes[event.key], data.board));
    else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      event.stopPropagation();
      remove(index);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
    change(ui.placed, index, true);
    ui.say(told(ui.placed[index]));
  }

  const told = ({ thing, left, top, size }) =>
    fill(words.placed, { thing: label.get(thing), left, top, size });

  function choose(index) {
    ui.chosen = index;
    buttons.forEach((button, i) => button.classList.toggle("heed-chosen", i === index));
    acts.forEach((button) => {
      button.disabled = ui.chosen == null;
    });
  }

  function remove(index) {
    if (index == null || !ui.placed[index]) return;
    const left = ui.placed.filter((_, i) => i !== index);
    const next = left.length ? Math.min(index, left.length - 1) : null;
    change(left, next, false);
    if (next != null) buttons[next]?.focus({ preventScroll: true });
  }

  function resize(by) {
    if (ui.chosen == null) return;
    put(ui.chosen, resized(ui.placed[ui.chosen], by, data.board));
    change(ui.placed, ui.chosen, true);
  }

  function front() {
    if (ui.chosen == null) return;
    const one = ui.placed[ui.chosen];
    change([...ui.placed.filter((other) => other !== one), one], ui.placed.length - 1, false);
  }

  const act = (name, sign, does) =>
    h(
      "button",
      {
        type: "button",
        class: "heed-board-act",
        "data-act": name,
        "aria-label": words[name],
        title: words[name],
        disabled: ui.chosen == null,
        onclick: does,
      },
      sign,
    );
  const acts = change
    ? [
        act("smaller", "−", () => resize(-STEP)),
        act("larger", "+", () => resize(STEP)),
        act("front", "⤒", front),
        act("remove", "×", () => remove(ui.chosen)),
      ]
    : [];
  const buttons = [];

  // A handle for each drawing, where it lies.
  function lay() {
    if (!change) return;
    if (buttons.length !== ui.placed.length) {
      buttons.splice(0, buttons.length, ...ui.placed.map((_, i) => handle(i)));
      holder.replaceChildren(...buttons);
      choose(ui.placed[ui.chosen] ? ui.chosen : null);
    }
    ui.placed.forEach(({ left, top, size }, i) => {
      const share = (value) => `${(100 * value) / side}%`;
      Object.assign(buttons[i].style, {
        left: share(left),
        top: share(top),
        width: share(size),
        height: share(size),
      });
      buttons[i].setAttribute("aria-label", told(ui.placed[i]));
    });
  }

  function handle(index) {
    const corner = h("span", {
      class: "heed-corner-grip",
      onpointerdown: (event) => {
        event.stopPropagation();
        begin(event, index, true);
      },
      onpointermove: drag,
      onpointerup: end,
      onpointercancel: end,
    });
    return h(
      "button",
      {
        type: "button",
        class: "heed-drawing",
        "data-id": `drawing-${index}`,
        "aria-keyshortcuts": "ArrowLeft ArrowRight ArrowUp ArrowDown + - Delete",
        onpointerdown: (event) => begin(event, index, false),
        onpointermove: drag,
        onpointerup: end,
        onpointercancel: end,
        onfocus: () => choose(index),
        onkeydown: (event) => key(event, index),
      },
      corner,
    );
  }

  const shade = () =>
    paintVeil(veiled, ui.changed || !ui.lightOn ? null : trace.steps[ui.now].weights);

  return {
    node,
    acts,
    canvas,
    share,
    told,
    layout() {},
    update() {
      paint();
      lay();
      shade();
    },
    /** @param {import("../../stage/types").Lit} lit */
    light(lit) {
      const lines = lit.source == null || ui.changed ? [] : (ui.sources[lit.source]?.items ?? []);
      marks.replaceChildren(
        ...lines.map((cell) =>
          s("rect", { x: cell % columns, y: Math.floor(cell / columns), width: 1, height: 1 }),
        ),
      );
    },
  };
}
