// The stages that stand on this page, each with what it takes to lay it out: for whoever shows one
// of their panels alone. Each stage is a script of its own, so the list is kept with the document.

/** @typedef {{ frame: HTMLElement, stage: HTMLElement, ui: import("./types").Ui,
 *   data: Record<string, any>, arrange: () => void,
 *   paint: () => void,
 *   key: (event: KeyboardEvent, inside: boolean, origin: Element) => unknown }} Host */

/** @type {Set<Host>} */
const hosts = /** @type {any} */ ((globalThis.heedHosts ??= new Set()));

const tell = () => globalThis.document?.dispatchEvent(new CustomEvent("heed-hosts"));

/** @param {Host} host */
export function enlist(host) {
  hosts.add(host);
  tell();
}

/** @param {HTMLElement} stage */
export function dismiss(stage) {
  for (const host of hosts) if (host.stage === stage) hosts.delete(host);
  tell();
}

// Where a stage stands in the page, be it inside a component.
const outside = ({ frame }) => /** @type {any} */ (frame.getRootNode()).host ?? frame;

/** Those that are there, as they follow one another on the page. @returns {Host[]} */
export const standing = () =>
  [...hosts]
    .filter(({ stage }) => stage.isConnected)
    .sort((a, b) =>
      outside(a).compareDocumentPosition(outside(b)) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    );
