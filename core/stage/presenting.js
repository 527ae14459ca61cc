// The presenter: the sentence and one panel, as large as the screen. What a stage drew stays where
// it is and is lifted above the page (a popover), so nothing is drawn anew and every step goes on.

import { h } from "./dom.js";
import { best, LEAST, letterOf, scaleOf, WIDTHS } from "./fitting.js";
import { panelsHere } from "./panels.js";
import { chrome } from "./presented.js";

const FIELDS = "input:not([type=range]), textarea, select, [contenteditable]";
const PINNED = ".heed-handle"; // of a weight, which P pins
const STEPS = ["ArrowLeft", "ArrowRight", "Home", "End", " "];
const SHOWN = "data-presented";
// What a lifted stage shows: the panel and what it stands in, as plain boxes.
const RULES = [
  ".heed-root[popover] { position: fixed; inset: var(--above) 0 var(--below); width: auto;",
  "height: auto; margin: 0; padding: 0; border: 0; overflow: auto; background: var(--heed-card); }",
  ".heed-root[popover]::backdrop { background: var(--heed-card); }",
  ".heed-root[popover] > .heed-stage { position: absolute; margin: 0; border: 0; padding: 0;",
  "background: none; transform-origin: 0 0; }",
  `.heed-stage:not([${SHOWN}]) :not([${SHOWN}], [${SHOWN}] *, :has([${SHOWN}]), style)`,
  "{ display: none !important; }",
  `.heed-stage :has([${SHOWN}]) { display: block !important; position: static !important;`,
  "padding: 0 !important; margin: 0 !important; border: 0 !important; max-width: none !important;",
  "max-height: none !important; width: auto !important; overflow: visible !important;",
  "opacity: 1 !important; }",
  `[${SHOWN}] { border: 0 !important; margin: 0 !important; opacity: 1 !important;`,
  "max-width: none !important; grid-template-rows: none !important; }",
  ".heed-root[popover] > .heed-stage:focus-visible { outline: none; }",
  ".heed-stage .heed-rows { max-height: none !important; }",
].join("\n");

/** The mode, for one page. @param {HTMLElement} place where its frame stands
 * @param {Record<string, any>} words */
