// Glosses: small words under those that were written, from a dictionary and never from a model.

import { fill, h } from "./dom.js";

const AROUND = /^\p{P}+|\p{P}+$/gu; // marks of punctuation that stand close to a word

/** The gloss of a word as it is written; empty where there is none, or where the switch is off.
 * @param {import("./types").Ui} ui @param {string} word @returns {string} */
export const glossOf = (ui, word) =>
  ui.glosses?.words[word] ?? ui.glosses?.words[word.replace(AROUND, "")] ?? "";

/** The gloss of tokens shown as one, where they are a whole word: of a piece within one none.
 * @param {import("./types").Ui} ui @param {import("./types").Group} group
 * @param {{ token: import("./types").Token }[]} steps */
export function glossOfGroup(ui, group, steps) {
  if (!ui.glosses || group.mark) return "";
  const whole = steps.filter(({ token }) => token.word === group.word && !token.mark).length;
  return whole === group.items.length ? glossOf(ui, group.text) : "";
}

/** What is said of a word that has a gloss, to who listens; empty of one without.
 * @param {import("./types").Ui} ui @param {string} word @param {string} gloss */
export const glossTold = (ui, word, gloss) =>
  ui.glosses && gloss ? fill(ui.glosses.told, { word, gloss }) : "";

/** A word with its gloss under it, which is no part of the text: who copies that does not get it.
 * @param {import("./types").Ui} ui @param {string} word
 * @param {Node | string} node @returns {Node | string} */
export function glossed(ui, word, node = word) {
  const gloss = glossOf(ui, word);
  if (!ui.glosses || !gloss) return node;
  const under = h("rt", { lang: ui.glosses.language, "data-gloss": gloss, "aria-label": gloss });
  return h("ruby", { class: "heed-glossed" }, node, under);
}

/** Where glosses come from. @param {import("./types").Ui} ui */
export const glossNote = (ui) =>
  ui.glosses ? h("p", { class: "heed-note heed-gloss-note" }, ui.glosses.about) : null;
