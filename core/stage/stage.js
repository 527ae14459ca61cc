// Where a stage stands: a component of Streamlit, or a page of its own.
//
// What a view draws, its module's default, is `draw(root, data)`; it returns { address, kept, busy,
// paint, destroy }, and `renew(data, open)` where it takes new data without being made anew.

import { h } from "./dom.js";
import { standAt } from "./place.js";
import { spotlight } from "./spot.js";

const mounted = new WeakMap();
// What stood on a page that was left, by its kind: whoever comes back finds it so. Streamlit may
// load this script anew for each page, so it is kept with the document.
/** @type {Map<string, any>} */
const left = /** @type {any} */ ((globalThis.heedLeft ??= new Map()));

// Streamlit calls what this returns with every run of the page; only what changed is drawn again.
// `data` is the one item of a list: Streamlit sends a list as it is, but searches an object for
// data frames. `stage` names what is drawn, `open` says how it opens, `linked` that a link says so;
// `run` counts the server's answers, `taught` is the card of a lesson that asks for it, and all the
// rest is what is drawn.
export const componentOf =
  (draw) =>
  ({ data: [{ run, open, linked, ...data }], parentElement, setTriggerValue }) => {
    let root = parentElement.querySelector(".heed");
    if (!root) parentElement.append((root = h("div", { class: "heed" })));
    spotlight(parentElement, data.spot); // first: how wide a part is depends on it
    const known = mounted.get(parentElement);
    const key = JSON.stringify(data);
    if (known && known.key === key) {
      if (known.run !== run) known.stage.busy(false); // the server has answered
      known.run = run;
      known.stage.paint();
    } else {
      const before = known && focused(root);
      const onPick = (choice) => setTriggerValue("pick", { ...choice, nonce: Date.now() });
      const heard = {
        onPick: data.pick ? onPick : null,
        onStep: (one) => remember(one, data.stage),
      };
      const again = (opens) => draw(root, { ...data, ...opens, ...heard });
      if (known && known.kind === data.stage && known.stage.renew && !turned(known, data)) {
        Object.assign(known, { key, run, again }); // a stage that takes new data as it stands
        known.stage.renew(data, open);
        known.stage.busy(false);
      } else {
        // What the person chose in the browser stays, as far as it still fits, until a link is
        // opened or gone back to: what that says counts.
        const last = linked ? null : known ? known.stage : left.get(data.stage);
        const kept = last ? last.kept(data) : {};
        if (known) known.stage.destroy();
        root.style.minHeight = `${root.offsetHeight}px`; // or a page that is scrolled would jump
        const stage = again({ ...open, ...kept });
        requestAnimationFrame(() => root.style.removeProperty("min-height"));
        mounted.set(parentElement, {
          key,
          run,
          stage,
          again,
          kind: data.stage,
          taught: data.taught,
        });
        if (!led.has(parentElement)) led.set(parentElement, listen(parentElement));
      }
      if (before && !root.getRootNode().activeElement) refocus(root, before);
    }
    remember(mounted.get(parentElement).stage, data.stage);
    return () =>
      setTimeout(() => {
        const current = mounted.get(parentElement);
        if (!current || parentElement.isConnected) return;
        clearTimeout(writing);
        led.get(parentElement)?.abort();
        led.delete(parentElement);
        current.stage.destroy();
        left.set(current.kind, current.stage);
        mounted.delete(parentElement);
      });
  };

// Stages go where a class is led, by the event "heed-go" with what the address then says of them:
// those that can, as they stand; others are drawn anew, from what they have.
/** @type {WeakMap<Element, AbortController>} */
const led = new WeakMap();
function listen(parentElement) {
  const listening = new AbortController();
  const go = ({ detail }) => {
    const known = mounted.get(parentElement);
    if (!known) return;
    const there = Object.entries(known.stage.address());
    if (there.every(([name, value]) => String(value ?? "") === (detail[name] ?? ""))) return;
    const asked = Object.fromEntries(there.map(([name]) => [name, detail[name]]));
    if (!known.stage.go?.(asked)) {
      known.stage.destroy();
      known.stage = known.again(opening(asked));
    }
    remember(known.stage, known.kind);
  };
  document.addEventListener("heed-go", /** @type {any} */ (go), { signal: listening.signal });
  return listening;
}

// Whether another card of a lesson asks now: it says how the picture opens.
const turned = (known, data) => known.taught !== data.taught;

// What has the keyboard's attention, as a selector that finds it again in a stage made anew.
function focused(root) {
  const node = root.getRootNode().activeElement;
  if (!node || !root.contains(node)) return null;
  const name = ["data-act", "data-run", "data-id"].find((one) => node.hasAttribute(one));
  return name ? `[${name}="${CSS.escape(node.getAttribute(name))}"]` : ".heed-stage";
}

function refocus(root, selector) {
  const node = root.querySelector(selector);
  (node && !node.disabled ? node : root.querySelector(".heed-stage")).focus({
    preventScroll: true,
  });
}

function written(params, stage) {
  for (const [key, value] of Object.entries(stage.address())) {
    if (value == null) params.delete(key);
    else params.set(key, value);
  }
  return params;
}

// The address bar always holds where one is, without a word to the server. Browsers allow only so
// many changes in a short time: in a quick row of steps only the last is written.
/** @type {ReturnType<typeof setTimeout> | undefined} */
let writing;
let recent = [];
// What each page's address says of its stages, for whoever must tell a question from a step.
/** @type {Record<string, Set<string>>} */
const own = /** @type {any} */ ((globalThis.heedOwn ??= {}));
function remember(stage, kind) {
  standAt(kind, stage.address());
  const write = () => {
    const names = (own[location.pathname] ??= new Set());
    for (const name of Object.keys(stage.address())) names.add(name);
    const url = new URL(location.href);
    written(url.searchParams, stage);
    if (url.href === location.href) return;
    recent.push(Date.now());
    history.replaceState(history.state, "", url);
  };
  clearTimeout(writing);
  recent = recent.filter((time) => Date.now() - time < 3000);
  if (recent.length < 15) write();
  else writing = setTimeout(write, 250);
}

// A page of its own opens where one was when it was saved, and keeps where one is after the #,
// where it may.
export function standalone(draw, root, { open, ...data }) {
  const asked = Object.fromEntries(
    [root.dataset.place, location.hash.slice(1)].flatMap((place) => [
      ...new URLSearchParams(place || ""),
    ]),
  );
  const onStep = (stage) => {
    try {
      history.replaceState(null, "", `#${written(new URLSearchParams(), stage)}`);
    } catch {
      /* a frame without an address of its own */
    }
  };
  const stage = draw(root, { ...data, ...open, ...opening(asked), onStep });
  if (parent !== window) inFrame(stage);
  return stage;
}

// In the output of a notebook: the cell is told how tall the page is, and tells whether it is dark
// there (see output.js).
function inFrame(stage) {
  const tell = () => {
    const heedHeight = document.body.getBoundingClientRect().height;
    parent.postMessage({ heedHeight }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
  tell(); // a frame out of sight is not measured until it is seen
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || !["light", "dark"].includes(data?.heedTheme)) return;
    document.documentElement.dataset.theme = data.heedTheme;
    stage.paint();
  });
}

// What an address says, as the stages want it: steps are counted from 1 there, from 0 here.
/** @param {Record<string, string | undefined>} asked */
function opening({ step, table, run, ...rest }) {
  return {
    ...rest,
    ...(run ? { shown: run } : {}),
    ...(Number(step) >= 1 ? { step: Number(step) - 1 } : {}),
    ...(table ? { table: table === "1" } : {}),
  };
}
