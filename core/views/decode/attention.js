// How a step attended: scores, weights, and what they let through.

import {
  fill,
  fixed,
  groupName,
  h,
  half,
  help,
  math,
  piece,
  spoken,
  strip,
} from "../../stage/dom.js";
import { nths } from "../../stage/nth.js";
import { scrolling } from "../../stage/overflow.js";
import { columns, contribution, sum } from "../../stage/trace.js";

// Whether attention sums values instead of states, as that of heads does and that of several looks.
export const headed = (trace) => ["heads", "hops"].some((one) => trace.model.has.includes(one));

// What a panel is called where parts of the picture are lit: see spot.js.
const PART = { score_panel: "score", softmax: "softmax", context_panel: "context" };

export function panelHead(ui, number, key, formula, about = `${key}_help`) {
  return h(
    "div",
    { class: `heed-panel-head heed-p-${key}`, "data-part": PART[key] },
    h(
      "h3",
      {},
      h("span", { class: "heed-nr" }, String(number)),
      ui.words[key],
      help(ui.words[about], ui.words[key]),
    ),
    h("div", { class: "heed-formula" }, formula ? math(formula) : null),
  );
}

// How many panels say where a step looked: of what is read of a text that grows no context is kept.
export const panelsOf = (trace) => (!trace.attends ? 0 : trace.states || trace.mean ? 3 : 2);

