// A new drawing: placed where there is room, or carried over the board and let go of.

import { roomFor, within } from "./read.js";

const USUAL = 20; // pixels of a drawing that is placed

// `change(placed, chosen, later)` hears of another board, `full` is shown when nothing more fits.
export function placing(ui, data, { change, redraw, full }) {
  const { holds, side } = data.board;
  /** @type {{ placed: any[], changed: boolean } | null} */
  let before = null; // as it was when something began to be carried

  function placedAt(thing, at, others) {
    if (!at) return roomFor(thing, USUAL, others, data.board);
    const [left, top] = at.map((share) => share * side - USUAL / 2);
    return within({ thing, left, top, size: USUAL }, data.board);
  }

  const inside = (at) => at.every((share) => share >= 0 && share <= 1);
  // A drawing on a picture of one's own begins a board anew.
  const own = () => ({ placed: data.own ? [] : ui.placed, changed: ui.changed });

  function back(found) {
    Object.assign(ui, found);
    redraw();
  }

  // `at` is a point of the board, in shares of its side; null for where there is room.
  function place(thing, at) {
    const found = before ?? own();
    before = null;
    if (at && !inside(at)) {
      back(found);
      return;
    }
    if (found.placed.length >= holds) {
      back(found);
      full.hidden = false;
      ui.say(full.textContent);
      return;
    }
    change([...found.placed, placedAt(thing, at, found.placed)], found.placed.length, false);
  }

  // A drawing that is carried; nothing, when it is given up.
  function follow(thing, at) {
    before ??= own();
    const { placed, changed } = before;
    const more = thing && inside(at) && placed.length < holds;
    if (!thing) before = null;
    back({
      placed: more ? [...placed, placedAt(thing, at, placed)] : placed,
      changed: more || changed,
    });
  }

  return { place, follow };
}
