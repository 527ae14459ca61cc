// Every vector of the workbench, to be changed by numbers.

import { largest } from "../../stage/colours.js";
import { fill, h, help, math, strip } from "../../stage/dom.js";
import { large, numberField } from "./board.js";
import { keyName, largestOf, numberText, pairOf } from "./plane.js";

// The vectors as numbers, and how the chosen score function weighs them.
export function vectorsView(bench) {
  const { ui, words } = bench;
  const reach = bench.limits.reach;
  const title = h("h2", { class: "heed-tag" });
  const info = h("span", { class: "heed-info" });
  const formulas = {
    score: h("div", { class: "heed-formula" }),
    softmax: h("div", { class: "heed-formula" }),
    context: h("div", { class: "heed-formula" }),
  };
  const head = (nr, name, about, formula) =>
    h(
      "div",
      { class: "heed-panel-head" },
      h("h3", {}, h("span", { class: "heed-nr" }, nr), name, help(about, name)),
      formula ||
        h(
          "div",
          { class: "heed-formula heed-columns" },
          h("span", {}, "x"),
          h("span", {}, "y"),
          h("span", {}, words.length),
          h("span", {}, words.cosine),
        ),
    );
  const heads = h(
    "div",
    { class: "heed-vector-row heed-vector-heads" },
    h("span", {}),
    head(1, words.vectors_panel, words.vectors_help),
    head(2, words.score, words.score_help, formulas.score),
    head(3, words.softmax_panel, words.softmax_help, formulas.softmax),
    head(4, words.context, words.context_help, formulas.context),
    h("span", {}),
  );
  const list = h("div", { class: "heed-vector-list" });
  const add = h(
    "button",
    { type: "button", class: "heed-toggle", onclick: () => bench.add() },
    `+ ${words.add_key}`,
  );
  const node = h(
    "section",
    { class: "heed-flow heed-vectors", "data-part": "vectors", "data-present": "" },
    h("div", { class: "heed-pane-head" }, title, info),
    heads,
    list,
    h(
      "div",
      { class: "heed-vector-foot" },
      add,
      h("span", { class: "heed-info" }, words.values_are_keys),
    ),
  );
  let rows = [];
  /** @type {any} */
  let total = null;
  let made = -1;
  let drawn = "";
  write(formulas.softmax, bench.symbols.softmax_tempered);
  write(formulas.context, bench.symbols.context_of_states);

  function write(place, formula) {
    place.replaceChildren(large(math(formula)));
  }

  function vectorRow(index) {
    const name = index < 0 ? "h" : keyName(index);
    const said = index < 0 ? words.query : `${words.key} ${index + 1}`;
    const field = (axis) =>
      numberField(bench, {
        label: `${said}, ${"xy"[axis]}`,
        least: -reach,
        most: reach,
        put: (value) => bench.coordinate(index, axis, value),
      });
    const parts = {
      index,
      x: field(0),
      y: field(1),
      length: h("span", { class: "heed-value" }),
      cosine: h("span", { class: "heed-value" }),
      score: h("span", { class: "heed-value" }),
      scoreBar: h("i", {}),
      weight: h("span", { class: "heed-value" }),
      weightBar: h("i", {}),
      strip: strip(ui, "", `${words.part} · ${name}`),
      part: h("span", { class: "heed-value" }),
    };
    const query = index < 0;
    parts.node = h(
      "div",
      { class: `heed-vector-row ${query ? "heed-query-row" : ""}`, "data-vector": index },
      h("span", { class: `heed-name ${query ? "heed-target" : "heed-source"}` }, name),
      h("div", { class: "heed-numbers" }, parts.x, parts.y, parts.length, parts.cosine),
      query
        ? null
        : h(
            "div",
            { class: "heed-cell-pair" },
            parts.score,
            h("div", { class: "heed-bar heed-signed" }, parts.scoreBar),
          ),
      query
        ? null
        : h(
            "div",
            { class: "heed-cell-pair" },
            parts.weight,
            h("div", { class: "heed-bar" }, parts.weightBar),
          ),
      query ? null : h("div", { class: "heed-part" }, parts.strip, parts.part),
      query
        ? null
        : h(
            "button",
            {
              type: "button",
              class: "heed-remove",
              "aria-label": fill(words.remove_key, { index: index + 1 }),
              title: fill(words.remove_key, { index: index + 1 }),
              onclick: () => bench.remove(index),
            },
            "×",
          ),
    );
    return parts;
  }

  function compose() {
    rows = [vectorRow(-1), ...bench.setting.keys.map((_, j) => vectorRow(j))];
    total = {
      strip: strip(ui, "heed-tall", `${words.context} c`),
      part: h("span", { class: "heed-value" }),
    };
    list.replaceChildren(
      ...rows.map((one) => one.node),
      h(
        "div",
        { class: "heed-vector-row heed-total" },
        h("span", { class: "heed-name heed-context" }, "c"),
        h("span", {}),
        h("span", {}),
        h("span", {}),
        h("div", { class: "heed-part" }, total.strip, total.part),
      ),
    );
  }

  function update() {
    const { setting, answer } = bench;
    const chosen = bench.chosen();
    const lengths = bench.own(answer.key_lengths);
    const scores = bench.own(chosen.scores);
    const moved = made !== setting.keys.length;
    if (moved) compose();
    made = setting.keys.length;
    title.replaceChildren(
      ...fill(words.weighs, { score: "\u0000" })
        .split("\u0000")
        .flatMap((text, i) => (i ? [h("b", {}, chosen.name), text] : [text])),
    );
    info.textContent = fill(words.flow_info, {
      source: chosen.source,
      entropy: numberText(chosen.entropy, 2),
    });
    if (drawn !== chosen.name) write(formulas.score, bench.equations[chosen.name]);
    drawn = chosen.name;
    const scale = largest(scores || []) || 1;
    const limit = Math.max(1, largestOf(setting.keys));
    for (const one of rows) {
      const j = one.index;
      const [a, b] = bench.vector(j);
      one.x.show(a);
      one.y.show(b);
      one.length.textContent = numberText(j < 0 ? answer.query_length : lengths?.[j], 2);
      one.cosine.textContent = j < 0 ? "" : numberText(lengths && answer.cosines[j], 2);
      if (j < 0) continue;
      one.cosine.title = lengths && answer.cosines[j] == null ? words.no_direction : "";
      const score = scores?.[j];
      const weight = scores && chosen.weights[j];
      const part = scores && chosen.parts[j];
      const share = score == null ? 0 : (50 * Math.abs(score)) / scale;
      one.score.textContent = numberText(score, 2);
      Object.assign(one.scoreBar.style, {
        left: `${score < 0 ? 50 - share : 50}%`,
        width: `${share}%`,
        right: "auto",
      });
      one.scoreBar.className = score < 0 ? "heed-below" : "";
      one.weight.textContent = numberText(weight, 3);
      one.weightBar.style.width = `${100 * (weight || 0)}%`;
      one.strip.update(part && !part.includes(null) ? part : [0, 0], limit);
      one.part.textContent = pairOf(part);
    }
    total.strip.update(chosen.context.includes(null) ? [0, 0] : chosen.context, limit);
    total.part.textContent = pairOf(chosen.context);
    add.disabled = setting.keys.length >= bench.limits.keys;
    list.querySelectorAll(".heed-remove").forEach((button) => {
      button.disabled = setting.keys.length === 1;
    });
  }

  return { node, layout() {}, update, focus: (j) => rows[j + 1] && rows[j + 1].x.focus() };
}
