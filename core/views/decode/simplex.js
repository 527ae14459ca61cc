// Weights as a person drags them: whatever is done, they stay a distribution.

export const MILLION = 1_000_000; // weights by hand travel as whole millionths

/** @typedef {(place: number) => boolean} Fixed whether a weight stays as it is */

/** @param {ArrayLike<number>} weights @param {number[]} places */
const sumOf = (weights, places) => places.reduce((all, i) => all + weights[i], 0);

// Gives `total` to some places, in the proportion in which they have theirs, or evenly.
/** @param {number[]} weights @param {number[]} places @param {number} total */
function share(weights, places, total) {
  const now = sumOf(weights, places);
  for (const i of places) weights[i] = now > 0 ? (weights[i] / now) * total : total / places.length;
}

/** Weights after those of `items` together were dragged to `value`: the others give way in
 * proportion, and what is `fixed` stays. What cannot be moves nothing, or as far as it can.
 * @param {ArrayLike<number>} weights @param {number[]} items @param {number} value
 * @param {Fixed} fixed @returns {number[]} */
export function dragged(weights, items, value, fixed) {
  const found = Array.from(weights);
  const free = found.map((_, i) => i).filter((i) => !fixed(i));
  const own = free.filter((i) => items.includes(i));
  const rest = free.filter((i) => !items.includes(i));
  if (!own.length || Number.isNaN(value)) return found;
  const kept = found.map((_, i) => i).filter((i) => fixed(i));
  const room = Math.max(0, 1 - sumOf(found, kept)); // what those that are not fixed have together
  const held = sumOf(
    found,
    items.filter((i) => fixed(i)),
  );
  const wanted = rest.length ? Math.max(0, Math.min(room, value - held)) : room;
  share(found, own, wanted);
  share(found, rest, room - wanted);
  return found;
}

/** The same weight for all that is not fixed; what is, has none.
 * @param {number} count @param {Fixed} fixed @returns {number[]} */
export function uniform(count, fixed) {
  const found = new Array(count).fill(0);
  share(
    found,
    found.map((_, i) => i).filter((i) => !fixed(i)),
    1,
  );
  return found;
}

/** All of it on `items`, in the proportion of their weights.
 * @param {ArrayLike<number>} weights @param {number[]} items @returns {number[]} */
export function only(weights, items) {
  const found = Array.from(weights, (weight, i) => (items.includes(i) ? weight : 0));
  share(found, items, 1);
  return found;
}

// Numbers from 0 to 1 that follow from a seed alone (mulberry32, by Tommy Ettinger).
/** @param {number} seed */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The weights of what is not fixed, dealt out anew (Fisher and Yates): the same for the same seed.
 * @param {ArrayLike<number>} weights @param {number} seed @param {Fixed} fixed
 * @returns {number[]} */
export function shuffled(weights, seed, fixed) {
  const found = Array.from(weights);
  const free = found.map((_, i) => i).filter((i) => !fixed(i));
  const draw = random(seed);
  for (let last = free.length - 1; last > 0; last -= 1) {
    const other = Math.floor(draw() * (last + 1));
    const [a, b] = [free[last], free[other]];
    [found[a], found[b]] = [found[b], found[a]];
  }
  return found;
}

/** What is left when some places have no weight: the others share theirs in proportion. Null where
 * nothing is left.
 * @param {ArrayLike<number>} weights @param {number[]} places @returns {number[] | null} */
export function without(weights, places) {
  const found = Array.from(weights, (weight, i) => (places.includes(i) ? 0 : weight));
  const rest = found.map((_, i) => i).filter((i) => found[i] > 0);
  if (!rest.length) return null;
  share(found, rest, 1);
  return found;
}

/** Weights as whole millionths that sum to a million: the largest remainders are rounded up. Null
 * for what is no distribution: no numbers, or a sum of 0.
 * @param {ArrayLike<number>} weights @returns {number[] | null} */
export function millionths(weights) {
  const all = Array.from(weights);
  const total = all.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && Number.isFinite(total)) || all.some((weight) => !(weight >= 0))) return null;
  const exact = all.map((weight) => (weight / total) * MILLION);
  const found = exact.map(Math.floor);
  const missing = MILLION - found.reduce((sum, part) => sum + part, 0);
  const order = exact.map((_, i) => i).sort((a, b) => exact[b] - found[b] - (exact[a] - found[a]));
  for (const i of order.slice(0, missing)) found[i] += 1;
  return found;
}

/** The context vector of weights over states, one a place: Σ α h̄, as Luong et al. 2015, section
 * 3.1, have it.
 * @param {ArrayLike<number>} weights @param {ArrayLike<number>[]} states
 * @returns {Float32Array} */
export function contextOf(weights, states) {
  const found = new Float32Array(states[0].length);
  states.forEach((state, i) => {
    if (weights[i]) for (let d = 0; d < found.length; d += 1) found[d] += weights[i] * state[d];
  });
  return found;
}
