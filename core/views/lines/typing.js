// The sentence, as a field that looks like the words above the lines: whoever types replaces it.

import { h } from "../../stage/dom.js";

/** @param {any} ui @param {any} trace @param {(text: string) => void} ask */
export function typing(ui, trace, ask) {
  const { words } = ui;
  const field = h("input", {
    type: "text",
    class: "heed-typing",
    "aria-label": words.type,
    placeholder: words.type,
    autocomplete: "off",
    spellcheck: "false",
    lang: ui.tongues?.source,
    onfocus: () => {
      field.dispatchEvent(new Event("heed-typing", { bubbles: true }));
    },
    onkeydown: (event) => {
      if (event.key === "Escape") {
        field.value = "";
        field.blur();
      }
    },
  });
  const form = h(
    "form",
    {
      class: "heed-typing-line",
      onsubmit: (event) => {
        event.preventDefault();
        const text = field.value.trim();
        if (text && text !== trace.typed) ask(text);
        field.blur();
      },
    },
    field,
    h("button", { type: "submit", class: "heed-typing-go" }, words.translate),
  );

  return { node: form };
}
