// Where the views of the workbench stand.

import { h, help } from "../../stage/dom.js";
import { keyName, numberText, pairOf } from "./plane.js";

export function benchPanes(words, views, { thickness, slider, degrees }) {
  return h(
    "div",
    { class: "heed-top heed-bench-top" },
    h(
      "section",
      { class: "heed-pane heed-plane-pane", "data-part": "plane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.plane),
        h("span", { class: "heed-info" }, words.plane_info),
      ),
      h("div", { class: "heed-plane-box" }, views.plane.node),
      thickness,
    ),
    h(
      "section",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head", "data-part": "board" },
        h(
          "div",
          { class: "heed-tag-help" },
          h("h2", { class: "heed-tag" }, words.all_scores),
          help(words.all_help, words.all_scores),
        ),
        h(
          "div",
          { class: "heed-temperature" },
          h("span", { class: "heed-info", "aria-hidden": "true" }, words.temperature),
          slider,
          degrees,
        ),
      ),
      h("div", { "data-part": "board" }, views.board.node),
      h(
        "div",
        { class: "heed-pane-head heed-parameters-head", "data-part": "parameters" },
        h("h2", { class: "heed-tag" }, words.parameters),
      ),
      h("div", { "data-part": "parameters" }, views.parameters.node),
    ),
  );
}

// From the coldest to the hottest, each step by the same factor.
export function temperatureSlider({ limits, words, temperature }, ratio) {
  const slider = h("input", {
    type: "range",
    class: "heed-scrub",
    min: 0,
    max: 100,
    step: 1,
    "aria-label": words.temperature,
    oninput: () =>
      temperature(Number((limits.coldest * ratio ** (slider.value / 100)).toPrecision(2))),
  });
  return slider;
}

// What the bubble says of a vector: the query is -1.
export function tipLines(bench, index) {
  const { answer, words } = bench;
  const own = bench.own(answer.key_lengths);
  const name = index < 0 ? `${words.query} h` : `${words.key} ${keyName(index)}`;
  const lines = [name, pairOf(bench.vector(index))];
  if (!own) return lines;
  lines.push(`${words.length} ${numberText(index < 0 ? answer.query_length : own[index], 3)}`);
  if (index >= 0)
    lines.push(
      `${words.cosine} ${numberText(answer.cosines[index], 3)}`,
      `${words.weight} (${bench.chosen().name}) ${numberText(bench.chosen().weights[index], 4)}`,
    );
  return lines;
}
