// The button that begins to present, beside the choice of language and type; the key P does too.

import { h } from "./dom.js";
import { presenting } from "./presenting.js";

const mounted = new WeakMap();
export default function presenter({ data: [words], parentElement }) {
  const known = mounted.get(parentElement);
  if (known?.language === words.language) return;
  const page = /** @type {any} */ (globalThis);
  const old = page.heedPresenting;
  old?.end();
  old?.away();
  const holder = h("div", { class: "heed-presents" });
  const mode = presenting(holder, words);
  page.heedPresenting = mode;
  const button = h(
    "button",
    { type: "button", title: words.hint, "data-act": "present", onclick: mode.begin },
    h("span", { "aria-hidden": "true" }, "▢"),
    h("span", { class: "heed-presents-name" }, words.present),
    h("kbd", { "aria-hidden": "true" }, "P"),
  );
  holder.prepend(button);
  parentElement.querySelector(".heed-presents")?.remove();
  parentElement.append(holder);
  mounted.set(parentElement, { language: words.language });
}
