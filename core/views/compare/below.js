// What stands below the panels: their common scale, their differences, how far they agree.

import { fill, h, help } from "../../stage/dom.js";
import { glossNote } from "../../stage/glosses.js";

// Under the panels: whether their rows mean the same word, and what is underlined.
function notesOf(ui, data, panels) {
  const { ownWords } = ui;
  const differs = panels.some((panel) => panel.steps.some((step) => step.differs));
  const from =
    data.target === "typed"
      ? ownWords.from_typed
      : fill(ownWords.from_model, { model: data.target });
  return h(
    "div",
    { class: "heed-common" },
    data.target === "free"
      ? h("p", { class: "heed-note heed-free-note" }, ownWords.free_note)
      : h("p", { class: "heed-note heed-forced-note" }, fill(ownWords.forced_note, { from })),
    differs
      ? h("p", { class: "heed-note" }, fill(ownWords.differs_note, { first: panels[0].label }))
      : null,
    glossNote(ui),
  );
}

// Below the panels: what is to be said of them, the difference of one pair, where rows can be
// subtracted, and the curves of all.
export function belowView(ui, data, panels, { pairs, contrast, curves }) {
  const { ownWords } = ui;
  const compared = h(
    "div",
    { class: `heed-contrast${contrast ? "" : " heed-alone"}` },
    contrast ? contrast.node : null,
    h(
      "section",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, ownWords.agreement),
        help(ownWords.agreement_help, ownWords.agreement),
      ),
      pairs.length ? curves.node : h("p", { class: "heed-none" }, ownWords.agreement_none),
      contrast
        ? null
        : h(
            "p",
            { class: "heed-note heed-parting" },
            pairs.length ? `${ownWords.agreement_ends} ` : "",
            ownWords.difference_free,
          ),
    ),
  );
  return [notesOf(ui, data, panels), compared];
}
