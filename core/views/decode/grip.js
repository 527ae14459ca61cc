// Taking hold of something: with a mouse or a finger it is dragged to the side, by keyboard it is
// moved in steps. What a gesture means is the caller's business.

const LEAST = 3; // px before it is a drag and not a click

/** `begin(event)` says whether there is something to take hold of, `move(share)` how far it was
 * dragged, 1 being as far as `long()` px; then comes `end()`, or `cancel()`. Moves come once a
 * frame.
 * @param {Element} node
 * @param {{ long: () => number, begin: (event: PointerEvent) => boolean,
 *   move: (share: number) => void, end: () => void, cancel: () => void }} hand */
export function grip(node, { long, begin, move, end, cancel }) {
  /** @type {{ id: number, x: number, by: number, moved: boolean, frame: number } | null} */
  let held = null;
  const flush = () => {
    if (!held) return;
    held.frame = 0;
    move(held.by / long());
  };
  function stop(done) {
    if (!held) return;
    const { moved, frame } = held;
    if (frame) {
      cancelAnimationFrame(frame);
      if (done) flush();
    }
    held = null;
    if (done && moved) end();
    else cancel();
    if (moved) swallow();
  }
  // The click at the end of a drag is none.
  function swallow() {
    const quiet = (event) => event.stopPropagation();
    addEventListener("click", quiet, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", quiet, { capture: true }));
  }
  node.addEventListener("pointerdown", (/** @type {any} */ event) => {
    if (event.button !== 0 || held || !begin(event)) return;
    held = { id: event.pointerId, x: event.clientX, by: 0, moved: false, frame: 0 };
    node.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") event.preventDefault(); // no text is selected
  });
  node.addEventListener("pointermove", (/** @type {any} */ event) => {
    if (!held || event.pointerId !== held.id) return;
    held.by = event.clientX - held.x;
    if (!held.moved && Math.abs(held.by) < LEAST) return;
    held.moved = true;
    held.frame ||= requestAnimationFrame(flush);
  });
  node.addEventListener("pointerup", () => stop(true));
  node.addEventListener("pointercancel", () => stop(false));
  node.addEventListener("lostpointercapture", () => stop(false));
  node.addEventListener("keydown", (/** @type {any} */ event) => {
    if (event.key !== "Escape" || !held) return;
    event.preventDefault();
    stop(false);
  });
}

const STEPS = { ArrowLeft: -0.01, ArrowRight: 0.01, PageDown: -0.1, PageUp: 0.1 };

/** The value that a key leads to, from 0 to 1; null where it leads nowhere.
 * @param {string} key @param {number} value */
export function keyed(key, value) {
  if (key === "Home") return 0;
  if (key === "End") return 1;
  if (!(key in STEPS)) return null;
  const step = STEPS[key];
  return Math.max(0, Math.min(1, Math.round((value + step) * 100) / 100));
}
