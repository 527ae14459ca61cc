// How the context meets the state.

import { fill, h, half, math, strip } from "../../stage/dom.js";
import { panelHead, panelsOf } from "./attention.js";

// Whether what is read out comes off a residual stream.
export const streams = (trace) => trace.model.has.includes("residual-stream");

// What panel 4 shows: its vectors in order, each with its symbol, its formula, its explanation, and
// what stands between.
export function combination(trace) {
  const has = (name) => trace.model.has.includes(name);
  const looks = has("hops"); // what is combined asks in the next one
  const symbols = {
    context: "context",
    state: looks ? "asked" : streams(trace) ? "stream" : "state",
    combined: looks ? "next_asked" : "combined",
  };
  const panel = (formula, keys, about, operator = "") => ({
    formula,
    vectors: keys.map((key) => [key, symbols[key]]),
    about,
    operator,
  });
  const [alone, changed] = [["state"], ["state", "combined"]];
  if (looks) return panel("look", ["context", ...changed], "combine_help", "+");
  if (streams(trace))
    return has("output-layer")
      ? panel("combine_norm", changed, "combine_help", "LayerNorm")
      : panel("combine_post", alone, "combine_post_help");
  if (!has("output-layer"))
    return panel(
      "combine_none",
      alone,
      has("attends-first") ? "combine_none_bahdanau_help" : "combine_none_help",
    );
  if (!trace.attends) return panel("combine_alone", changed, "combine_alone_help", "tanh");
  return panel(
    "combine",
    ["context", ...changed],
    has("attends-first") ? "combine_bahdanau_help" : "combine_help",
    "tanh",
  );
}

// Panel 4: the vectors that meet and what comes of them.
export function combinePanel(ui, trace, limits) {
  const { words } = ui;
  const { vectors, formula, about, operator } = combination(trace);
  const strips = vectors.map(([key, symbol]) => ({
    key,
    symbol,
    canvas: strip(ui, `heed-strip-${key}`, words[key], half),
  }));
  const node = h(
    "section",
    { class: "heed-panel heed-combine", "data-part": "combine", "data-present": "" },
    panelHead(ui, panelsOf(trace) + 1, "combine", ui.formulas[formula], about),
    strips.flatMap(({ key, symbol, canvas }) => [
      key === "combined"
        ? h("div", { class: "heed-operator", "aria-hidden": "true" }, `↓ ${operator}`)
        : null,
      h(
        "div",
        { class: `heed-vector heed-v-${key}` },
        h("span", {}, `${words[key]} `, math(ui.formulas[symbol])),
        canvas,
      ),
    ]),
    h(
      "p",
      { class: "heed-note" },
      fill(words.strip_scale, {
        limit: String(limits.state),
        combined: String(limits.combined),
        size: trace.steps[0].state.length,
      }),
    ),
  );
  return {
    node,
    layout() {},
    light() {},
    update: () =>
      strips.forEach(({ key, canvas }) => canvas.update(trace.steps[ui.now][key], limits[key])),
  };
}
