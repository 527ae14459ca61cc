import { chance, fill, fixed } from "../../stage/dom.js";

// The cell of the step goes along with it, and none stays in a row that is not written yet; in a
// triangle the row may be shorter.
export function cellAt({ maps, ui }, now) {
  const block = maps.blockOf(ui.head);
  const wide = block.columns.length;
  if (!ui.cell || !block.grows || (ui.cell[0] !== ui.now && ui.cell[0] <= now)) return {};
  const last = block.visible.subarray(now * wide, (now + 1) * wide).lastIndexOf(1);
  return { cell: [now, Math.min(ui.cell[1], last)] };
}

// What a cell has to say, for the bubble and the voice.
export function numbersAt(maps, words, head, i, j) {
  const block = maps.blockOf(head);
  const at = i * block.columns.length + j;
  if (!block.visible[at]) return [words.blank];
  if (!maps.there(head)) return [words.not_sent];
  const scores = maps.values(head, "scores");
  return [
    `${words.weight} ${fixed(maps.values(head, "weights")[at], 3)}`,
    ...(scores ? [`${words.score} ${fixed(scores[at], 2)}`] : []),
  ];
}

// What a step has to say.
export function summaryAt(maps, words, now) {
  const step = maps.steps[now];
  if (!step) return "";
  return fill(words.summary_alone, {
    step: now + 1,
    steps: maps.steps.length,
    token: step.token.piece,
    p: chance(Math.exp(step.logProb)),
  });
}

// What is said below a map of which no cell is open.
export const noteOf = (ui, words, block) =>
  [
    ui.left && fill(words.cell_left, { attention: words[`${ui.left}_title`] }),
    words[block.chosen ? "choose_cell" : "choose_mean"],
  ]
    .filter(Boolean)
    .join(" ");
