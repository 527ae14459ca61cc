// The stage of one sentence pair: large words, lines that cross, and a player that begins by
// itself unless the reader wants no motion.

import { fill, h } from "../../stage/dom.js";
import { follow } from "../../stage/door.js";
import { stageFrame } from "../../stage/frame.js";
import { playerView } from "../../stage/player.js";
import { grouped, labelOf, readTrace } from "../../stage/trace.js";
import { sayings } from "../decode/sayings.js";
import { crossing } from "./crossing.js";
import { typing } from "./typing.js";

const REST = 3500; // ms at the end before it begins again

/** @typedef {import("../../stage/wire").LinesPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountLines(root, data) {
  const trace = readTrace(data.trace);
  const words = data.strings;
  const end = trace.steps.length - 1;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const asked = Number.isInteger(data.step) && data.step >= 0 && data.step <= end;
  let alive = Boolean(data.auto) && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let rest;
  Object.assign(ui, {
    now: asked ? data.step : (data.middle ?? end),
    byWord: true,
    sources: grouped(trace.source, true),
    targets: grouped(
      trace.steps.map((step) => step.token),
      true,
    ),
    soFar: (group) =>
      labelOf(
        group.items.filter((t) => t <= ui.now).map((t) => trace.steps[t].token),
        true,
      ),
    ...sayings(ui, trace, words),
    go: (step) => {
      ui.now = Math.max(0, Math.min(end, step));
      update();
      data.onStep?.(self);
      clearTimeout(rest);
      if (alive && ui.now === end) rest = setTimeout(again, REST);
    },
  });

  const picture = crossing(ui, trace);
  const player = playerView(ui, trace);
  const onward = h("a", { class: "heed-onward", target: "_self", onclick: follow });
  const field = data.onPick ? typing(ui, trace, ask) : null;
  stage.classList.add("heed-lines");
  stage.append(
    ...(field ? [field.node] : []),
    picture.node,
    h("div", { class: "heed-foot" }, player.node, waiting, data.decode ? onward : null),
  );

  function again() {
    ui.go(0);
    if (alive && !player.playing()) player.key(" ");
  }

  // Whoever touches the player has it in hand.
  function still() {
    alive = false;
    clearTimeout(rest);
  }

  function ask(text) {
    still();
    player.stop();
    busy(true);
    data.onPick?.({ text });
  }

  function update() {
    ui.target = ui.targets.findIndex((group) => group.items.includes(ui.now));
    picture.update();
    player.update();
    const group = ui.targets[ui.target];
    const word = group.mark ? words.mark : ui.soFar(group);
    const [before, after] = words.onward.split("{word}");
    onward.replaceChildren(
      before,
      h("b", { class: "heed-target", lang: data.tongues?.target }, word),
      `${after} →`,
    );
    if (data.decode) onward.href = fill(data.decode, { step: ui.now + 1 });
    if (!player.playing()) ui.say(ui.summary());
  }

  const self = {
    paint,
    busy,
    address: () => ({}),
    kept: () => ({}),
    destroy() {
      still();
      player.stop();
      destroy();
    },
  };
  picture.layout();
  update();
  begin({
    key(event) {
      if (event.key === "Escape" && player.playing()) {
        still();
        player.stop();
        return true;
      }
      const meant = player.key(event.key);
      if (meant) still();
      return meant;
    },
    arrange() {
      picture.layout();
      update();
    },
    redraw: update,
  });
  player.node.addEventListener("pointerdown", still, { capture: true });
  stage.addEventListener("heed-typing", () => {
    still();
    player.stop();
  });
  if (alive) player.key(" ");
  return self;
}
