// What several stages let a person choose: weights or scores, words or what words are made of.

import { segments } from "./dom.js";

// `current(kind, why)` moves the mark; where there is a reason against scores, it is told, and they
// cannot be chosen.
export function kindChoice({ words }, act) {
  const { node, current } = segments(
    words.shown,
    [
      ["weights", words.weights],
      ["scores", words.scores],
    ],
    (kind) => act({ kind }),
  );
  const scores = /** @type {HTMLButtonElement} */ (node.lastChild);
  return {
    node,
    current(kind, why = "") {
      current(kind);
      scores.disabled = Boolean(why);
      scores.title = why;
    },
  };
}

export const unitChoice = ({ words }, act) =>
  segments(
    words.unit,
    [
      [true, words.words],
      [false, words.pieces],
    ],
    (byWord) => act({ byWord }),
  );

// The source group that an arrow key leads to, from the one that is pointed at or from outside.
export function sourceAfter(pointed, key, count) {
  const down = key === "ArrowDown";
  const from = pointed ?? (down ? -1 : count);
  return Math.max(0, Math.min(count - 1, from + (down ? 1 : -1)));
}
