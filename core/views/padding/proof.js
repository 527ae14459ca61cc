// What padding does to the translation of its sentence, in numbers.

import { fill, fixed, h } from "../../stage/dom.js";
import { severalHeads } from "../../stage/picker.js";
import { tiny } from "../../stage/powers.js";
import { table } from "../../stage/table.js";

function figures({ data }, which, pass) {
  return [
    fixed(data[pass].log_probs[which], 3),
    tiny(data[pass].states_apart[which]),
    tiny(data[pass].weights_apart[which]),
  ];
}

export function translated({ words, data }, which) {
  return fill(words.proof, { translation: data.translations[which] });
}

export function proven({ words, data }, which) {
  return [
    [words.alone, fixed(data.alone[which], 3), "", ""],
    [words.in_batch_on, ...figures({ data }, which, "masked")],
    [words.in_batch_off, ...figures({ data }, which, "bare")],
  ];
}

export function proof({ words, data, compared }, which) {
  return h(
    "div",
    { class: "heed-padding-proof" },
    table(translated({ words, data }, which), ["", ...compared], proven({ words, data }, which)),
  );
}

export function toldOfCell({ ui, lengths, words, map, count }, which, i, j) {
  const there = ui.pass === "bare" || j < lengths[which];
  const lines = [];
  if (!severalHeads(ui.head)) {
    const score = map(which, ui.pass, "scores", ui.head)[i * count + j];
    lines.push(`${words.score} ${fixed(score, 4)}${there ? "" : ` · ${words.covered}`}`);
  }
  return [
    ...lines,
    there
      ? `${words.weight} ${fixed(map(which, ui.pass, "weights", ui.head)[i * count + j], 5)}`
      : words.not_there,
  ];
}
