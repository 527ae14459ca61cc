// The logit lens of a whole translation: the likeliest next token at every place and step.

import { inkOn, weightColour } from "../../stage/colours.js";
import { fill, h, help, nameOf, piece, spoken } from "../../stage/dom.js";
import { scrolling } from "../../stage/overflow.js";
import { calledPiece, placeName, probability } from "./read.js";

export function lensView(ui, stream) {
  const { words } = ui;
  const { lens } = stream;
  const cells = stream.places.map((_, place) =>
    stream.writes.map((_, t) => {
      const [text] = lens.likeliest[place][t][0];
      const hit = lens.ranks[place][t] === 1;
      return h(
        "td",
        {
          class: hit ? "heed-lens-hit" : null,
          "data-place": place,
          "data-step": t,
          onclick: () => {
            ui.go(t);
            ui.choose(place);
          },
          onmousemove: (event) => ui.tip(event, tell(place, t)),
          onmouseleave: () => ui.tip(null),
        },
        spoken(ui, "target", piece(text)),
      );
    }),
  );
  const writes = (t) => fill(words.writes_at, { step: t + 1, token: nameOf(ui, stream.writes[t]) });
  const tell = (place, t) => [
    `${placeName(ui, stream, place)}, ${writes(t)}`,
    fill(words.lens_best, {
      token: calledPiece(ui, lens.likeliest[place][t][0][0]),
      p: probability(lens.likeliest[place][t][0][1]),
    }),
    fill(words.lens_own, { rank: lens.ranks[place][t], p: probability(lens.logProbs[place][t]) }),
  ];
  const heads = stream.writes.map((written, t) =>
    h("th", { scope: "col", onclick: () => ui.go(t) }, spoken(ui, "target", piece(written))),
  );
  const names = stream.places.map((_, place) =>
    h("th", { scope: "row", onclick: () => ui.choose(place) }, placeName(ui, stream, place)),
  );
  const grid = h(
    "table",
    { class: "heed-lens" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.lens_written), heads)),
    h(
      "tbody",
      {},
      names.map((name, place) => h("tr", {}, name, cells[place])),
    ),
  );
  const bar = h("canvas", {
    class: "heed-legend-bar",
    width: 120,
    height: 1,
    "aria-hidden": "true",
  });
  const paint = bar.getContext("2d");
  for (let i = 0; i < 120; i += 1) {
    paint.fillStyle = weightColour(i / 119);
    paint.fillRect(i, 0, 1, 1);
  }
  const box = h(
    "div",
    {
      class: "heed-scroll heed-lens-box",
      tabindex: 0,
      role: "region",
      "aria-label": words.lens_all,
    },
    grid,
  );
  const node = h(
    "section",
    { class: "heed-pane heed-lens-pane" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, words.lens_all),
      help(words.lens_help, words.lens_all),
    ),
    scrolling(box),
    h(
      "div",
      { class: "heed-legend" },
      h("span", { class: "heed-lens-key" }, words.lens_key),
      h("span", { class: "heed-lens-scale" }, "0", bar, "1", h("span", {}, words.lens_colour)),
    ),
  );
  cells.forEach((row, place) =>
    row.forEach((cell, t) => {
      const colour = weightColour(Math.exp(lens.logProbs[place][t]));
      Object.assign(cell.style, { background: colour, color: inkOn(colour) });
    }),
  );
  /** @type {any} */
  let shown = null;

  function update() {
    if (shown)
      for (const part of [heads[shown[1]], names[shown[0]], cells[shown[0]][shown[1]]])
        part.classList.remove("heed-now");
    for (const part of [heads[ui.now], names[ui.place], cells[ui.place][ui.now]])
      part.classList.add("heed-now");
    shown = [ui.place, ui.now];
    const head = heads[ui.now];
    const side = names[0].offsetWidth;
    const x = head.offsetLeft;
    if (x - side < box.scrollLeft || x + head.offsetWidth > box.scrollLeft + box.clientWidth)
      box.scrollLeft = x - side - (box.clientWidth - side) / 2;
  }
  return { node, update, layout() {}, light() {} };
}
