// What the moments of several trainings say, looked up by the update.

/** Every update that some training was measured at.
 * @param {{ moments: { update: number }[] }[]} films @returns {number[]} */
export const updatesOf = (films) =>
  [...new Set(films.flatMap((film) => film.moments.map((one) => one.update)))].sort(
    (a, b) => a - b,
  );

/** The last moment up to an update; none before the first.
 * @template {{ update: number }} T @param {T[]} moments @param {number} update */
export const momentAt = (moments, update) => moments.findLast((one) => one.update <= update);

/** The last moment up to an update that has the attention of its sentences.
 * @template {{ update: number, shown: any[] }} T @param {T[]} moments @param {number} update */
export const shownAt = (moments, update) =>
  moments.findLast((one) => one.update <= update && one.shown.length);

/** A curve of one figure: update and value, where it was measured.
 * @param {any[]} moments @param {string} key @returns {[number, number][]} */
export const curve = (moments, key) =>
  moments.flatMap((one) =>
    one[key] === null ? [] : [/** @type {[number, number]} */ ([one.update, one[key]])],
  );

/** Where an update stands on an axis from 0 to 1: in powers of two where moments are.
 * @param {number} update @param {number} last @param {boolean} powers */
export const place = (update, last, powers) =>
  powers ? Math.log2(1 + update) / Math.log2(1 + last) : update / last;
