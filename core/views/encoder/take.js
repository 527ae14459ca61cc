// What of it is taken home.

import { exact, quote } from "../../stage/download.js";
import { csvLines } from "../../stage/plates.js";
import { openness } from "./read.js";

/** The length of every state and how open every gate is, a line each.
 * @param {{ piece: string }[]} source @param {any[]} rows @param {(row: any) => string} rowName */
export function gatesCsv(source, rows, rowName) {
  const lines = [["row", "source_index", "source", "measure", "value"]];
  for (const row of rows)
    source.forEach((one, place) => {
      const head = [quote(rowName(row)), String(place + 1), quote(one.piece)];
      lines.push([...head, "length", exact(Math.fround(Math.hypot(...row.values[place])))]);
      for (const { name, values } of row.gates ?? [])
        lines.push([...head, `${name} gate open`, exact(Math.fround(openness(values[place])))]);
    });
  return csvLines(lines);
}
