// A sentence as it is read in training and as it is written in decoding, a step a row.

import { fill, h, minus, segments, spoken } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { playerView } from "../../stage/player.js";
import { chartView } from "./chart.js";
import { columnView } from "./column.js";
import { guessesView } from "./guesses.js";
import { bare, nats, wordsOf } from "./read.js";

/** @typedef {import("../../stage/wire").ForcingPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountForcing(root, data) {
  const words = data.strings;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const byKind = Object.fromEntries(data.columns.map((one) => [one.kind, one]));
  const kinds = ["free", "slip"].filter((kind) => kind in byKind);
  const steps = Math.max(...data.columns.map((one) => one.read.length));
  const opened = data.slip ? Math.min(steps - 1, data.slip.step + 1) : steps - 1;
  const at = Number.isInteger(data.step) && data.step >= 0 && data.step < steps ? data.step : null;
  Object.assign(ui, {
    now: at ?? opened,
    right: kinds.includes(data.way) ? data.way : "free",
    go: (step) => change({ now: Math.max(0, Math.min(steps - 1, step)) }),
    summary: () => fill(words.summary_step, { step: ui.now + 1, steps }),
  });

  function change(what) {
    Object.assign(ui, what);
    update();
    data.onStep?.(self);
  }

  const ask = data.onPick
    ? (choice) => {
        player.stop();
        busy(true);
        data.onPick?.(choice);
      }
    : null;
  const ways = segments(
    words.way,
    kinds.map((kind) => [kind, words[`way_${kind}`]]),
    (right) => change({ right }),
  );
  const left = columnView(ui, data, "left", steps);
  const right = columnView(ui, data, "right", steps);
  const chart = chartView(ui, data, steps);
  const guesses = guessesView(ui, data, ask);
  const player = playerView(ui, { steps: Array.from({ length: steps }) });
  const told = h("p", { class: "heed-effect", role: "status" });
  const undo =
    data.slip?.by_hand && ask
      ? h(
          "button",
          {
            type: "button",
            class: "heed-toggle",
            "data-act": "undo",
            onclick: () => ask({ act: "undo" }),
          },
          words.undo,
        )
      : null;

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      h(
        "span",
        {},
        `${words.reference}: `,
        h("b", { class: "heed-target" }, spoken(ui, "target", wordsOf(data.reference))),
      ),
      undo,
      kinds.length > 1 ? ways.node : null,
      waiting,
    ),
    told,
    h("div", { class: "heed-two-ways" }, left.node, right.node),
    h("div", { class: "heed-foot" }, player.node),
    h("div", { class: "heed-below" }, chart.node, guesses.node),
  );

  function effect() {
    const own = byKind[ui.right];
    if (own.first === null) return words.same;
    const found = data.effects[ui.right];
    const wrote = own.written[own.first];
    const first = fill(data.slip?.by_hand ? words.slipped : words.differs, {
      step: own.first + 1,
      wrote: bare(wrote),
      reference: bare(data.reference[own.first]),
    });
    if (!found) return first;
    const after = fill(found.here < found.reference - 0.1 ? words.costs : words.recovers, {
      reference: nats(found.reference),
      here: nats(found.here),
      steps: found.steps,
    });
    const looks =
      found.astray === null
        ? ""
        : fill(words.astray_told, { share: minus((100 * found.astray).toFixed(0)) });
    const moved = ui.right === "free" && found.here < found.reference - 0.1 ? words.shifted : "";
    return [first, after, looks, moved].filter(Boolean).join(" ");
  }

  function update() {
    ways.current(ui.right);
    left.update(byKind.forced);
    right.update(byKind[ui.right]);
    chart.update();
    guesses.update(byKind.forced, byKind[ui.right]);
    player.update();
    told.textContent = effect();
  }

  update();
  const self = {
    paint,
    busy,
    address: () => ({ step: ui.now + 1, way: ui.right === "free" ? null : ui.right }),
    kept: () => ({ step: ui.now, way: ui.right }),
    destroy() {
      player.stop();
      destroy();
    },
  };
  begin({
    key: (event) => player.key(event.key),
    arrange: update,
    redraw: update,
  });
  return self;
}
