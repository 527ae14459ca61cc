// The moments of a training as a film: play, a scrubber, the arrows; the newest while it goes on.

import { fill, h, s } from "../../stage/dom.js";

const ICONS = { play: "M3 1l9 6-9 6z", pause: "M3 2h3v10H3zM8 2h3v10H8z" };
const LASTS = 9000; // ms of a whole film
const OPENS = 0.45; // where a film stands before it is played: in the middle of what happens

/** @param {any} ui @param {{ go: (update: number, newest: boolean) => void }} acts */
export function reelView(ui, { go }) {
  const { words } = ui;
  let updates = [0];
  let now = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const icon = s("path", { d: ICONS.play });
  const play = h(
    "button",
    { type: "button", class: "heed-button heed-go", "data-act": "play", onclick: () => toggle() },
    s(
      "svg",
      { width: 14, height: 14, viewBox: "0 0 14 14", fill: "currentColor", "aria-hidden": "true" },
      icon,
    ),
  );
  const scrub = h("input", {
    type: "range",
    min: 0,
    step: 1,
    class: "heed-scrub",
    "aria-label": words.moments,
    oninput: () => {
      stop();
      move(Number(scrub.value));
    },
  });
  const count = h("span", { class: "heed-count" });
  const node = h(
    "div",
    { class: "heed-player heed-reel", role: "group", "aria-label": words.reel },
    play,
    scrub,
    count,
  );

  function move(to) {
    now = Math.max(0, Math.min(updates.length - 1, to));
    go(updates[now], now === updates.length - 1);
  }

  function toggle() {
    if (timer) return stop();
    if (now >= updates.length - 1) move(0);
    timer = setInterval(
      () => {
        if (now + 1 >= updates.length - 1) stop();
        move(now + 1);
      },
      Math.max(60, LASTS / updates.length),
    );
    face();
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    face();
  }

  function face() {
    icon.setAttribute("d", ICONS[timer ? "pause" : "play"]);
    const name = timer ? words.pause_film : words.play_film;
    play.setAttribute("aria-label", name);
    play.setAttribute("title", name);
  }

  function update(all, at, follow) {
    updates = all.length ? all : [0];
    now = follow
      ? updates.length - 1
      : Math.max(
          0,
          updates.findLastIndex((one) => one <= at),
        );
    scrub.max = String(updates.length - 1);
    scrub.value = String(now);
    const told = fill(words.moment, { update: updates[now].toLocaleString(ui.language) });
    scrub.setAttribute("aria-valuetext", told);
    count.textContent = told;
  }

  face();
  return {
    node,
    update,
    stop,
    open: () => move(Math.round(OPENS * (updates.length - 1))),
    key(name) {
      const acts = {
        ArrowLeft: () => move(now - 1),
        ArrowRight: () => move(now + 1),
        Home: () => move(0),
        End: () => move(updates.length - 1),
        " ": toggle,
      };
      if (!acts[name]) return false;
      if (name !== " ") stop();
      acts[name]();
      return true;
    },
  };
}
