// What could be read off the residual stream at one place of a step.

import { chance, fill, fixed, h, piece, spoken } from "../../stage/dom.js";
import { calledPiece, probability } from "./read.js";

// What could be read off at a place: its likeliest next tokens and the one that was written.
export function readout(ui, stream, place) {
  const { words } = ui;
  const { lens } = stream;
  const list = h("span", { class: "heed-lens-list" });
  const own = h("span", { class: "heed-lens-own" });
  return {
    node: h("div", { class: "heed-lens-read" }, list, own),
    update() {
      const t = ui.now;
      const written = stream.writes[t];
      const rank = lens.ranks[place][t];
      list.replaceChildren(
        ...lens.likeliest[place][t].map(([text, logProb], i) =>
          h(
            "span",
            {
              class: `heed-lens-guess${i + 1 === rank ? " heed-lens-hit" : ""}`,
              style: `--share:${(100 * Math.exp(logProb)).toFixed(1)}%`,
              title: `${calledPiece(ui, text)} ${chance(Math.exp(logProb), 5)}`,
            },
            spoken(ui, "target", piece(text)),
            h("small", {}, probability(logProb)),
          ),
        ),
      );
      own.replaceChildren(
        h("b", { class: "heed-target" }, spoken(ui, "target", piece(written))),
        " ",
        fill(words.rank_p, {
          rank,
          p: probability(lens.logProbs[place][t]),
          entropy: fixed(lens.entropies[place][t], 2),
        }),
      );
    },
  };
}
