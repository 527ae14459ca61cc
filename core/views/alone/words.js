// The sentence as words that can be hidden, each a button.

import { fill, h } from "../../stage/dom.js";

export function wordsView(ui, data) {
  const { words } = ui;
  const hidden = new Set(data.hidden);
  let at = data.places[ui.at]?.word ?? 0;
  const flip = (i) =>
    ui.hide(
      hidden.has(i)
        ? data.hidden.filter((one) => one !== i)
        : [...data.hidden, i].sort((a, b) => a - b),
    );
  const buttons = data.words.map((text, i) =>
    h(
      ui.asks ? "button" : "span",
      {
        type: ui.asks && "button",
        class: `heed-alone-word${hidden.has(i) ? " heed-alone-hidden" : ""}`,
        "data-act": `word-${i}`,
        "aria-pressed": ui.asks && String(hidden.has(i)),
        "aria-label":
          ui.asks && fill(hidden.has(i) ? words.word_hidden : words.word_shown, { word: text }),
        tabindex: ui.asks && -1,
        onclick: ui.asks && (() => flip(i)),
        onfocus:
          ui.asks &&
          (() => {
            at = i;
          }),
      },
      hidden.has(i)
        ? [h("span", { class: "heed-alone-mask" }, "[MASK]"), h("small", {}, h("bdi", {}, text))]
        : h("bdi", {}, text),
    ),
  );
  const node = h(
    "section",
    { class: "heed-pane heed-alone-sentence", "data-present": words.title },
    h(
      "div",
      { class: "heed-alone-words", role: "group", "aria-label": words.words_label },
      buttons,
    ),
    h(
      "p",
      { class: "heed-note" },
      !ui.asks ? words.cannot_ask : data.hidden.length ? words.choose_more : words.choose_first,
    ),
  );
  const rove = () =>
    buttons.forEach((one, i) => one.setAttribute("tabindex", String(i === at ? 0 : -1)));
  return {
    node,
    layout() {},
    update() {
      const now = data.places[ui.at]?.word;
      buttons.forEach((one, i) => one.classList.toggle("heed-now", i === now));
      if (ui.asks) rove();
    },
    // Arrows go from word to word; space and Enter are those of a button.
    key(name) {
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[name];
      if (to === undefined) return false;
      at = Math.max(0, Math.min(buttons.length - 1, to));
      rove();
      buttons[at].focus();
      return true;
    },
  };
}