// Panels 1 to 3, which share their rows: one for each source token. A mean over heads has weights
// alone: neither a score nor a context.
export function attentionPanels(ui, trace, limit) {
  const { formulas, sources, words } = ui;
  const before = trace.model.has.includes("attends-first"); // which state looks
  const { mean } = trace;
  const summed = !mean && Boolean(trace.states); // whether contexts can be drawn
  const all = mean
    ? []
    : trace.steps.flatMap((step) =>
        columns(step, sources)
          .filter((c) => c.visible)
          .map((c) => c.score),
      );
  const low = Math.min(0, ...all);
  const span = Math.max(0, ...all) - low || 1;
  const zero = (-100 * low) / span;
  const grid = h("div", {
    class: `heed-rows heed-points${sources.length > 24 ? " heed-dense" : ""}`,
    tabindex: 0,
    role: "group",
    "aria-label": words.rows_label,
  });
  const given = h("p", { class: "heed-note heed-given" }, words.replaced);
  const local = trace.model.score?.window;
  const centre = h("b", { class: "heed-value" });
  const window = local
    ? h(
        "p",
        { class: "heed-note heed-window" },
        math(formulas.centre),
        " = ",
        centre,
        ` · ${fill(words.window, { reach: local.reach })} `,
        help(words[local.gaussian ? "window_gaussian_help" : "window_help"], words.window_title),
      )
    : null;
  const heads = h(
    "div",
    { class: "heed-row-heads" },
    h("span"),
    panelHead(
      ui,
      1,
      "score_panel",
      formulas.equation,
      before ? "score_panel_bahdanau_help" : "score_panel_help",
    ),
    mean
      ? panelHead(ui, 2, "mean_weight", formulas.mean_weight)
      : panelHead(ui, 2, "softmax", formulas.softmax),
    summed || mean
      ? panelHead(
          ui,
          3,
          "context_panel",
          formulas[headed(trace) ? "context_of_values" : "context_of_states"],
        )
      : h("div"),
  );
  const nth = nths(sources.map((group) => group.label));
  const rows = sources.map((group, j) => {
    const score = h("i");
    const weight = h("i");
    const bar = h("span", { class: "heed-bar" }, weight);
    const handle = ui.hold?.handle(j, bar);
    const scoreText = h("span", { class: "heed-value" });
    const weightText = h("span", { class: "heed-value" });
    const canvas = !summed
      ? null
      : strip(ui, "", fill(words.contribution, { token: groupName(ui, group) }), half);
    const node = h(
      "div",
      {
        class: "heed-flow-row",
        "data-source": j,
        onmouseenter: () => ui.point({ source: j }),
        onmouseleave: () => ui.point({}),
      },
      h(
        "span",
        { class: "heed-source heed-name", title: groupName(ui, group) },
        spoken(ui, "source", ui.byWord ? group.label : piece(group.label)),
        nth[j],
      ),
      h(
        "span",
        { class: "heed-cell-pair", "data-part": "score" },
        scoreText,
        mean ? null : h("span", { class: "heed-bar heed-signed" }, score),
      ),
      h(
        "span",
        {
          class: `heed-cell-pair${handle?.pin ? " heed-pinned-pair" : ""}`,
          "data-part": "softmax",
        },
        weightText,
        bar,
        handle?.pin,
      ),
      canvas,
    );
    return { node, score, weight, scoreText, weightText, canvas, handle };
  });
  const total = !summed ? null : strip(ui, "heed-tall", words.context, half);
  const totalText = h("span", { class: "heed-value" });
  const foot = h(
    "div",
    { class: "heed-flow-row heed-total" },
    h(
      "span",
      { class: "heed-name heed-context", title: words.context },
      summed ? math(formulas.context) : null,
    ),
    h("span", { "data-part": "score" }),
    h(
      "span",
      { class: "heed-cell-pair", "data-part": "softmax" },
      totalText,
      h("span", { class: "heed-note" }, words.sum),
    ),
    total,
  );
  for (const canvas of [total, ...rows.map((line) => line.canvas)])
    canvas?.setAttribute("data-part", "context");
  grid.append(...rows.map((line) => line.node));
  const scale =
    headed(trace) && summed
      ? h(
          "div",
          { class: "heed-flow-row heed-value-scale" },
          h(
            "p",
            { class: "heed-note" },
            fill(words.value_scale, { limit: String(limit), size: trace.states[0].length }),
          ),
        )
      : null;
  const node = h(
    "section",
    { class: "heed-attention", "data-part": "attention", "data-present": "" },
    heads,
    window,
    given,
    mean ? h("p", { class: "heed-note heed-mean-note" }, words.mean_note) : null,
    summed || mean ? null : h("p", { class: "heed-note heed-mean-note" }, words.no_context),
    scrolling(grid),
    foot,
    scale,
  );
  node.style.setProperty("--zero", `${zero}%`);
  let tall = 0;
  let room = 0;

  function reveal(j) {
    // scrolls the rows, where they scroll, so that row j is seen
    if (!room || rows.length * tall <= room + 2) return;
    const top = grid.scrollTop;
    if (j * tall < top || (j + 1) * tall > top + room) grid.scrollTop = (j + 0.5) * tall - room / 2;
  }

  function update() {
    const step = trace.steps[ui.now];
    const seen = columns(step, sources);
    if (local) centre.textContent = fixed(step.centre, local.gaussian ? 2 : 0);
    let best = 0;
    rows.forEach((line, j) => {
      const { score, weight, visible } = seen[j];
      if (weight > seen[best].weight) best = j;
      line.scoreText.textContent = visible ? fixed(score, 2) : words.masked;
      line.weightText.textContent = visible ? fixed(weight, 3) : "";
      const share = visible ? (100 * Math.abs(score)) / span : 0;
      line.score.style.left = `${score < 0 ? zero - share : zero}%`;
      line.score.style.width = `${share}%`;
      line.score.className = score < 0 ? "heed-below" : "";
      line.weight.style.width = `${100 * weight}%`;
      line.handle?.update(seen[j]);
      line.node.classList.toggle("heed-unread", Boolean(ui.hold?.forbids(j)));
      line.node.classList.toggle("heed-masked", !visible);
      line.node.hidden = !ui.readSoFar(sources[j]);
      if (summed) line.canvas.update(contribution(trace, step, sources[j].items), limit);
    });
    if (summed) total.update(step.context, limit);
    totalText.textContent = fixed(sum(seen.map((c) => c.weight)), 3);
    given.hidden = !step.replaced || ui.held;
    if (!ui.held) reveal(best); // what is taken hold of stays under the hand
  }

  return {
    node,
    update,
    layout() {
      [tall, room] = [rows[0].node.offsetHeight, grid.clientHeight];
    },
    /** @param {import("../../stage/types").Lit} lit */
    light({ source, target }) {
      const on = target == null || target === ui.target;
      rows.forEach((line, j) => line.node.classList.toggle("heed-lit", on && j === source));
      if (ui.keyed && source != null) reveal(source);
    },
  };
}
