// First, back, play or pause, forward, last, speed, a scrubber, and the same by keyboard.

import { h, s, set } from "./dom.js";

const SPEEDS = [0.5, 1, 2];
const ICONS = {
  first: "M2 2h2v10H2zM12 2v10L5 7z",
  back: "M10 2v10L3 7z",
  play: "M3 1l9 6-9 6z",
  pause: "M3 2h3v10H3zM8 2h3v10H8z",
  forward: "M4 2v10l7-5z",
  last: "M10 2h2v10h-2zM2 2v10l7-5z",
};

export function playerView(ui, trace) {
  const { words } = ui;
  const end = trace.steps.length - 1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const shape = (name) =>
    s(
      "svg",
      { width: 14, height: 14, viewBox: "0 0 14 14", fill: "currentColor", "aria-hidden": "true" },
      s("path", { d: ICONS[name] }),
    );
  const button = (name, act, extra) =>
    h(
      "button",
      {
        type: "button",
        class: `heed-button ${extra || ""}`,
        "data-act": name,
        "aria-label": words[name],
        title: words[name],
        onclick: act,
      },
      shape(name),
    );
  const play = button("play", () => toggle(), "heed-go");
  const scrub = h("input", {
    type: "range",
    min: 0,
    max: end,
    step: 1,
    class: "heed-scrub",
    "aria-label": words.scrub,
    oninput: () => {
      stop();
      ui.go(Number(scrub.value));
    },
  });
  const count = h("span", { class: "heed-count" });
  const speed = h(
    "select",
    {
      class: "heed-speed",
      "aria-label": words.speed,
      title: words.speed,
      onchange: () => {
        if (timer) {
          stop();
          toggle();
        }
      },
    },
    SPEEDS.map((x) => h("option", { value: x, selected: x === 1 }, `${x}×`)),
  );
  const move = (to) => {
    stop();
    ui.go(to);
  };
  const node = h(
    "div",
    { class: "heed-player", role: "group", "aria-label": words.player },
    button("first", () => move(0)),
    button("back", () => move(ui.now - 1)),
    play,
    button("forward", () => move(ui.now + 1)),
    button("last", () => move(end)),
    scrub,
    count,
    speed,
    h(
      "span",
      { class: "heed-keys", "aria-hidden": "true" },
      ["←", "→", words.space].map((key) => h("kbd", {}, key)),
    ),
  );

  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = undefined;
    face();
  }

  function toggle() {
    if (timer) {
      stop();
      return;
    }
    if (ui.now >= end) ui.go(0);
    if (end === 0) return;
    timer = setInterval(() => {
      if (ui.now + 1 >= end) stop(); // the last step is announced like any other
      ui.go(ui.now + 1);
    }, 1000 / Number(speed.value));
    face();
  }

  function face() {
    const name = timer ? "pause" : "play";
    play.replaceChildren(shape(name));
    set(play, { "aria-label": words[name], title: words[name] });
  }

  // True when the key meant something here.
  function key(name) {
    const acts = {
      ArrowLeft: () => move(ui.now - 1),
      ArrowRight: () => move(ui.now + 1),
      Home: () => move(0),
      End: () => move(end),
      " ": toggle,
    };
    if (acts[name]) acts[name]();
    return name in acts;
  }

  // Whether there is such a step; then one is there.
  function goes(to) {
    const there = Number.isInteger(to) && to >= 0 && to <= end;
    if (there) move(to);
    return there;
  }

  function update() {
    scrub.value = ui.now;
    scrub.setAttribute("aria-valuetext", ui.summary());
    count.textContent = `${ui.now + 1} / ${end + 1}`;
  }

  return { node, layout() {}, light() {}, update, stop, key, goes, playing: () => Boolean(timer) };
}
