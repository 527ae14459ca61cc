// The same numbers to read.

import { fill, fixed, h, spoken } from "../../stage/dom.js";
import { table } from "../../stage/table.js";
import { ofKey, termName } from "./terms.js";

export function apartTables(ui, cell) {
  const { words } = ui;
  const node = h("div", { class: "heed-tables" });
  const named = (part) => words[`part_${part.name}`] || part.name;
  const exactly = (value) => fixed(value, 5);

  function update() {
    if (!ui.table) {
      node.replaceChildren();
      return;
    }
    const j = ui.column;
    const shown = { source: ui.called(j) };
    const columns = (caption, head, parts) =>
      table(
        caption,
        [head, ...parts.map(named)],
        Array.from(ofKey(parts[0], j), (_, i) => [
          String(i + 1),
          ...parts.map((part) => exactly(ofKey(part, j)[i])),
        ]),
      );
    node.replaceChildren(
      table(
        words.row,
        [
          words.source,
          words.length_key,
          words.cosine_query,
          ...(cell.bent ? [words.cosine_turned] : []),
          words.score,
          words.weight,
        ],
        cell.source.map((one, i) => [
          spoken(ui, "source", one.piece),
          ...[
            cell.norms.keys[i],
            cell.cosines[i],
            ...(cell.bent ? [cell.met[i]] : []),
            cell.scores[i],
            cell.weights[i],
          ].map(exactly),
        ]),
      ),
      h(
        "div",
        { class: "heed-table-pair" },
        columns(fill(words.table_vectors, shown), words.dimension_head, [
          cell.query,
          cell.keys,
          ...(cell.bent ? [cell.probe] : []),
        ]),
        cell.terms
          ? columns(fill(words.table_terms, shown), termName(words, cell.terms), [
              ...cell.parts,
              cell.terms,
            ])
          : null,
      ),
    );
  }
  return { node, update, layout() {}, light() {} };
}
