// How this token came about: scores, softmax, context, combination, next token, left to right.

import { reach } from "../../stage/colours.js";
import { chance, fill, fixed, h, nameOf, piece } from "../../stage/dom.js";
import { labelOf } from "../../stage/trace.js";
import { attentionPanels, panelHead, panelsOf } from "./attention.js";
import { combinePanel, streams } from "./combine.js";

// Panel 5: the ten likeliest next tokens; each is a way to go on.
function nextPanel(ui, trace, onPick) {
  const { words } = ui;
  const most = Math.max(...trace.steps.map((step) => step.candidates.length));
  const list = h("ol", { class: "heed-candidates" });
  const written = h("p", { class: "heed-written" });
  const entropy = h("p", { class: "heed-note" });
  const choices = Array.from({ length: most }, () => {
    const name = h("bdi", { class: "heed-piece", lang: ui.tongues?.target });
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
            if (!item.chosen && item.open) onPick(item.choice);
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
      const open = onPick && ui.now >= trace.given; // what was typed is another question
      item.choice = { step: ui.now, id: candidate.id, piece: candidate.piece };
      item.open = open;
      item.chosen = chosen;
      item.name.replaceChildren(...piece(candidate.piece));
      item.mark.textContent = chosen && step.forced ? (open || !onPick ? "✎" : "⌨") : "";
      item.length.style.width = `${100 * share}%`;
      item.value.textContent = chance(share);
      item.button.classList.toggle("heed-chosen", chosen);
      if (onPick) item.button.setAttribute("aria-disabled", String(chosen || !open));
      item.button.setAttribute(
        "title",
        chosen
          ? step.forced
            ? words[ui.now < trace.given ? "typed_token" : "forced"]
            : words.chosen
          : open
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
    { class: "heed-panel heed-next", "data-part": "next", "data-present": "" },
    panelHead(
      ui,
      panelsOf(trace) + 2,
      "next",
      ui.formulas.next,
      onPick ? "next_help_pick" : "next_help",
    ),
    list,
    written,
    entropy,
  );
  return { node, layout() {}, light() {}, update };
}

// How far each kind of vector reaches: one scale for all of them, but around a residual stream,
// where what a head reads, what is added up from layer to layer, and what the norm leaves are of
// unlike size. Where no context is a sum of states, none are drawn.
function reaches(trace) {
  const states = trace.states ?? [];
  const [state, combined] = ["state", "combined"].map((key) =>
    trace.steps.map((step) => step[key]),
  );
  if (streams(trace))
    return { context: reach(states), state: reach(state), combined: reach(combined) };
  const limit = reach([...state, ...combined, ...states]);
  return { context: limit, state: limit, combined: limit };
}

export function flowView(ui, trace, onPick) {
  const { words } = ui;
  const limits = reaches(trace);
  const panels = [
    trace.attends && attentionPanels(ui, trace, limits.context),
    combinePanel(ui, trace, limits),
    nextPanel(ui, trace, onPick),
  ].filter(Boolean);
  const info = h("span", { class: "heed-info" });
  const name = h("b", { class: "heed-target", lang: ui.tongues?.target });
  const [before, after] = words.came_about.split("{token}");
  const node = h(
    "div",
    { class: "heed-flow", "data-part": "flow" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, before, name, after),
      ui.holdBar?.bar,
      info,
    ),
    ui.holdBar?.changes,
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