export function presenting(place, words) {
  /** @type {import("./panels").Panel[]} */
  let panels = [];
  let at = 0;
  let on = false;
  let smallest = false; // it scrolls
  /** @type {(() => void) | null} */
  let lower = null; // puts back what is lifted
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  const around = chrome(words, { choose, close: end, step: press });
  place.append(around.node);
  const changed = new MutationObserver(() => later());
  const now = () => panels[at];

  // Soon, and once: the panels anew, if that has been asked for since.
  let anew = false;
  function later(all = false) {
    anew ||= all;
    clearTimeout(soon);
    soon = setTimeout(() => {
      const wanted = anew;
      anew = false;
      if (on) wanted ? take(at) : check();
    }, 60);
  }

  function begin() {
    if (on) return;
    on = true;
    around.show();
    take(0);
  }

  function end() {
    if (!on) return;
    on = false;
    drop();
    around.hide();
    dispatchEvent(new Event("resize"));
  }

  // The panels anew, and the one that was shown, or the first.
  function take(wanted) {
    drop();
    panels = panelsHere((number) => `${words.panel} ${number}`);
    at = Math.max(0, Math.min(panels.length - 1, wanted));
    if (panels.length) lift(now());
    around.tell(panels, at);
  }

  function choose(wanted) {
    if (wanted < panels.length) take(wanted);
  }

  function drop() {
    changed.disconnect();
    lower?.();
    lower = null;
  }

  /** @param {import("./panels").Panel} panel */
  function lift({ host, node }) {
    const shown = host ? host.frame : node;
    const stage = host ? host.stage : node;
    const kept = { stage: stage.style.cssText, frame: shown.style.cssText };
    const paper = getComputedStyle(
      document.querySelector(".stApp") ?? document.body,
    ).backgroundColor;
    const rules = h("style", {}, host ? RULES : `[${SHOWN}]::backdrop { background: ${paper}; }`);
    (host ? shown : document.head).append(rules);
    node.setAttribute(SHOWN, "");
    shown.setAttribute("popover", "manual");
    shown.showPopover();
    around.show(); // above it
    lower = () => {
      if (shown.isConnected) shown.hidePopover();
      shown.removeAttribute("popover");
      node.removeAttribute(SHOWN);
      rules.remove();
      stage.style.cssText = kept.stage;
      shown.style.cssText = kept.frame;
      host?.arrange();
    };
    around.tell(panels, at);
    fit();
    stage.focus({ preventScroll: true });
    if (host) changed.observe(stage, { childList: true, subtree: true });
  }

  // Lays the panel out at several widths, and takes the one at which it becomes largest.
  function fit() {
    const { host, node } = now();
    const room = around.room();
    const roomy = { width: room.width - 48, height: room.height - 16 };
    if (!host) {
      node.style.cssText += ";position:fixed;margin:0;border:0;transform-origin:0 0;inset:auto;";
      centre(node, node, roomy, room);
      return;
    }
    const { frame, stage, arrange } = host;
    frame.style.setProperty("--above", `${room.top}px`);
    frame.style.setProperty("--below", `${innerHeight - room.top - room.height}px`);
    stage.style.transform = "none";
    const sizes = WIDTHS.map((width) => {
      stage.style.width = `${width}px`;
      arrange();
      return sizeOf(node);
    });
    stage.style.width = `${WIDTHS[best(sizes, roomy)]}px`;
    arrange();
    centre(stage, node, roomy, { ...room, top: 0, left: 0 });
  }

  // Enlarges `moved` so that `node` in it fills the room, in its middle.
  function centre(moved, node, roomy, room) {
    moved.style.transform = "none";
    moved.style.left = moved.style.top = "0";
    const box = node.getBoundingClientRect();
    const whole = moved.getBoundingClientRect();
    const scale = scaleOf(sizeOf(node), roomy);
    const x = Math.max(0, (room.width - sizeOf(node).width * scale) / 2);
    const y = Math.max(0, (room.height - box.height * scale) / 2);
    moved.style.left = `${x + (room.left ?? 0) - (box.left - whole.left) * scale}px`;
    moved.style.top = `${y + (room.top ?? 0) - (box.top - whole.top) * scale}px`;
    moved.style.transform = `scale(${scale})`;
    smallest = scale <= LEAST;
  }

  // After a step: the panel may be another one now, or larger.
  function check() {
    const panel = now();
    if (!panel) return;
    if (!panel.node.isConnected) {
      take(at);
      return;
    }
    around.tell(panels, at);
    const { host, node } = panel;
    if (!host || smallest) return;
    const room = around.room();
    const box = node.getBoundingClientRect();
    if (box.bottom > room.top + room.height + 2 || box.right > innerWidth + 2) fit();
  }

  // A key that the panel's stage knows.
  function press(key, event) {
    const host = now()?.host;
    if (!host) return;
    const given = event ?? new KeyboardEvent("keydown", { key });
    host.key(given, true, host.stage);
    later();
  }

  const listening = new AbortController();
  const { signal } = listening;
  addEventListener(
    "keydown",
    (event) => {
      const origin = /** @type {Element} */ (event.composedPath()[0]);
      if (event.ctrlKey || event.metaKey || event.altKey || origin.matches?.(FIELDS)) return;
      const letter = letterOf(event);
      if (letter === "p" && origin.matches?.(PINNED)) return;
      if (letter === "p" && !event.shiftKey) on ? end() : begin();
      else if (!on || !meant(event, letter, origin)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true, signal },
  );

  // Whether a key meant something to the presenter.
  function meant(event, letter, origin) {
    if (around.key(letter)) return true;
    if (letter === "Escape") end();
    else if (/^[1-9]$/.test(letter) && Number(letter) <= panels.length) choose(Number(letter) - 1);
    else if (letter === "PageDown" || letter === "PageUp")
      press(letter === "PageDown" ? "ArrowRight" : "ArrowLeft");
    else if (STEPS.includes(letter)) {
      const own = now()?.host?.stage;
      if (origin !== own && own?.contains(origin)) return false; // a field that has keys of its own
      if (origin.matches("button, a, summary") && letter === " ") return false;
      press(letter, event);
    } else return false;
    return true;
  }

  addEventListener("resize", () => later(true), { signal });
  document.addEventListener("heed-hosts", () => later(true), { signal });
  document.addEventListener("heed-stands", () => later(), { signal });
  return { begin, end, away: () => listening.abort() };
}

// How large a panel is as it is laid out, and by how much something in it would be cut off.
function sizeOf(node) {
  const box = node.getBoundingClientRect();
  const scale = node.offsetWidth ? box.width / node.offsetWidth : 1;
  const boxes = [node, ...node.querySelectorAll("*")].filter((one) => one.scrollWidth);
  const cut = Math.max(
    ...boxes.map((one) => {
      const scrolls = one === node || /auto|scroll/.test(getComputedStyle(one).overflow);
      const [wide, tall] = [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight];
      return scrolls && one.clientWidth ? Math.max(wide, tall) : 0;
    }),
    0,
  );
  return { width: box.width / scale || 1, height: box.height / scale || 1, cut: cut > 3 ? cut : 0 };
}
