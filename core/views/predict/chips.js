// Ten chips over the words of the source: put by mouse or touch, dragged, or set by keys.

import { fill, fixed, h, spoken } from "../../stage/dom.js";
import { CHIPS, moved } from "./judge.js";

/** @param {any} ui @param {import("../../stage/wire").PredictExercise} item
 * @param {{ answer: number[], shown: boolean }} state @param {() => void} changed */
export function chipsBoard(ui, item, state, changed) {
  const { words } = ui;
  if (!state.answer.length) state.answer = item.sources.map(() => 0);
  const left = () => CHIPS - state.answer.reduce((a, b) => a + b, 0);
  const chip = (more = {}) => h("i", { class: "heed-chip", ...more });
  const count = h("span", { class: "heed-info" });
  const pool = h("div", { class: "heed-pool-chips" });
  const flying = h("i", { class: "heed-chip heed-flying", hidden: true });

  const columns = item.sources.map((word, place) => {
    const stack = h("span", { class: "heed-stack" });
    const bar = h("i", { class: "heed-truth", hidden: true });
    const value = h("span", { class: "heed-value" });
    const node = h(
      "div",
      {
        class: "heed-column",
        role: "slider",
        tabindex: place ? -1 : 0,
        "data-act": `word-${place}`,
        "data-place": place,
        "aria-label": word,
        "aria-valuemin": 0,
        "aria-valuemax": CHIPS,
        "aria-orientation": "vertical",
        onkeydown: (event) => key(event, place),
      },
      h("span", { class: "heed-pile" }, stack, bar),
      h("b", { class: "heed-source" }, spoken(ui, "source", word)),
      value,
    );
    return { node, stack, bar, value };
  });

  function put(answer) {
    if (state.shown) return;
    state.answer = answer;
    update();
    changed();
  }

  function key(event, place) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const own = state.answer[place];
    const most = own + left();
    const set = (to) => {
      const answer = [...state.answer];
      answer[place] = Math.max(0, Math.min(most, to));
      put(answer);
    };
    const go = (to) => columns[(to + columns.length) % columns.length].node.focus();
    const acts = {
      ArrowUp: () => set(own + 1),
      ArrowDown: () => set(own - 1),
      ArrowRight: () => go(place + 1),
      ArrowLeft: () => go(place - 1),
      Home: () => set(0),
      End: () => set(most),
      Delete: () => set(0),
      Backspace: () => set(own - 1),
      " ": () => set(own + 1),
    };
    if (/^\d$/.test(event.key)) set(Number(event.key));
    else if (acts[event.key]) acts[event.key]();
    else return;
    event.preventDefault();
  }

  // A chip is taken where the pointer goes down and put where it goes up.
  /** @type {{ from: number | null, chip: boolean, x: number, y: number, far: boolean } | null} */
  let held = null;
  const at = (event) => {
    const under = event.currentTarget.getRootNode().elementFromPoint(event.clientX, event.clientY);
    const column = under?.closest(".heed-column");
    return column ? Number(column.dataset.place) : null;
  };
  const board = h(
    "div",
    {
      class: "heed-chips",
      onpointerdown: (event) => {
        if (state.shown || event.button) return;
        const from = at(event);
        const taken = event.target.classList.contains("heed-chip");
        if (from == null && !taken) return;
        held = { from, chip: taken, x: event.clientX, y: event.clientY, far: false };
        if (taken) event.currentTarget.setPointerCapture(event.pointerId);
      },
      onpointermove: (event) => {
        if (!held?.chip) return;
        held.far ||= Math.hypot(event.clientX - held.x, event.clientY - held.y) > 5;
        const room = board.getBoundingClientRect();
        flying.hidden = !held.far;
        flying.style.left = `${event.clientX - room.left}px`;
        flying.style.top = `${event.clientY - room.top}px`;
      },
      onpointercancel: () => {
        held = null;
        flying.hidden = true;
      },
      onpointerup: (event) => {
        const last = held;
        held = null;
        flying.hidden = true;
        if (!last) return;
        flying.hidden = true;
        const to = at(event);
        if (!last.far && last.from != null) {
          put(moved(state.answer, last.chip ? last.from : null, last.chip ? null : last.from));
        } else if (last.far && last.from !== to) put(moved(state.answer, last.from, to));
        if (to != null) columns[to].node.focus({ preventScroll: true });
      },
    },
    h("div", { class: "heed-pool" }, pool, count),
    h(
      "div",
      { class: "heed-columns" },
      columns.map(({ node }) => node),
    ),
    flying,
  );

  function update() {
    pool.replaceChildren(...Array.from({ length: left() }, () => chip()));
    count.textContent = state.shown ? words.legend : fill(words.chips_left, { left: left() });
    columns.forEach(({ node, stack, bar, value }, place) => {
      const own = state.answer[place];
      stack.replaceChildren(...Array.from({ length: own }, () => chip()));
      bar.hidden = !state.shown;
      bar.style.setProperty("--share", String(item.row[place]));
      value.textContent = state.shown ? fixed(item.row[place], 2) : own ? `${own}` : "";
      node.setAttribute("aria-valuenow", String(own));
      node.setAttribute(
        "aria-valuetext",
        fill(state.shown ? words.column_shown : words.column, {
          chips: own,
          weight: fixed(item.row[place], 2),
        }),
      );
      node.setAttribute("aria-readonly", String(state.shown));
    });
    board.classList.toggle("heed-shown", state.shown);
  }

  update();
  return {
    node: board,
    update,
    arrange: (width) =>
      board.classList.toggle("heed-lying", width / columns.length < (ui.large ? 84 : 58)),
  };
}
