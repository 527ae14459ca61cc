// Texts of a course, as their marks say: words of the source, of the target, terms, formulas.

import { h } from "./dom.js";

/** @param {[string, string]} run as `core.lessons.marks` makes them */
export const run = ([kind, text]) =>
  kind === "plain"
    ? text
    : kind === "em"
      ? h("em", {}, text)
      : kind === "strong"
        ? h("strong", {}, text)
        : h("b", { class: kind === "formula" ? "heed-said-formula" : `heed-${kind}` }, text);
