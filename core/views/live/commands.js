// How far a training is, and what it can be told: pause, go on, one update, stop, another rate.

import { fill, h } from "../../stage/dom.js";
import { short, speed } from "./read.js";

const OVER = ["finished", "stopped", "diverged", "late", "refused", "crashed", "film"];
const FACTORS = { slower: 0.5, faster: 2 };

/** @param {any} ui @param {any[]} runs @param {{ job: string }} data */
export function commandsView(ui, runs, data) {
  const { words } = ui;
  let serial = 0;
  const ask = (does, more = {}) => {
    serial += 1;
    const detail = { job: data.job, do: does, nonce: `${Date.now()}-${serial}`, ...more };
    document.dispatchEvent(new CustomEvent("heed-question", { detail }));
  };
  const button = (name, act) =>
    h(
      "button",
      { type: "button", class: "heed-toggle", "data-act": name, onclick: act },
      words[name],
    );
  const hold = button("hold", () => ask(paused() ? "go" : "pause"));
  const single = button("single", () => ask("single"));
  const stop = button("stop", () => ask("stop"));
  const rate = h("b", {});
  const slower = button("slower", () => change("slower"));
  const faster = button("faster", () => change("faster"));
  const bar = h("progress", { max: 1, value: 0, "aria-label": words.progress });
  const told = h("span", { class: "heed-progress-told" });
  const node = h(
    "div",
    { class: "heed-commands", hidden: !data.job },
    bar,
    told,
    hold,
    single,
    stop,
    h(
      "span",
      { class: "heed-rate", role: "group", "aria-label": words.rate },
      words.rate,
      rate,
      slower,
      faster,
    ),
  );

  const running = () => runs.filter((run) => !OVER.includes(run.state));
  const paused = () => running().some((run) => run.state === "paused");

  function change(name) {
    const now = last(running()[0] ?? runs[0])?.rate;
    if (now) ask("rate", { rate: Number((now * FACTORS[name]).toPrecision(3)) });
  }

  const last = (run) => run.frames[run.frames.length - 1];

  function update() {
    if (!data.job) return;
    const going = running();
    const begun = going.some((run) => ["running", "paused"].includes(run.state));
    for (const one of [hold, single, slower, faster]) one.disabled = !begun;
    stop.disabled = !going.length;
    hold.textContent = paused() ? words.go_on : words.hold;
    const slowest = [...(going.length ? going : runs)].sort(
      (a, b) => (last(a)?.moment[0] ?? 0) - (last(b)?.moment[0] ?? 0),
    )[0];
    const done = last(slowest)?.moment[0] ?? 0;
    const { updates } = slowest;
    bar.value = done / updates;
    rate.textContent = last(slowest) ? short(last(slowest).rate) : "–";
    const counted = {
      update: done.toLocaleString(ui.language),
      updates: updates.toLocaleString(ui.language),
    };
    const pace = going.length && !paused() ? speed(slowest.arrivals) : null;
    const parts = [fill(words.so_far, counted)];
    if (pace) {
      parts.push(
        fill(words.left, {
          seconds: Math.ceil((updates - done) / pace).toLocaleString(ui.language),
        }),
      );
      parts.push(fill(words.pace, { pace: short(pace) }));
    }
    told.textContent = parts.join(" · ");
  }

  return { node, update };
}
