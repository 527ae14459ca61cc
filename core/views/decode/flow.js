// How this token came about: scores, softmax, context, combination, next token, left to right.

import { reach } from "../../stage/colours.js";
import { chance, fill, fixed, h, help, math, nameOf, piece, strip } from "../../stage/dom.js";
import {
  COMBINED,
  CONTEXT,
  FORMULAS,
  row,
  STATE,
  STREAM,
  scoreFormula,
  TRANSFORMER,
} from "../../stage/formulas.js";
import { columns, contribution, labelOf, sum } from "../../stage/trace.js";

export const isTransformer = (trace) => trace.model.wiring === "transformer";

function panelHead(ui, number, key, formula, about = `${key}_help`) {
  return h(
    "div",
    { class: `heed-panel-head heed-p-${key}` },
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

// Panels 1 to 3, which share their rows: one for each source token. A mean over heads has weights
// alone: neither a score nor a context.
function attentionPanels(ui, trace, formula, limit) {
  const { sources, words } = ui;
  const { mean } = trace;
  const formulas = isTransformer(trace) ? { ...FORMULAS, ...TRANSFORMER } : FORMULAS;
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
  const heads = h(
    "div",
    { class: "heed-row-heads" },
    h("span"),
    panelHead(ui, 1, "score_panel", scoreFormula(formula)),
    mean
      ? panelHead(ui, 2, "mean_weight", formulas.mean_weight)
      : panelHead(ui, 2, "softmax", formulas.softmax),
    panelHead(ui, 3, "context_panel", formulas.context_panel),
  );
  const rows = sources.map((group, j) => {
    const score = h("i");
    const weight = h("i");
    const scoreText = h("span", { class: "heed-value" });
    const weightText = h("span", { class: "heed-value" });
    const canvas = mean
      ? null
      : strip(ui, "", fill(words.contribution, { token: nameOf(ui, group.label) }));
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
        { class: "heed-source heed-name", title: nameOf(ui, group.label) },
        h("bdi", {}, ui.byWord ? group.label : piece(group.label)),
      ),
      h(
        "span",
        { class: "heed-cell-pair" },
        scoreText,
        mean ? null : h("span", { class: "heed-bar heed-signed" }, score),
      ),
      h("span", { class: "heed-cell-pair" }, weightText, h("span", { class: "heed-bar" }, weight)),
      canvas,
    );
    return { node, score, weight, scoreText, weightText, canvas };
  });
  const total = mean ? null : strip(ui, "heed-tall", words.context);
  const totalText = h("span", { class: "heed-value" });
  const foot = h(
    "div",
    { class: "heed-flow-row heed-total" },
    h(
      "span",
      { class: "heed-name heed-context", title: words.context },
      mean ? null : math(row(CONTEXT)),
    ),
    h("span"),
    h("span", { class: "heed-cell-pair" }, totalText, h("span", { class: "heed-note" }, words.sum)),
    total,
  );
  grid.append(...rows.map((line) => line.node));
  const scale =
    isTransformer(trace) && !mean
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
    { class: "heed-attention" },
    heads,
    given,
    mean ? h("p", { class: "heed-note heed-mean-note" }, words.mean_note) : null,
    grid,
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
      line.node.classList.toggle("heed-masked", !visible);
      if (!mean) line.canvas.update(contribution(trace, step, sources[j].items), limit);
    });
    if (!mean) total.update(step.context, limit);
    totalText.textContent = fixed(sum(seen.map((c) => c.weight)), 3);
    given.hidden = !step.replaced;
    reveal(best);
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

// What panel 4 shows: its vectors in order, its formula, its explanation, what stands between.
export function combination(trace) {
  const vector = {
    context: CONTEXT,
    state: isTransformer(trace) ? STREAM : STATE,
    combined: COMBINED,
  };
  const some = (...keys) => keys.map((key) => [key, vector[key]]);
  if (isTransformer(trace)) {
    // post-norm leaves nothing to do after the last layer
    return normed(trace)
      ? {
          vectors: some("state", "combined"),
          formula: TRANSFORMER.combine,
          about: "combine_help",
          operator: "LayerNorm",
        }
      : { vectors: some("state"), formula: TRANSFORMER.combine_post, about: "combine_post_help" };
  }
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
    about: trace.model.wiring === "bahdanau" ? "combine_bahdanau_help" : "combine_help",
    operator: "tanh",
  };
}

const normed = (trace) =>
  trace.steps.some(({ state, combined }) => state.some((value, d) => value !== combined[d]));

