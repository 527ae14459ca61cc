// A link to another page of the app: followed without loading everything anew, as far as the app
// is there; opened in a tab of its own, or by whoever has no script, it is a link like any other.

/** What scrolls is not the window but the app's page. */
export const toTop = () => document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);

/** @param {MouseEvent} event */
export function follow(event) {
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!plain || event.button !== 0 || !document.querySelector('[data-testid="stApp"]')) return;
  event.preventDefault();
  const url = new URL(link.getAttribute("href") ?? "", location.href); // SVG has it there alone
  url.searchParams.delete("lang"); // the session knows it; with it, it would be a page's own entry
  history.pushState({}, "", url);
  dispatchEvent(new PopStateEvent("popstate"));
  toTop();
}
