// How the context meets the state.

import { fill, h, math, strip } from "../../stage/dom.js";
import {
  COMBINED,
  CONTEXT,
  FORMULAS,
  row,
  STATE,
  STREAM,
  TRANSFORMER,
} from "../../stage/formulas.js";
import { panelHead } from "./attention.js";

// Whether what is read out comes off a residual stream.
export const streams = (trace) => trace.model.has.includes("residual-stream");

// What panel 4 shows: its vectors in order, its formula, its explanation, what stands between.
export function combination(trace) {
  const vector = {
    context: CONTEXT,
    state: streams(trace) ? STREAM : STATE,
    combined: COMBINED,
  };
  const some = (...keys) => keys.map((key) => [key, vector[key]]);
  if (streams(trace)) {
    // post-norm leaves nothing to do after the last layer
    return changed(trace)
      ? {
          vectors: some("state", "combined"),
          formula: TRANSFORMER.combine,
          about: "combine_help",
          operator: "LayerNorm",
        }
      : { vectors: some("state"), formula: TRANSFORMER.combine_post, about: "combine_post_help" };
  }
  if (!changed(trace))
    return {
      vectors: some("state"),
      formula: FORMULAS.combine_none,
      about: "combine_none_help",
    };
  if (!trace.attends)
    return {
      vectors: some("state", "combined"),
      formula: FORMULAS.combine_alone,
      about: "combine_alone_help",
      operator: "tanh",
    };
  return {
    vectors: some("context", "state", "combined"),
    formula: FORMULAS.combine,
    about: trace.model.has.includes("attends-first") ? "combine_bahdanau_help" : "combine_help",
    operator: "tanh",
  };
}

// Whether what is read out is another vector than the state.
const changed = (trace) =>
  trace.steps.some(({ state, combined }) => state.some((value, d) => value !== combined[d]));

// Panel 4: the vectors that meet and what comes of them.
export function combinePanel(ui, trace, limits) {
  const { words } = ui;
  const attends = trace.attends;
  const { vectors, formula, about, operator } = combination(trace);
  const strips = vectors.map(([key, symbol]) => ({
    key,
    symbol,
    canvas: strip(ui, `heed-strip-${key}`, words[key]),
  }));
  const node = h(
    "section",
    { class: "heed-panel heed-combine" },
    panelHead(ui, attends ? 4 : 1, "combine", formula, about),
    strips.flatMap(({ key, symbol, canvas }) => [
      key === "combined"
        ? h("div", { class: "heed-operator", "aria-hidden": "true" }, `↓ ${operator}`)
        : null,
      h(
        "div",
        { class: `heed-vector heed-v-${key}` },
        h("span", {}, `${words[key]} `, math(row(symbol))),
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
