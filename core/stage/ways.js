// The ways to look at a heatmap: by word or by token, weights or scores; and what a cell says.

import { fill, fixed } from "./dom.js";

export const VIEWS = ["words-weights", "words-scores", "pieces-weights", "pieces-scores"];

// The view to begin with: words, or each token where these are characters.
export const usualView = (trace) => (trace.kind === "characters" ? VIEWS[2] : VIEWS[0]);

// What one cell says of itself.
export const cellNumbers = (words, { visible, weight, score, pieces }) =>
  !visible
    ? [words.masked]
    : [
        `${words.weight} ${fixed(weight, 5)}`,
        ...(Number.isNaN(score) ? [] : [`${words.score} ${fixed(score, 4)}`]),
        ...(pieces ? [fill(words.row_mean, { count: pieces })] : []),
      ];
