// What every stage stands in: its frame, its bubble and its voice, colours, keys and size.

import { h } from "./dom.js";
import { dismiss, enlist } from "./hosts.js";
import { lightOf, systemLight } from "./light.js";

// What has keys of its own.
const WITH_KEYS =
  "input, textarea, select, button, summary, a, [contenteditable]" +
  ", [role=slider], [role=listbox], [role=dialog]";
const PATIENCE = 30000; // ms that a stage says it is at work when no answer comes

// `ui` is what all views of one stage share; `begin` makes it answer to keys, size and colours.
export function stageFrame(root, data, label) {
  const words = data.strings;
  const stage = h("div", { class: "heed-stage", tabindex: 0, role: "region", "aria-label": label });
  const bubble = h("div", { class: "heed-tip", role: "tooltip", hidden: true });
  const live = h("p", { class: "heed-live", "aria-live": "polite" });
  const probe = h("span", { class: "heed-probe", "aria-hidden": "true" });
  const waiting = h("span", { class: "heed-busy", role: "status" });
  const frame = h(
    "div",
    { class: `heed-root${data.projector ? " heed-large" : ""}` },
    stage,
    bubble,
    live,
    probe,
  );
  root.replaceChildren(frame);

  let colours = {};
  let repaint = () => {};
  const ui = {
    words,
    language: data.language,
    tongues: data.tongues,
    formulas: data.formulas || {},
    glosses: data.glosses,
    large: Boolean(data.projector),
    theme: () => frame.dataset.theme,
    colour: (name) => (colours[name] ||= getComputedStyle(frame).getPropertyValue(name).trim()),
    blank: () => ui.colour("--heed-blank"),
    say: (text) => {
      live.textContent = text;
    },
    tip: (event, lines) => {
      bubble.hidden = !event;
      if (!event) return;
      bubble.replaceChildren(...lines.map((line) => h("div", { dir: "auto" }, line)));
      const inside = (at, room) => `${Math.max(4, Math.min(at, room - 8))}px`;
      bubble.style.left = inside(event.clientX + 14, innerWidth - bubble.offsetWidth);
      bubble.style.top = inside(event.clientY + 16, innerHeight - bubble.offsetHeight);
    },
  };

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  function busy(on) {
    clearTimeout(patience);
    if (on) patience = setTimeout(() => busy(false), PATIENCE);
    stage.setAttribute("aria-busy", String(on));
    waiting.textContent = on ? words.working : "";
  }

  const printed = matchMedia("print");
  function paint() {
    const before = frame.dataset.theme;
    const asked = printed.matches ? "light" : data.theme;
    frame.dataset.theme = asked === "light" || asked === "dark" ? asked : themeAround(probe);
    colours = {};
    if (before && before !== frame.dataset.theme) repaint();
  }

  const listening = new AbortController();
  const { signal } = listening;
  /** @type {ResizeObserver | undefined} */
  let sized;

  // `key(event, inside, origin)` says whether a key meant something here; it is not asked about
  // keys that belong to a field or a button. `arrange` follows the width, `redraw` the colours.
  function begin({ key, arrange, redraw }) {
    repaint = redraw;
    // What has to be said of the numbers of a model stands below all that shows them.
    if (words.remarks) stage.append(h("p", { class: "heed-note heed-remarks" }, words.remarks));
    document.addEventListener(
      "keydown",
      (event) => {
        const path = event.composedPath();
        const origin = /** @type {Element} */ (path[0]);
        const inside = path.includes(stage);
        if (
          event.ctrlKey ||
          event.metaKey ||
          event.altKey ||
          (event.shiftKey && event.key !== "+") ||
          event.defaultPrevented ||
          !stage.isConnected
        )
          return;
        const own = origin.closest ? origin.closest(WITH_KEYS) : null;
        if (!inside && own) return; // somebody else's field or button
        if (own?.matches("select, input:not([type=range]), textarea, [contenteditable]")) return;
        if (own?.matches("input") && event.key !== " ") return; // a scrubber knows its keys
        if (own && event.key === " " && !own.matches("input")) return; // and a button knows its own
        const open = event.key === "Escape" ? [...stage.querySelectorAll("details[open]")] : [];
        open.forEach((one) => {
          one.open = false;
        });
        if (open.length) {
          event.preventDefault();
          return;
        } // it closes one thing at a time
        if (key(event, inside, origin)) event.preventDefault();
      },
      { signal },
    );
    // One explanation at a time; a click elsewhere closes it.
    document.addEventListener(
      "click",
      (event) =>
        stage.querySelectorAll("details[open]").forEach((one) => {
          if (!event.composedPath().includes(one)) one.open = false;
        }),
      { signal },
    );
    // An explanation opens below its question mark, moved to the left as far as the stage ends.
    stage.addEventListener(
      "toggle",
      ({ target }) => {
        if (!target.matches(".heed-help") || !target.open) return;
        const text = target.lastElementChild;
        const room = stage.getBoundingClientRect();
        text.style.left = "0";
        const { left, right } = text.getBoundingClientRect();
        text.style.left = `${-Math.max(0, Math.min(right - room.right + 8, left - room.left - 8))}px`;
      },
      { capture: true, signal },
    );
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint, { signal });
    printed.addEventListener("change", paint, { signal }); // paper is white
    probe.addEventListener("transitionend", paint); // the colours around have changed
    let wide = root.clientWidth;
    sized = new ResizeObserver(() => {
      if (root.clientWidth === wide || !root.clientWidth) return;
      const first = wide === 0;
      wide = root.clientWidth;
      if (!first) arrange();
    });
    sized.observe(root);
    // Labels are as wide as their letters: measured again when the letters have come.
    const coming = document.fonts?.status === "loading";
    document.fonts?.ready.then(() => {
      if (stage.isConnected && (coming || wide !== root.clientWidth)) arrange();
    });
    enlist({ frame, stage, ui, data, arrange, paint, key });
  }

  function destroy() {
    dismiss(stage);
    busy(false);
    if (sized) sized.disconnect();
    listening.abort();
  }

  paint();
  return { stage, ui, waiting, busy, paint, begin, destroy };
}

// Streamlit says its background, and a notebook what it is; a page of our own follows the reader's
// system.
function themeAround(probe) {
  const told = document.documentElement.dataset.theme;
  if (told === "light" || told === "dark") return told;
  const style = getComputedStyle(probe);
  const given = style.getPropertyValue("--st-background-color").trim();
  return (given && lightOf(style.backgroundColor)) || systemLight();
}
