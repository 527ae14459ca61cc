// What the model wrote, word by word, each under the picture as it was looked at for it (figures of
// Xu et al. 2015), and whether it is true of the board.

import { chance, h } from "../../stage/dom.js";
import { paintPixels, paintVeil } from "./picture.js";

export function captionView(ui, trace, data) {
  const { words } = ui;
  const { right, told } = data.truth;
  const { side } = data.board;
  const [rows, columns] = data.grid;
  const buttons = trace.steps.map(({ token, logProb, weights }, t) => {
    const picture = h("canvas", { width: side, height: side, class: "heed-board-picture" });
    const veiled = h("canvas", { width: columns, height: rows });
    paintPixels(picture, data.pixels, side);
    paintVeil(veiled, weights);
    return h(
      "button",
      {
        type: "button",
        class: `heed-said${token.mark ? " heed-said-end" : ""}`,
        "data-id": `said-${t}`,
        title: `${words.probability} ${chance(Math.exp(logProb))}`,
        onclick: () => ui.go(t),
      },
      h("span", { class: "heed-said-picture", "aria-hidden": "true" }, picture, veiled),
      token.text.trim(),
    );
  });
  const truth = h(
    "p",
    { class: `heed-truth${right === false ? " heed-wrong" : ""}` },
    right == null ? "" : h("span", { "aria-hidden": "true" }, right ? "✓ " : "✗ "),
    told,
  );
  const looks = h("p", { class: "heed-looks" });
  const empty = h("p", { class: "heed-empty" }, words.empty);
  const said = h("p", { class: "heed-caption", lang: ui.tongues?.target }, buttons);
  const node = h(
    "div",
    { class: "heed-captioned" },
    h("h2", { class: "heed-tag" }, words.caption),
    said,
    looks,
    truth,
    empty,
  );
  return {
    node,
    layout() {},
    light() {},
    update() {
      const none = !data.own && ui.placed.length === 0;
      for (const one of [said, looks, truth]) one.hidden = none;
      empty.hidden = !none;
      said.classList.toggle("heed-old", ui.changed);
      truth.classList.toggle("heed-old", ui.changed);
      buttons.forEach((button, t) => {
        button.classList.toggle("heed-now", t === ui.now);
        button.classList.toggle("heed-later", t > ui.now);
        button.setAttribute("aria-pressed", String(t === ui.now));
      });
      looks.textContent = ui.looking();
    },
  };
}
