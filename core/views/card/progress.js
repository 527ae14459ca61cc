// Which cards of which lessons this browser has done.

const KEY = "heed-lessons";

/** @returns {Record<string, string[]>} */
export function progress() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {}; // where nothing may be kept
  }
}

/** @param {string} lesson @param {string} card */
export function note(lesson, card) {
  const known = progress();
  const cards = new Set(known[lesson] ?? []);
  if (cards.has(card)) return;
  known[lesson] = [...cards, card];
  try {
    localStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    /* nothing may be kept */
  }
}
