// Where one is on each stage of this page, as its address says it: the button that takes a page
// home asks, and is a script of its own.

/** @type {Map<string, Record<string, any>>} */
const places = /** @type {any} */ ((globalThis.heedPlaces ??= new Map()));

/** @param {string} kind @param {Record<string, any>} address */
export const standAt = (kind, address) => places.set(kind, address);

/** @param {string} kind */
export const placeOf = (kind) => places.get(kind) ?? {};