// Panel 4: the vectors that meet and what comes of them.
function combinePanel(ui, trace, limits) {
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

// Panel 5: the ten likeliest next tokens; each is a way to go on.
function nextPanel(ui, trace, onPick) {
  const { words } = ui;
  const most = Math.max(...trace.steps.map((step) => step.candidates.length));
  const list = h("ol", { class: "heed-candidates" });
  const written = h("p", { class: "heed-written" });
  const entropy = h("p", { class: "heed-note" });
  const choices = Array.from({ length: most }, () => {
    const name = h("bdi", { class: "heed-piece" });
    const mark = h("span", { class: "heed-mark-forced" });
    const length = h("i");
    const value = h("span", { class: "heed-value" });
    const button = h(
      onPick ? "button" : "div",
      {
        type: onPick && "button",
        class: "heed-candidate",
        onclick:
          onPick &&
          (() => {
            if (!item.chosen) onPick(item.choice);
          }),
      },
      h("span", { class: "heed-piece-box" }, name, mark),
      h("span", { class: "heed-bar" }, length),
      value,
    );
    const item = { node: h("li", {}, button), button, name, mark, length, value };
    list.append(item.node);
    return item;
  });

  function update() {
    const step = trace.steps[ui.now];
    const p = fixed(Math.exp(step.logProb), 5);
    choices.forEach((item, i) => {
      const candidate = step.candidates[i];
      item.node.hidden = !candidate;
      if (!candidate) return;
      const share = Math.exp(candidate.logProb);
      const chosen = candidate.id === step.token.id;
      item.choice = { step: ui.now, id: candidate.id, piece: candidate.piece };
      item.chosen = chosen;
      item.name.replaceChildren(...piece(candidate.piece));
      item.mark.textContent = chosen && step.forced ? "✎" : "";
      item.length.style.width = `${100 * share}%`;
      item.value.textContent = chance(share);
      item.button.classList.toggle("heed-chosen", chosen);
      if (onPick) item.button.setAttribute("aria-disabled", String(chosen));
      item.button.setAttribute(
        "title",
        chosen
          ? step.forced
            ? words.forced
            : words.chosen
          : onPick
            ? fill(words.pick, { piece: candidate.piece })
            : nameOf(ui, candidate.piece),
      );
    });
    const listed = step.candidates.some((candidate) => candidate.id === step.token.id);
    written.hidden = listed && !step.forced;
    written.textContent = written.hidden
      ? ""
      : fill(step.forced ? words.forced_with : words.chosen_with, { piece: step.token.piece, p });
    entropy.textContent = fill(words.entropy, { value: fixed(step.entropy, 2) });
  }

  const node = h(
    "section",
    { class: "heed-panel heed-next" },
    panelHead(
      ui,
      trace.attends ? 5 : 2,
      "next",
      FORMULAS.next,
      onPick ? "next_help_pick" : "next_help",
    ),
    list,
    written,
    entropy,
  );
  return { node, layout() {}, light() {}, update };
}

// How far each kind of vector reaches: one scale for all of them, but in a Transformer, where what a
// head reads, what is added up from layer to layer, and what the norm leaves are of unlike size.
function reaches(trace) {
  const [state, combined] = ["state", "combined"].map((key) =>
    trace.steps.map((step) => step[key]),
  );
  if (isTransformer(trace))
    return { context: reach(trace.states), state: reach(state), combined: reach(combined) };
  const limit = reach([...state, ...combined, ...trace.states]);
  return { context: limit, state: limit, combined: limit };
}

export function flowView(ui, trace, formula, onPick) {
  const { words } = ui;
  const limits = reaches(trace);
  const panels = [
    trace.attends && attentionPanels(ui, trace, formula, limits.context),
    combinePanel(ui, trace, limits),
    nextPanel(ui, trace, onPick),
  ].filter(Boolean);
  const info = h("span", { class: "heed-info" });
  const name = h("b", { class: "heed-target" });
  const [before, after] = words.came_about.split("{token}");
  const node = h(
    "div",
    { class: "heed-flow" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, before, name, after),
      info,
    ),
    h(
      "div",
      { class: `heed-flow-panels${trace.attends ? "" : " heed-alone"}` },
      panels.map((panel) => panel.node),
    ),
  );

  // The word so far, the piece of this step standing out.
  function title() {
    const { now } = ui;
    const { token } = trace.steps[now];
    if (!ui.byWord) return piece(token.piece);
    const earlier = ui.targets[ui.target].items
      .filter((t) => t < now)
      .map((t) => trace.steps[t].token);
    const start = earlier.length ? labelOf(earlier, true) : "";
    const whole = ui.soFar(ui.targets[ui.target]);
    return start && whole.startsWith(start)
      ? [h("span", { class: "heed-earlier" }, start), whole.slice(start.length)]
      : [whole];
  }

  function update() {
    name.replaceChildren(h("bdi", {}, ...title()));
    info.textContent = ui.stepInfo();
    panels.forEach((panel) => panel.update());
  }

  return {
    node,
    update,
    layout: () => panels.forEach((panel) => panel.layout()),
    light: (lit) => panels.forEach((panel) => panel.light(lit)),
    limits,
  };
}
