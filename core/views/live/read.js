// What the frames of a training say: put together, looked up, and made into curves.

/** @typedef {import("../../stage/wire").LiveFrame} Frame */

const KEPT = 480; // frames of one run that are kept

/** The frames there are and those that came, each once and in order; of too many every second.
 * @param {Frame[]} known @param {Frame[]} fresh @returns {Frame[]} */
export function merged(known, fresh) {
  const last = known.length ? known[known.length - 1].number : 0;
  const news = fresh.filter((one) => one.number > last);
  if (!news.length) return known;
  const all = [...known, ...news];
  return all.length <= KEPT ? all : all.filter((_, i) => i % 2 === 0 || i === all.length - 1);
}

/** Every update that some run has a frame of. @param {Frame[][]} runs @returns {number[]} */
export const updatesOf = (runs) =>
  [...new Set(runs.flatMap((frames) => frames.map((one) => one.moment[0])))].sort((a, b) => a - b);

/** The last frame up to an update, or the first. @param {Frame[]} frames @param {number} update */
export const frameAt = (frames, update) =>
  frames.findLast((one) => one.moment[0] <= update) ?? frames[0];

/** The last frame up to an update that was measured. @param {Frame[]} frames
 * @param {number} update */
export const measuredAt = (frames, update) =>
  frames.findLast((one) => one.moment[0] <= update && one.moment[4] !== null);

/** A curve: update and value, where that was measured.
 * @param {Frame[]} frames @param {2 | 3 | 4} part @returns {[number, number][]} */
export const curve = (frames, part) =>
  frames.flatMap(({ moment }) =>
    moment[part] === null ? [] : [/** @type {[number, number]} */ ([moment[0], moment[part]])],
  );

/** Round numbers from 0 to about `most`, five at most. @param {number} most @returns {number[]} */
export function ticks(most) {
  if (!(most > 0) || !Number.isFinite(most)) return [0];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999) ?? most;
  const found = [];
  for (let i = 0; i * step <= most * 1.001; i += 1) found.push(Number((i * step).toPrecision(6)));
  return found;
}

/** Updates a second over the last arrivals, each a time in ms and an update; null without two.
 * @param {[number, number][]} arrivals */
export function speed(arrivals) {
  const [first, last] = [arrivals[0], arrivals[arrivals.length - 1]];
  if (!first || last[0] <= first[0] || last[1] <= first[1]) return null;
  return ((last[1] - first[1]) / (last[0] - first[0])) * 1000;
}

/** The target of label smoothing: Szegedy et al. 2016, section 7.
 * @param {number} smoothing @param {number} tokens @param {boolean} wanted */
export const targetOf = (smoothing, tokens, wanted) =>
  smoothing / tokens + (wanted ? 1 - smoothing : 0);

/** Where a size lies on a scale of powers of ten, from 0 to 1.
 * @param {number} value @param {number} low @param {number} high */
export const logPlace = (value, low, high) =>
  value > 0 ? Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low))) : 0;

/** A number with three digits that count, without a power of ten where it can be.
 * @param {number} value */
export function short(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  const text =
    size >= 1e-3 && size < 1e4 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
  return text.replace("-", "−").replace("e−", "e−");
}
