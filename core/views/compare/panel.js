// One model's panel in a comparison: its score, its heatmap, its numbers at this step, its output.

import { decodeArray } from "../../stage/codec.js";
import { largest } from "../../stage/colours.js";
import { counted, fill, fixed, h, math, piece, spoken } from "../../stage/dom.js";
import { glossed } from "../../stage/glosses.js";
import { heatmapView } from "../../stage/heatmap.js";
import { columns, grouped, isMean, labelOf, sum, token } from "../../stage/trace.js";

// A panel as the views of a trace read it.
export function readPanel(raw, index) {
  const [scores, weights, visible] = [raw.scores, raw.weights, raw.visible].map(
    (array) => array && decodeArray(array),
  );
  const all = new Uint8Array(raw.source.length).fill(1);
  let total = 0;
  const steps = raw.tokens.map((one, t) => ({
    token: token(one),
    logProb: raw.log_probs[t],
    total: (total += raw.log_probs[t]),
    entropy: raw.entropy?.[t],
    forced: Boolean(raw.forced[t]),
    differs: Boolean(raw.differs[t]),
    scores: scores?.[t],
    weights: weights?.[t],
    visible: visible?.[t] || all,
  }));
  return {
    ...raw,
    index,
    source: raw.source.map(token),
    steps,
    attends: Boolean(raw.weights),
    mean: isMean(steps),
  };
}

export const tokensOf = (panel) => panel.steps.map((step) => step.token);
const sameWords = (a, b) =>
  a.length === b.length && a.every((group, i) => group.text === b[i].text);
export const holding = (groups, item) => groups.findIndex((group) => group.items.includes(item));

// Where a panel stands at each step of `leader`, the longest: at the same step, as far as it goes.
// Words split into other pieces are kept abreast: their ends meet.
export function linked(panel, leader, forced) {
  const last = panel.steps.length - 1;
  const own = grouped(tokensOf(panel), true);
  const lead = grouped(tokensOf(leader), true);
  const split = forced && sameWords(own, lead);
  return leader.steps.map((_, t) => {
    if (!split) return Math.min(t, last);
    const word = holding(lead, t);
    const { items } = own[word];
    const there = lead[word].items;
    return t === there[there.length - 1]
      ? items[items.length - 1]
      : items[Math.min(there.indexOf(t), items.length - 1)];
  });
}

// The largest score of all panels, for one scale.
export const scoreReach = (panels, byWord) =>
  Math.max(
    1e-9,
    ...panels.map((panel) => {
      const across = grouped(panel.source, byWord);
      return largest(panel.steps.flatMap((step) => columns(step, across).map((one) => one.score)));
    }),
  );

// The parameters of the score by name, shape and number, and the size of the model.
function makeup(ui, panel) {
  const { ownWords } = ui;
  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  const parts = panel.parameters.map(([, shape], i) => {
    const long = shape.filter((n) => n > 1);
    return h(
      "span",
      {},
      math(panel.symbols[i]),
      ` ${long.join(" × ")}${long.length > 1 ? ` = ${counted(ui.language, size(shape))}` : ""}`,
    );
  });
  if (parts.length > 1)
    parts.push(
      h(
        "span",
        {},
        fill(ownWords.in_all, {
          count: counted(ui.language, sum(panel.parameters.map(([, shape]) => size(shape)))),
        }),
      ),
    );
  if (!parts.length)
    parts.push(h("span", {}, panel.attends ? ownWords.no_parameters : ownWords.no_score));
  if (panel.attends_first) parts.push(h("span", {}, ownWords.bahdanau));
  return h(
    "p",
    { class: "heed-one-makeup" },
    panel.head ? h("b", {}, panel.head) : null,
    parts,
    h("span", {}, fill(ownWords.total, { count: counted(ui.language, panel.total) })),
  );
}

