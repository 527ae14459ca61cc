// What is on a screen: its page, what that page is asked, and what the browser alone does with it.

/** @typedef {Record<string, string>} Texts */
/** @typedef {{ page: string, asks: Texts, view: Texts, large: boolean }} Scene */

const MANNER = ["lang", "projector", "class"]; // each follower's own

/** Which page an address leads to, and what its link says, without what each has for themselves.
 * @param {string} href @returns {{ page: string, given: Texts }} */
export function placeOf(href) {
  const { pathname, searchParams } = new URL(href);
  const given = [...searchParams].filter(([name]) => !MANNER.includes(name));
  return { page: pathname.slice(pathname.lastIndexOf("/") + 1), given: Object.fromEntries(given) };
}

/** What of a link is asked: a script of the server runs for it.
 * @param {Texts} given @param {Iterable<string>} seen names that the picture says */
export function asksOf(given, seen) {
  const own = new Set(seen);
  return Object.fromEntries(Object.entries(given).filter(([name]) => !own.has(name)));
}

/** @param {Texts} one @param {Texts} other */
export const alike = (one, other) =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

/** The link with what a picture says of itself, which the address bar says a moment later.
 * @param {Texts} given @param {Record<string, any>} address @returns {Texts} */
export function overlaid(given, address) {
  const found = { ...given };
  for (const [name, value] of Object.entries(address)) {
    if (value == null) delete found[name];
    else found[name] = String(value);
  }
  return found;
}

/** The link to a scene from a page of the app.
 * @param {Scene} scene @param {string} href */
export function linkTo({ page, asks, view }, href) {
  const url = new URL(page || ".", href);
  url.search = new URLSearchParams({ ...asks, ...view }).toString();
  return url.href;
}

/** How many of those who follow have fallen behind: what is on their screens is older than what
 * was shown some time ago. @param {number[]} at @param {number} then */
export const behind = (at, then) => at.filter((one) => one < then).length;

/** A code as one reads it: in two halves. @param {string} code */
export const spaced = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;
