// The numbers of an exercise to read: its maps, and after the reveal its true row and options.

import { fill, fixed, spoken } from "../../stage/dom.js";
import { table } from "../../stage/table.js";

/** @param {any} ui @param {import("../../stage/wire").PredictExercise} item
 * @param {boolean} shown whether it is revealed @returns {HTMLElement[]} */
export function exerciseTables(ui, item, shown) {
  const { words } = ui;
  const heads = [words.target, ...item.sources.map((word) => spoken(ui, "source", word))];
  const map = ({ label, rows, weights }) =>
    table(
      fill(words.table_map, { map: label || words.map }),
      heads,
      rows.map((row, t) => [spoken(ui, "target", row), ...weights[t].map((w) => fixed(w, 3))]),
    );
  const maps = (shown && item.maps.length ? item.maps : item.clues).map(map);
  if (!shown) return maps;
  const line = (name, values) => [name, ...values.map((value) => fixed(value, 3))];
  const row = [
    ...(item.scores.length ? [line(words.score_column, item.scores)] : []),
    ...(item.row.length ? [line(words.weight, item.row)] : []),
  ];
  const looks = item.options.filter((one) => one.row.length);
  return [
    ...maps,
    ...(row.length ? [table(words.table_row, heads, row)] : []),
    ...(looks.length
      ? [
          table(
            words.table_looks,
            [words.head_column, ...heads.slice(1)],
            looks.map((one) => line(ui.headName(one.label), one.row)),
          ),
        ]
      : []),
  ];
}
