// Several trainings in step: what each wrote of a sentence and where it looked, moment by moment.

import { counted, fill, fixed, h, segments, tableToggle } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { table } from "../../stage/table.js";
import { reelView } from "../live/reel.js";
import { curvesView } from "./curves.js";
import { mapView } from "./map.js";
import { momentAt, shownAt, updatesOf } from "./read.js";

/** @typedef {import("../../stage/wire").ReplayPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountReplay(root, data) {
  const words = data.strings;
  const { stage, ui, paint, begin, destroy } = stageFrame(root, data, words.title);
  const updates = updatesOf(data.films);
  const powers = updates[0] < 0.02 * updates[updates.length - 1];
  const now = { at: updates[0], sentence: 0, table: false };

  const reel = reelView(ui, {
    go(update) {
      now.at = update;
      draw();
    },
  });
  const sentences = segments(
    words.sentence,
    data.sentences.map((text, i) => [i, text]),
    (sentence) => {
      now.sentence = sentence;
      draw();
    },
  );
  const asTable = tableToggle(words.as_table, () => {
    now.table = !now.table;
    draw();
  });
  const panels = data.films.map((film, n) => {
    const map = mapView(ui, film.name);
    const figures = h("p", { class: "heed-note" });
    const written = h("p", { class: "heed-film-text" });
    const head = h("h3", {}, h("i", {}), film.name);
    const node = h(
      "section",
      { class: `heed-film heed-film-${n}` },
      head,
      figures,
      written,
      map.node,
    );
    return { film, map, figures, written, node };
  });
  const charts = [
    curvesView(ui, data, "figure", data.figure, powers),
    curvesView(ui, data, "held_out_loss", words.loss, powers),
    curvesView(ui, data, "sharpness", words.sharpness, powers),
  ];
  const tables = h("div", { class: "heed-tables" });
  stage.append(
    h("div", { class: "heed-bar-top" }, sentences.node, asTable.node),
    h(
      "div",
      { class: "heed-replay" },
      h(
        "div",
        { class: "heed-films" },
        panels.map((one) => one.node),
      ),
      h(
        "div",
        { class: "heed-replay-charts" },
        charts.map((one) => one.node),
      ),
    ),
    h("div", { class: "heed-foot" }, reel.node),
    tables,
  );

  const told = (value, digits) => (value == null ? "–" : fixed(value, digits));

  function numbers() {
    return data.films.map((film) =>
      table(
        film.name,
        [words.update, data.figure, words.loss, words.sharpness],
        film.moments.map((one) => [
          counted(ui.language, one.update),
          told(one.figure, 1),
          told(one.held_out_loss, 3),
          told(one.sharpness, 3),
        ]),
      ),
    );
  }

  function draw() {
    sentences.current(now.sentence);
    asTable.current(now.table);
    reel.update(updates, now.at, false);
    for (const { film, map, figures, written, node } of panels) {
      const moment = momentAt(film.moments, now.at);
      const shown = shownAt(film.moments, now.at)?.shown[now.sentence];
      figures.textContent = moment
        ? fill(words.figures, {
            update: counted(ui.language, moment.update),
            name: data.short,
            figure: told(moment.figure, 1),
            loss: told(moment.held_out_loss, 2),
          })
        : words.not_yet;
      written.textContent = shown?.text ?? "";
      map.update(shown, film.sources[now.sentence], node.clientWidth || 240, ui.large ? 300 : 250);
    }
    for (const one of charts) one.update(now.at);
    tables.replaceChildren(...(now.table ? numbers() : []));
  }

  draw();
  begin({ key: (event) => reel.key(event.key), arrange: draw, redraw: draw });
  return {
    paint,
    busy: () => {},
    address: () => ({}),
    kept: () => ({}),
    destroy() {
      reel.stop();
      destroy();
    },
  };
}
