// The way of a line between boxes whose rows wrap: past the rows between, not through a word.

/** @typedef {{ x: number, y: number, w: number }} Box */
/** @typedef {{ top: number, bottom: number, boxes: Box[] }} Row */

/** Where a row can be passed: between two boxes, or after the last one where `width` leaves room,
 * there straight below or above what is aimed at.
 * @param {Box[]} boxes @param {number} width @param {number} [aim] @returns {number[]} */
export function gaps(boxes, width, aim = 0) {
  const between = boxes.slice(1).map((box, i) => (boxes[i].x + boxes[i].w + box.x) / 2);
  const last = boxes[boxes.length - 1];
  const after = Math.min(Math.max(last.x + last.w + 8, aim), width - 2);
  return after > last.x + last.w || !between.length ? [...between, after] : between;
}

const nearest = (/** @type {number[]} */ all, /** @type {number} */ aim) =>
  all.reduce((a, b) => (Math.abs(b - aim) < Math.abs(a - aim) ? b : a));
const within = (/** @type {number} */ x, /** @type {Box} */ box) =>
  Math.max(box.x + 10, Math.min(box.x + box.w - 10, x));

/** The path from the lower edge of one box, at `foot`, to the upper edge of another, through the
 * nearest gap of each row that stands `under` the first and `over` the second, from above to below.
 * @param {Box} from @param {number} foot @param {Box} to @param {Row[]} under @param {Row[]} over
 * @param {number} width @returns {string} */
export function route(from, foot, to, under, over, width) {
  const [middle, end] = [from.x + from.w / 2, to.x + to.w / 2];
  const passed = [...under, ...over].map(({ top, bottom, boxes }, i) => {
    const aim = i < under.length ? middle : end;
    return { x: nearest(gaps(boxes, width, aim), aim), top, bottom };
  });
  let [x, y] = [under.length ? within(passed[0].x, from) : middle, foot];
  const bend = (/** @type {number} */ X, /** @type {number} */ Y) =>
    X === x ? `V${Y}` : `C${x} ${y + (Y - y) * 0.55} ${X} ${y + (Y - y) * 0.45} ${X} ${Y}`;
  let path = `M${x} ${y}`;
  for (const one of passed) {
    path += `${bend(one.x, one.top)}V${one.bottom}`;
    [x, y] = [one.x, one.bottom];
  }
  return path + bend(over.length ? within(x, to) : end, to.y);
}
