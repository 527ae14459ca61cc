// What the maps ask the server for, by the courier, and where each answer goes: the numbers of a
// cell, a layer that has not travelled, what heads sum by their weights, a map with every digit. A
// page of its own has nobody to ask, and only the cells that it was saved with.

import { inquire } from "../../stage/whole.js";
import { readCell } from "./cell.js";
import { layersToCome } from "./coming.js";
import { exactMaps } from "./exact.js";

const PATIENCE = 60; // ms: who walks along the heads asks for the last

/** `place()` is the head and the row of a cell whose numbers are wanted, or null; `busy(on)` says
 * that somebody is asked, `layer(raw)`, `valued(raw)` and `cell(told)` hear what came.
 * @param {any} data
 * @param {{ place: () => [string, number] | null, busy: (on: boolean) => void,
 *   layer: (raw: any) => void, valued: (raw: any) => void, cell: () => void,
 *   offline: string }} on */
export function asking(data, on) {
  /** @type {Map<string, any>} */
  const answers = new Map();
  for (const one of data.cells || [])
    answers.set(`${one.head} ${one.row}`, { cell: readCell(one) });
  const question = (head, row, of) => inquire({ typed: data.typed, head, row, of });
  const fetched = (head, of) => {
    if (!data.asks) return;
    on.busy(true);
    question(head, null, of);
  };
  const exact = exactMaps(data, (head) => fetched(head, "map"));
  const layers = layersToCome((layer) => fetched(layer, "layer"));
  const values = layersToCome((layer) => fetched(layer, "values"));

  /** @type {string | null} */
  let wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  const called = () => on.place()?.join(" ") ?? "";
  function send() {
    const place = on.place();
    if (place) question(...place, "map");
  }
  function ask() {
    clearTimeout(soon);
    wanted = null;
    if (!called() || answers.has(called())) return on.busy(false);
    if (!data.asks) {
      answers.set(called(), { error: on.offline });
      return;
    }
    wanted = called();
    on.busy(true);
    soon = setTimeout(send, PATIENCE);
  }

  function hear(detail) {
    const ours = detail && detail.typed === data.typed;
    if (ours && (detail.layer || detail.valued)) {
      (detail.layer ? layers : values).came(detail.layer ?? detail.valued);
      on.busy(Boolean(wanted));
      return detail.layer ? on.layer(detail) : on.valued(detail);
    }
    if (exact.hear(detail)) return on.busy(Boolean(wanted));
    if (ours)
      answers.set(
        `${detail.head} ${detail.row}`,
        detail.error ? { error: detail.error } : { cell: readCell(detail) },
      );
    if (!wanted) return;
    if (answers.has(wanted)) {
      wanted = null;
      on.busy(false);
      on.cell();
    } else if (!detail || `${detail.head} ${detail.row}` !== wanted) {
      soon = setTimeout(send, PATIENCE); // the courier has only just come
    }
  }
  const listening = new AbortController();
  document.addEventListener("heed-answer", (/** @type {any} */ { detail }) => hear(detail), {
    signal: listening.signal,
  });

  return {
    ask,
    exact,
    layer: layers.want,
    values: values.want,
    found: () => answers.get(called()),
    waits: () => wanted !== null,
    destroy() {
      clearTimeout(soon);
      listening.abort();
    },
  };
}
