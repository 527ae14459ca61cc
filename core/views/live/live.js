// A training as it goes, or its film: one or two runs in step, at any moment that was seen.

import { fill, h } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { standAt } from "../../stage/place.js";
import { attentionView } from "./attention.js";
import { commandsView } from "./commands.js";
import { curvesView } from "./curves.js";
import { apartView, normsView, softmaxView } from "./panels.js";
import { frameAt, measuredAt, merged, updatesOf } from "./read.js";
import { reelView } from "./reel.js";

/** @typedef {import("../../stage/wire").LivePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountLive(root, data) {
  let inner = liveStage(root, data);
  // Another training, other words or larger type need the stage anew.
  return {
    paint: () => inner.paint(),
    busy: () => {},
    address: () => inner.address(),
    kept: () => ({}),
    destroy: () => inner.destroy(),
    renew(next) {
      inner.destroy();
      inner = liveStage(root, { ...data, ...next });
    },
  };
}

/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
function liveStage(root, data) {
  const words = data.strings;
  const { stage, ui, paint, begin, destroy } = stageFrame(root, data, words.title);
  const runs = data.runs.map((run) => ({
    ...run,
    arrivals: /** @type {[number, number][]} */ ([]),
  }));
  const listening = new AbortController();
  let follow = true; // whether the newest moment is shown
  let at = 0; // else the update that is
  let opened = false; // from now on it is the person who moves
  let step = 0;
  let maps = [];

  const reel = reelView(ui, {
    go(update, newest) {
      at = update;
      follow = newest;
      draw();
      if (opened) standAt("live", { update }); // for the card of a lesson: no link says it
    },
  });
  const commands = commandsView(ui, runs, data);
  const pick = (chosen) => {
    step = chosen;
    draw();
  };
  const charts = ["right", "loss"].map((kind) =>
    curvesView(ui, runs, /** @type {"right" | "loss"} */ (kind)),
  );
  const softmax = softmaxView(ui, runs, pick);
  const norms = normsView(ui, runs, data.layers);
  const apart = apartView(ui, runs);
  const columns = runs.map((run, n) => {
    const holder = h("div", { class: "heed-map-holder" });
    const written = h("p", { class: "heed-written" });
    const figures = h("p", { class: "heed-figures" });
    const note = h("p", { class: "heed-run-note", role: "status" });
    const head = h(
      "h3",
      { class: `heed-run-${n}`, title: run.detail },
      h("i", { class: "heed-run-mark" }),
      run.label,
    );
    const node = h("div", { class: "heed-run" }, head, figures, note, holder, written);
    return { node, holder, written, figures, note };
  });
  stage.append(
    h(
      "div",
      { class: "heed-bar-top heed-live-top" },
      h("span", { class: "heed-task" }, data.task),
      commands.node,
    ),
    h(
      "div",
      { class: `heed-live-picture heed-of-${runs.length}`, "data-present": words.title },
      columns.map((one) => one.node),
      h(
        "div",
        { class: "heed-charts" },
        charts.map((one) => one.node),
      ),
    ),
    reel.node,
    h("div", { class: "heed-panels" }, apart.node, softmax.node, norms.node),
  );

  // The maps are made when the example is known, which the process of a training finds out.
  function compose() {
    maps = runs.map((run, n) => {
      if (!run.source.length) return null;
      const map = attentionView(ui, run, pick);
      columns[n].holder.replaceChildren(map.node);
      return map;
    });
    layout();
  }

  function layout() {
    const wide = columns[0].holder.clientWidth || 300;
    const high = Math.max(230, Math.min(400, innerHeight - (ui.large ? 480 : 400)));
    maps.forEach((map) => map?.layout(wide, high));
    const [chart] = charts;
    const room = chart.node.parentElement?.clientWidth || 300;
    charts.forEach((one) => one.layout(room, Math.max(105, Math.min(170, (high - 20) / 2))));
  }

  function draw() {
    const updates = updatesOf(runs.map((run) => run.frames));
    const newest = updates[updates.length - 1] ?? 0;
    if (follow) at = newest;
    reel.update(updates, at, follow);
    runs.forEach((run, n) => {
      const column = columns[n];
      column.note.textContent = run.note;
      column.note.hidden = !run.note;
      const frame = run.frames.length ? frameAt(run.frames, at) : null;
      maps[n]?.update(frame, step);
      const measured = measuredAt(run.frames, at);
      column.figures.textContent = measured
        ? fill(words.figures, {
            update: (frame?.moment[0] ?? 0).toLocaleString(ui.language),
            right: (measured.moment[4] ?? 0).toFixed(0),
          })
        : "";
      const wanted = run.target.slice(0, -1).join("");
      const written = frame?.written ?? "";
      const same = written.replace(/\s/g, "") === wanted.replace(/[\s▁]/g, "");
      column.written.replaceChildren(
        ...(frame
          ? [
              `${words.writes} `,
              h("b", {}, written || "–"),
              h("span", { class: same ? "heed-yes" : "heed-no" }, same ? " ✓" : " ✗"),
            ]
          : []),
      );
    });
    charts.forEach((one) => one.update(at));
    if (runs[0].target.length) softmax.update(at, Math.min(step, runs[0].target.length - 1));
    norms.update(at);
    apart.update();
    commands.update();
  }

  // What the server says of these trainings; each answer has what is new.
  document.addEventListener(
    "heed-answer",
    (/** @type {any} */ { detail }) => {
      if (!detail || detail.job !== data.job || !stage.isConnected) return;
      detail.runs.forEach((told, n) => {
        const run = runs[n];
        const unknown = !run.source.length && told.source.length > 0;
        const before = run.frames.length;
        Object.assign(run, { ...told, frames: merged(run.frames, told.frames) });
        if (run.frames.length !== before && run.state === "running")
          run.arrivals = [
            ...run.arrivals.slice(-9),
            [performance.now(), run.frames[run.frames.length - 1].moment[0]],
          ];
        if (run.state === "paused") run.arrivals = [];
        if (unknown) compose();
      });
      draw();
    },
    { signal: listening.signal },
  );

  compose();
  draw();
  begin({
    key: (event) => reel.key(event.key),
    arrange() {
      layout();
      draw();
    },
    redraw: draw,
  });
  if (!data.job) reel.open();
  opened = true;
  return {
    paint,
    address: () => ({}),
    destroy() {
      listening.abort();
      reel.stop();
      destroy();
    },
  };
}
