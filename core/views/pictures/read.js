// What the board's views share, without a browser: pixels, groups of cells, boards as texts.

/** @typedef {import("../../stage/wire").PicturesPlaced} Placed */

/** Red, green, blue as they travelled, as a canvas has them: with an opacity of its own each.
 * @param {string} text */
export function pixelsOf(text) {
  const letters = atob(text);
  const found = new Uint8ClampedArray((letters.length / 3) * 4);
  for (let from = 0, to = 0; from < letters.length; from += 3, to += 4) {
    for (let k = 0; k < 3; k += 1) found[to + k] = letters.charCodeAt(from + k);
    found[to + 3] = 255;
  }
  return found;
}

// Groups of cells as the views of numbers have them.
const group = (label, items, word) => ({
  word,
  items,
  label,
  text: label,
  mark: false,
  joins: false,
});

/** One group a thing, and one for the rest.
 * @param {{ label: string, cells: number[] }[]} groups */
export const thingsOf = (groups) => groups.map(({ label, cells }, i) => group(label, cells, i));

/** One group a cell: its row and its column.
 * @param {{ piece: string }[]} source */
export const cellsOf = (source) => source.map(({ piece }, i) => group(piece, [i], i));

/** The text of a board, as it stands in links. @param {Placed[]} placed */
export const textOf = (placed) =>
  placed.map(({ thing, left, top, size }) => `${thing} ${left},${top},${size}`).join("; ");

const clamp = (value, low, high) => Math.max(low, Math.min(high, Math.round(value)));

/** A drawing moved and resized as far as it must to lie whole on the board.
 * @param {Placed} one @param {{ side: number, smallest: number, largest: number }} board */
export function within({ thing, left, top, size }, { side, smallest, largest }) {
  const fits = clamp(size, smallest, largest);
  return {
    thing,
    left: clamp(left, 0, side - fits),
    top: clamp(top, 0, side - fits),
    size: fits,
  };
}

/** Larger or smaller about its middle.
 * @param {Placed} one @param {number} by @param {any} board */
export const resized = (one, by, board) =>
  within({ ...one, left: one.left - by / 2, top: one.top - by / 2, size: one.size + by }, board);

const overlap = (one, other) => {
  const across =
    Math.min(one.left + one.size, other.left + other.size) - Math.max(one.left, other.left);
  const down = Math.min(one.top + one.size, other.top + other.size) - Math.max(one.top, other.top);
  return Math.max(0, across) * Math.max(0, down);
};

/** Where a new drawing covers least of the others; the first such place, from the top left.
 * @param {string} thing @param {number} size @param {Placed[]} placed @param {any} board */
export function roomFor(thing, size, placed, board) {
  /** @type {Placed | null} */
  let best = null;
  let least = Infinity;
  for (let top = 2; top + size <= board.side; top += 4) {
    for (let left = 2; left + size <= board.side; left += 4) {
      const one = { thing, left, top, size };
      const covers = placed.reduce((total, other) => total + overlap(one, other), 0);
      if (covers < least) [best, least] = [one, covers];
    }
  }
  return best ?? within({ thing, left: 0, top: 0, size }, board);
}

/** How dark the veil over each cell is, 0 to 1: none over the one with the largest weight.
 * @param {ArrayLike<number>} weights */
export function veil(weights) {
  const most = Math.max(...Array.from(weights));
  return Array.from(weights, (weight) => 0.8 * (1 - Math.sqrt(weight / most)));
}

/** Which cell lies under a point of the board, told in shares of its side; null beside it.
 * @param {number[]} point @param {[number, number]} grid */
export function cellAt([x, y], [rows, columns]) {
  if (x < 0 || y < 0 || x >= 1 || y >= 1) return null;
  return Math.floor(y * rows) * columns + Math.floor(x * columns);
}
