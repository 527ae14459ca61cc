// An exercise as a question to a class: its choices, and what the model weighs or chose.

import { fill } from "../../stage/dom.js";

const MOST = 12; // pairs of weights that are offered
const LONGEST = 80; // characters of a choice

const bare = (text) => text.replaceAll("▁", " ").trim() || text;
const plain = (runs) => runs.map(([, text]) => bare(text)).join(" ");
const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
const only = (choices, right) => choices.map((_, i) => (i === right ? 1 : 0));

// All pairs of words, or as many as one can read, among them the right one: in order.
function pairsOf(item) {
  const wrong = item.row.flatMap((weight, i) => (item.wrong[i] === weight ? [] : [i]));
  const names = item.sources;
  const every = names.flatMap((_, i) => names.slice(i + 1).map((_, k) => [i, i + 1 + k]));
  const isRight = ([i, j]) => wrong.includes(i) && wrong.includes(j);
  const near = every.filter((pair) => isRight(pair) || pair.some((one) => wrong.includes(one)));
  const left = every.filter((pair) => !near.includes(pair));
  const others = [...near, ...left].filter((pair) => !isRight(pair)).slice(0, MOST - 1);
  const found = [...every.filter(isRight), ...others].sort(([a, b], [c, d]) => a - c || b - d);
  return { pairs: found, right: found.findIndex(isRight) };
}

/** A question that can be put to a room; null for one with fewer than two choices.
 * @param {any} ui @param {import("../../stage/wire").PredictExercise} item
 * @returns {{ question: string, choices: string[], weights: number[], sort: string } | null} */
export function pollOf(ui, item) {
  const { words } = ui;
  const told = item.ask.map(plain).join(" ");
  const ask =
    item.kind === "row"
      ? fill(words.poll_row, { word: bare(item.word) })
      : told.replace(/\s+([.,?!:;’”])/g, "$1");
  const context = item.kind === "token" ? ` ${item.written.join("").replaceAll("▁", " ")} …` : "";
  const question = `${ask}${context}`.slice(0, 400);
  let found;
  if (item.kind === "row") {
    found = { choices: item.sources, weights: item.row, sort: "weights" };
  } else if (item.kind === "softmax") {
    const { pairs, right } = pairsOf(item);
    const choices = pairs.map((pair) => pair.map((i) => item.sources[i]).join(" ↔ "));
    found = { choices, weights: only(choices, right), sort: "answer" };
  } else {
    const named = ({ label }) => (item.kind === "head" ? ui.headName(label) : bare(label));
    const choices = item.options.map(named);
    const weights =
      item.kind === "token" ? item.options.map((one) => one.value ?? 0) : only(choices, item.right);
    found = { choices, weights, sort: item.kind === "token" ? "weights" : "answer" };
  }
  if (found.choices.length < 2 || found.choices.length > 40) return null;
  return { ...found, question, choices: found.choices.map(cut) };
}
