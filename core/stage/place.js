// Where one is on each stage of this page, as its address says it: the button that takes a page
// home asks, and is a script of its own; so is the card of a lesson, which hears of every move.

/** @type {Map<string, Record<string, any>>} */
const places = /** @type {any} */ ((globalThis.heedPlaces ??= new Map()));

/** @param {string} kind @param {Record<string, any>} address */
export function standAt(kind, address) {
  places.set(kind, address);
  const told = { detail: { kind, address } };
  globalThis.document?.dispatchEvent(new CustomEvent("heed-stands", told));
}

/** @param {string} kind */
export const placeOf = (kind) => places.get(kind) ?? {};
