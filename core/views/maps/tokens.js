// The sentence and its translation, and what comes next.

import { chance, fill, fixed, h, piece, spoken } from "../../stage/dom.js";

// The sentence and what is written of its translation; pointing at a token lights it in every map.
export function tokensView(ui, maps) {
  const { words } = ui;
  const chip = (side, text, i, act) =>
    h(
      act ? "button" : "span",
      {
        class: `heed-token heed-${side}`,
        type: act && "button",
        onclick: act,
        onmouseenter: () => ui.point({ [side]: [i] }),
        onmouseleave: () => ui.point({}),
        onfocus: act && (() => ui.point({ [side]: [i] })),
        onblur: act && (() => ui.point({})),
      },
      spoken(ui, side, piece(text)),
    );
  // Of a model that only reads, the places of what it read are its steps.
  const reading = !maps.writes && maps.steps.length > 0;
  const source = maps.source.map((one, i) =>
    chip("source", one.piece, i, reading && (() => ui.go(i))),
  );
  const target = maps.writes
    ? maps.steps.map((one, t) => chip("target", one.token.piece, t, () => ui.go(t)))
    : [];
  const node = h(
    "div",
    { class: "heed-tokens" },
    maps.source.length
      ? [h("span", { class: "heed-info" }, words.source), h("div", {}, source)]
      : [],
    maps.writes
      ? [
          h("span", { class: "heed-info" }, words.target),
          h(
            "div",
            {},
            target,
            maps.cutOff
              ? h("span", { class: "heed-info" }, fill(words.stopped, { count: target.length }))
              : null,
          ),
        ]
      : [],
  );
  const light = () =>
    [
      ["source", source],
      ["target", target],
    ].forEach(([side, chips]) =>
      chips.forEach((one, i) =>
        one.classList.toggle("heed-lit", Boolean(ui.lit[side]?.includes(i))),
      ),
    );
  function update() {
    const stepped = maps.writes ? target : reading ? source : [];
    stepped.forEach((one, t) => {
      one.classList.toggle("heed-now", t === ui.now);
      one.classList.toggle("heed-later", maps.writes && t > ui.now);
      one.classList.toggle("heed-typed", maps.writes && t < maps.given);
      one.setAttribute("aria-pressed", String(t === ui.now));
    });
    light();
  }
  return { node, layout() {}, update, light };
}

// What might have been written at this step.
export function nextView(ui, maps) {
  const { words } = ui;
  const inner = h("div", { class: "heed-maps-next" });
  const node = h("section", { class: "heed-pane", "data-part": "next" }, inner);
  const entropy = h("p", { class: "heed-note" });
  const list = h("ol", { class: "heed-candidates" });
  const head = h("h3");
  inner.append(head, list, entropy);
  function update() {
    const step = maps.steps[ui.now];
    if (!step) return;
    head.textContent = fill(words.next_at, { step: ui.now + 1, steps: maps.steps.length });
    list.replaceChildren(
      ...step.candidates.map(([text, logProb]) => {
        const p = Math.exp(logProb);
        return h(
          "li",
          {},
          h(
            "div",
            { class: `heed-candidate${text === step.token.piece ? " heed-chosen" : ""}` },
            h("span", { class: "heed-piece" }, spoken(ui, "target", piece(text))),
            h("span", { class: "heed-bar" }, h("i", { style: `width:${100 * p}%` })),
            h("span", { class: "heed-value" }, chance(p)),
          ),
        );
      }),
    );
    entropy.textContent = fill(words.entropy, { value: fixed(step.entropy, 2) });
  }
  return { node, layout() {}, light() {}, update };
}
