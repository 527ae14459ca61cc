// The panels of a page that can be shown alone: those of its stages, and its charts and tables.

import { standing } from "./hosts.js";

const MARKED = "[data-present], .heed-pane";
// Of a page without stages: its charts, or else its tables.
const PLAIN = [
  '[data-testid="stPlotlyChart"]',
  '[data-testid="stDataFrame"], [data-testid="stMarkdownContainer"] table',
];

/** @typedef {{ host: import("./hosts").Host | null, node: HTMLElement, name: string }} Panel */

const seen = (node) => node.getClientRects().length > 0;

// What a heading says, without its number and without what its question mark explains.
/** @param {Element} heading */
function said(heading) {
  const copy = /** @type {Element} */ (heading.cloneNode(true));
  for (const one of copy.querySelectorAll(".heed-help, details, small")) one.remove();
  return (copy.textContent ?? "")
    .replace(/\s+/g, " ")
    .replace(/^\s*\d+\s*/, "")
    .trim();
}

/** @param {Element} node */
function nameOf(node) {
  const headings = [...node.querySelectorAll("h2, h3, h4, caption, .gtitle")].filter(seen);
  const named = headings.map(said).filter((text) => text);
  const first = headings.length && headings[0].matches("h2, caption, .gtitle");
  const [alone] = node.getAttribute("aria-label")?.split(". ") ?? []; // and not all that it tells
  return (first ? named[0] : named.slice(0, 3).join(" · ")) || alone;
}

/** @param {import("./hosts").Host} host @returns {HTMLElement[]} */
function within({ stage }) {
  const marked = /** @type {HTMLElement[]} */ ([...stage.querySelectorAll(MARKED)]);
  const shown = marked.filter(seen);
  const outermost = shown.filter(
    (node) => !shown.some((other) => other !== node && other.contains(node)),
  );
  return outermost.length || marked.length ? outermost : [stage];
}

/** All that there are now. @param {(number: number) => string} unnamed @returns {Panel[]} */
export function panelsHere(unnamed) {
  const own = standing()
    .filter(({ data, stage }) => data.stage !== "card" && seen(stage))
    .flatMap((host) => within(host).map((node) => ({ host, node })));
  /** @type {any[][]} */
  const kinds = PLAIN.map((kind) => [...document.querySelectorAll(kind)]);
  const plain = kinds.map((found) => found.filter(seen)).find((found) => found.length);
  const rest = own.length ? [] : (plain ?? []).map((node) => ({ host: null, node }));
  return [...own, ...rest].map((one, i) => ({
    ...one,
    name: one.node.dataset?.present || nameOf(one.node) || unnamed(i + 1),
  }));
}
