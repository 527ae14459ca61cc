// The numbers of a cell, put into its parts.

import { reach } from "../../stage/colours.js";
import { fill, fixed, math, rounded } from "../../stage/dom.js";
import { dot, entropyOf, mixed } from "./symbols.js";

export function putSoftmax({ ui, node, views, words, given }, cell, block, j) {
  const saturating = !ui.divided && cell.divisor !== 1;
  node.classList.toggle("heed-cell-saturating", saturating);
  views.divided.checked = ui.divided;
  views.scored.textContent = saturating ? words.sum : words.score;
  views.rows.forEach(({ line, score, bars, canvas }, k) => {
    const there = Boolean(cell.visible[k]);
    line.classList.toggle("heed-chosen", k === j);
    line.classList.toggle("heed-masked", !there);
    line.setAttribute("aria-selected", String(k === j));
    score.textContent = there
      ? fixed(rounded(cell.scores[k] * (saturating ? cell.divisor : 1), 2), 2)
      : words.masked;
    for (const { key, value, bar } of bars) {
      value.textContent = there ? fixed(cell[key][k], 3) : "";
      bar.style.width = there ? `${100 * cell[key][k]}%` : "0";
    }
    canvas.update(
      there
        ? cell.values[k].map((value) => value * cell.weights[k])
        : new Float32Array(cell.values[k].length),
      views.widest,
    );
    canvas.style.visibility = there ? "" : "hidden";
  });
  views.context.update(cell.contexts[block.chosen - 1], views.widest);
  const [with_, without] = ["weights", "undivided"].map((key) => ({
    top: Math.max(...cell[key]),
    entropy: entropyOf(Array.from(cell[key])),
  }));
  views.saturated.replaceChildren(
    ...mixed(
      fill(saturating ? words.saturated : words.unsaturated, {
        top: fixed(with_.top, 3),
        entropy: fixed(with_.entropy, 2),
        sharp: fixed(without.top, 3),
        low: fixed(without.entropy, 2),
        value: fixed(cell.divisor, 2),
      }),
      { root: math(ui.formulas.root) },
    ),
  );
  if (given) views.saturated.replaceChildren(words.hold_cell);
  const now = views.rows[j].line;
  views.list.setAttribute("aria-activedescendant", now.id);
  const over = now.offsetTop - views.list.offsetTop;
  if (
    over < views.list.scrollTop ||
    over + now.offsetHeight > views.list.scrollTop + views.list.clientHeight
  )
    views.list.scrollTop = over - views.list.clientHeight / 2;
}

export function putOutput({ views, words }, cell, block) {
  const spread = reach(cell.contexts);
  views.joined.forEach(({ canvas }, head) => canvas.update(cell.contexts[head], spread));
  views.given.contribution.update(cell.contribution, views.own_limit);
  views.given.added.update(cell.added, views.residual);
  views.given.before.update(cell.before, views.residual);
  const size = (vector) => Math.hypot(...vector);
  const alike =
    dot(cell.contribution, cell.added) / (size(cell.contribution) * size(cell.added) || 1);
  views.facts.textContent = fill(words.output_facts, {
    head: block.chosen,
    own: fixed(size(cell.contribution), 3),
    added: fixed(size(cell.added), 3),
    before: fixed(size(cell.before), 3),
    alike: fixed(alike, 2),
  });
}
