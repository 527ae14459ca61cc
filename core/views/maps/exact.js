// A map with every digit, for a file of it: what is drawn has travelled with fewer.

import { decodeFlat } from "../../stage/codec.js";
import { exact, quote } from "../../stage/download.js";

const read = ({ head, scores, weights }) => ({
  head,
  scores: scores && decodeFlat(scores),
  weights: decodeFlat(weights),
});

// The maps that came with `data`, and those that the server is asked for: `ask(head)` asks, and
// `hear` is told each answer.
export function exactMaps(data, ask) {
  const known = new Map((data.exact || []).map((one) => [one.head, read(one)]));
  /** @type {((found: any) => void) | null} */
  let deliver = null;
  return {
    there: (head) => Boolean(data.asks) || known.has(head),
    find(head) {
      if (known.has(head)) return Promise.resolve(known.get(head));
      ask(head);
      return new Promise((resolve) => {
        deliver = resolve;
      });
    },
    // Whether the answer is a map; the numbers of a cell have a row.
    hear(answer) {
      if (!answer?.weights || answer.row !== undefined) return false;
      if (answer.typed === data.typed) {
        known.set(answer.head, read(answer));
        deliver?.(known.get(answer.head));
        deliver = null;
      }
      return true;
    },
  };
}

// One line a cell that is there by the step `now`, counted from 1, of a map with every digit.
export function mapCsv(maps, now, { head, scores, weights }) {
  const block = maps.blockOf(head);
  const wide = block.columns.length;
  const lines = ["query_index,query,key_index,key,score,weight"];
  const last = block.grows ? now : block.rows.length - 1;
  for (let i = 0; i <= last; i += 1) {
    for (let j = 0; j < wide; j += 1) {
      if (block.visible[i * wide + j])
        lines.push(
          [
            i + 1,
            quote(block.rows[i]),
            j + 1,
            quote(block.columns[j]),
            scores ? exact(scores[i * wide + j]) : "",
            exact(weights[i * wide + j]),
          ].join(","),
        );
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}
