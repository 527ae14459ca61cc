// The same numbers to read.

import { chance, fill, fixed, h, spoken } from "../../stage/dom.js";
import { table } from "../../stage/table.js";

// The numbers of the row as a table.
export function cellTables({ ui, found, maps, words }) {
  const answer = ui.cell && found();
  const block = maps.blockOf(ui.head);
  if (!answer || !answer.cell) return null;
  const { cell } = answer;
  const j = ui.cell[1];
  const exactly = (value) => fixed(value, 5);
  return h(
    "div",
    { class: "heed-table-pair" },
    table(
      fill(words.table_row, { token: block.rows[ui.cell[0]] }),
      [words.key_head, words.score, words.weight, fill(words.undivided, { root: "√d_k" })],
      block.columns.map((name, k) => [
        spoken(ui, block.columnsAre, name),
        ...(cell.visible[k]
          ? [cell.scores[k], cell.weights[k], cell.undivided[k]].map(exactly)
          : [words.masked, words.masked, words.masked]),
      ]),
    ),
    cell.visible[j]
      ? table(
          fill(words.table_terms, { token: block.columns[j] }),
          [words.dimension_head, "q", "k", "q · k", "v", "α · v", "c"],
          Array.from(cell.query, (value, d) => [
            String(d + 1),
            ...[
              value,
              cell.keys[j][d],
              value * cell.keys[j][d],
              cell.values[j][d],
              cell.weights[j] * cell.values[j][d],
              cell.contexts[block.chosen - 1][d],
            ].map(exactly),
          ]),
        )
      : null,
  );
}

export function mapTables({ ui, tables, maps, words, end, cell }) {
  if (!ui.table) {
    tables.replaceChildren();
    return;
  }
  const block = maps.blockOf(ui.head);
  const values = maps.values(ui.head, ui.kind);
  const wide = block.columns.length;
  const last = block.grows ? ui.now + 1 : block.rows.length;
  const rows =
    values &&
    block.rows
      .slice(0, last)
      .map((text, i) => [
        text,
        ...block.columns.map((_, j) =>
          block.visible[i * wide + j]
            ? fixed(values[i * wide + j], ui.kind === "weights" ? 3 : 2)
            : "",
        ),
      ]);
  tables.replaceChildren(
    ...[
      rows &&
        table(
          `${maps.title(ui, ui.head)} · ${words[ui.kind]}`,
          [words.query_head, ...block.columns],
          rows,
        ),
      maps.steps.length > 0 &&
        table(
          fill(words.next_at, { step: ui.now + 1, steps: end + 1 }),
          [words.piece, words.probability, words.log_prob],
          maps.steps[ui.now].candidates.map(([text, logProb]) => [
            text,
            chance(Math.exp(logProb), 5),
            fixed(logProb, 4),
          ]),
        ),
      cell.tables(),
    ].filter(Boolean),
  );
}
