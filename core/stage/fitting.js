// How a panel is laid out and enlarged so that it fills the room there is: pure functions of sizes.

export const WIDTHS = [360, 440, 540, 660, 800, 960, 1140, 1360]; // px that a panel is tried at
const MOST = 4; // times as large as on the page
export const LEAST = 0.9; // below that one scrolls

/** How many times as large a panel may be.
 * @param {{ width: number, height: number }} size
 * @param {{ width: number, height: number }} room */
export const scaleOf = (size, room) =>
  Math.max(LEAST, Math.min(MOST, room.width / size.width, room.height / size.height));

/** Which of several layouts fills the room best: one in which nothing is cut off, where there is
 * one, and then the one that becomes largest.
 * @param {{ width: number, height: number, cut: number }[]} sizes `cut`: px that one would have to
 * scroll for @param {{ width: number, height: number }} room @returns {number} its place */
export function best(sizes, room) {
  const free = Math.min(room.width, room.height);
  const worth = sizes.map((size) => {
    const fits = Math.min(room.width / size.width, room.height / size.height);
    return Math.min(MOST, fits) - (size.cut ? MOST + size.cut / free : 0);
  });
  return worth.indexOf(Math.max(...worth));
}

/** The letter or sign of a key, wherever it lies and in whichever script it writes.
 * @param {{ key: string, code?: string }} event */
export function letterOf({ key, code = "" }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key;
}