// `shared` is what all panels have in common; `on` are the acts of the stage: go, point, choose.
export function panelView(shared, panel, places, on) {
  const { words, ownWords } = shared;
  const first = on.first;
  const ui = Object.assign(Object.create(shared), {
    sources: grouped(panel.source, shared.byWord),
    targets: grouped(tokensOf(panel), shared.byWord),
    tongues: panel.tongues,
    words: { ...words, heat_label: `${panel.label}: ${words.heat_label}` },
    soFar: (group) =>
      labelOf(
        group.items.filter((t) => t <= ui.now).map((t) => panel.steps[t].token),
        ui.byWord,
      ),
    go: (step) => on.go(Math.max(0, places.indexOf(step))),
    point: (lit) => on.point(lit, panel),
    choose: on.choose && ((t, j) => choose(t, j)),
  });
  const heat = panel.attends ? heatmapView(ui, panel) : null;
  const fact = (name, about) => {
    const value = h("dd");
    return { value, node: h("div", { title: about }, h("dt", {}, name), value) };
  };
  const facts = { logProb: fact(ownWords.step_log_prob) };
  if (heat)
    Object.assign(facts, {
      entropy: fact(ownWords.row_entropy, ownWords.row_entropy_help),
      range: fact(ownWords.range, ownWords.range_help),
    });
  const groups = grouped(tokensOf(panel), true).filter((group) => !group.mark);
  const output = groups.map((group) => {
    const differs = group.items.some((t) => panel.steps[t].differs);
    return h(
      "span",
      {
        class: "heed-one-word",
        title: differs ? fill(ownWords.differs, { first }) : null,
      },
      glossed(
        ui,
        group.text,
        h("span", { class: differs && "heed-one-differs" }, spoken(ui, "target", group.text)),
      ),
    );
  });
  // Punctuation stands close to its word, as it was written.
  const spaced = output.flatMap((word, i) =>
    /^\s/.test(panel.steps[groups[i].items[0]].token.text) ? [" ", word] : [word],
  );
  const complete = h("span", { class: "heed-info" });
  const total = panel.steps[panel.steps.length - 1].total;
  if (heat && panel.mean)
    facts.range.value.replaceChildren(h("span", { title: words.no_scores }, fixed(NaN)));
  else if (heat) {
    const all = panel.steps.flatMap((step) =>
      Array.from(step.scores).filter((_, i) => step.visible[i]),
    );
    facts.range.value.textContent = `${fixed(Math.min(...all), 2)} … ${fixed(Math.max(...all), 2)}`;
  }
  const node = h(
    "section",
    {
      class: "heed-one",
      "data-panel": panel.index,
      "data-present": panel.label,
      "aria-label": panel.label,
    },
    h(
      "div",
      { class: "heed-one-head" },
      h("h3", { title: panel.model }, panel.label),
      panel.formula
        ? h("div", { class: "heed-formula", title: panel.reference }, math(panel.formula))
        : null,
    ),
    makeup(shared, panel),
    h(
      "div",
      { class: "heed-one-heat" },
      heat ? heat.node : h("p", { class: "heed-none" }, words.no_attention),
    ),
    h(
      "dl",
      { class: "heed-one-numbers" },
      Object.values(facts).map((one) => one.node),
    ),
    h(
      "p",
      { class: "heed-one-output", dir: "auto" },
      h(
        "span",
        { class: "heed-info" },
        panel.steps.every((step) => step.forced) ? ownWords.forced_output : ownWords.output,
      ),
      " ",
      h("span", { class: "heed-one-sentence" }, spaced),
      " ",
      h("span", { class: "heed-info" }, fill(ownWords.log_prob, { value: fixed(total, 2) })),
      complete,
    ),
  );

  // The step and the source piece of a cell: of a word its last piece so far, and its heaviest.
  function choose(t, j) {
    const step = Math.min(ui.now, ui.targets[t].items[ui.targets[t].items.length - 1]);
    const source = ui.sources[j].items.reduce((a, i) =>
      panel.steps[step].weights[i] > panel.steps[step].weights[a] ? i : a,
    );
    on.choose({ panel: panel.index, step, source });
  }

  return {
    node,
    heat,
    panel,
    ui,
    update() {
      ui.now = places[shared.now];
      ui.target = holding(ui.targets, ui.now);
      const step = panel.steps[ui.now];
      const over =
        shared.now > 0 &&
        places[shared.now] === places[shared.now - 1] &&
        ui.now === panel.steps.length - 1;
      if (heat) {
        heat.update();
        facts.entropy.value.textContent = fill(ownWords.nats, { value: fixed(step.entropy, 2) });
      }
      facts.logProb.value.replaceChildren(
        h("b", { class: "heed-target" }, spoken(ui, "target", piece(step.token.piece))),
        ` ${fixed(step.logProb, 2)}`,
      );
      output.forEach((word, i) => {
        word.classList.toggle("heed-now", groups[i].items.includes(ui.now));
        word.classList.toggle("heed-later", groups[i].items[0] > ui.now);
      });
      complete.textContent = over ? ` · ${ownWords.over}` : "";
      node.classList.toggle("heed-one-done", over);
    },
    light(lit) {
      if (!heat) return;
      const source =
        lit.source != null && ui.sources[lit.source] && ui.sources[lit.source].label === lit.label
          ? lit.source
          : null;
      const target = lit.panel === panel.index ? lit.target : null;
      heat.light(source == null && target == null ? {} : { source, target });
    },
    // The cell that was chosen to be taken apart.
    mark(cell) {
      node
        .querySelectorAll(".heed-chosen-cell")
        .forEach((one) => one.classList.remove("heed-chosen-cell"));
      if (!cell || cell.panel !== panel.index) return;
      const [t, j] = [holding(ui.targets, cell.step), holding(ui.sources, cell.source)];
      const found = node.querySelector(`.heed-cell[data-target="${t}"][data-source="${j}"]`);
      if (found) found.classList.add("heed-chosen-cell");
    },
    choose(source) {
      choose(ui.target, source);
    },
    summary() {
      const step = panel.steps[ui.now];
      const values = { model: panel.label, token: step.token.piece };
      if (!heat) return fill(ownWords.summary_alone, values);
      const seen = columns(step, ui.sources);
      const best = seen.reduce((a, one, j) => (one.weight > seen[a].weight ? j : a), 0);
      return fill(ownWords.summary_looks, {
        ...values,
        source: ui.sources[best].label,
        weight: fixed(seen[best].weight, 2),
      });
    },
  };
}
