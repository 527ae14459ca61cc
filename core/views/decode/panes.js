// The upper half: where the decoder looks now, and the map of all steps so far.

import { fill, h } from "../../stage/dom.js";
import { glossNote } from "../../stage/glosses.js";
import { linesView } from "./change.js";
import { typedNote } from "./sayings.js";

// `holders` are where pair and map stand, `kinds` what the map can show, `given` how many tokens
// were forced, `before` the trace without what was changed in its attention.
export function panes(ui, trace, { holders, kinds, given, before }) {
  const { words } = ui;
  return h(
    "div",
    { class: `heed-top${trace.attends ? "" : " heed-alone"}` },
    h(
      "section",
      { class: "heed-pane", "data-part": "pair", "data-said": "" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, trace.attends ? words.looks_now : words.pair),
        h(
          "span",
          { class: "heed-info" },
          [ui.head, trace.attends && words.numbers_are_weights].filter(Boolean).join(" · "),
          ui.hold?.sends ? h("b", { class: "heed-hold-hint" }, words.hold_hint) : null,
        ),
      ),
      holders.pair,
      glossNote(ui),
      before ? linesView(ui, trace, before) : null,
      trace.own ? h("p", { class: "heed-note heed-typed-note" }, typedNote(trace, words)) : null,
      given
        ? h("p", { class: "heed-note heed-given-note" }, fill(words.given, { count: given }))
        : null,
    ),
    h(
      "section",
      { class: "heed-pane heed-heat-pane", "data-part": "heat" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, trace.attends ? words.so_far : words.unattended),
        trace.attends ? kinds : null,
      ),
      trace.attends ? holders.heat : h("p", { class: "heed-none" }, words.no_attention),
    ),
  );
}
