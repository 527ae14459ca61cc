// The numbers of a switchboard: read, as tables, as a file.

import { decodeArray } from "../../stage/codec.js";
import { chance, fill, fixed, h, spoken } from "../../stage/dom.js";
import { quote } from "../../stage/download.js";
import { scrolling } from "../../stage/overflow.js";
import { table } from "../../stage/table.js";
import { token } from "../../stage/trace.js";
import { headLabels, readHeadMaps } from "./headmaps.js";

export function headsTables(ui, data) {
  const { words } = ui;
  const node = h("div", { class: "heed-tables" });
  const grid = (caption, block, values) => {
    const [rows, columns] = headLabels(data)[block];
    return table(
      caption,
      ["", ...columns],
      rows.map((name, i) => [
        name,
        ...columns.map((_, j) =>
          block === "self" && j > i ? words.masked : fixed(values[i * columns.length + j], 4),
        ),
      ]),
    );
  };
  function update() {
    if (!ui.table) {
      node.replaceChildren();
      return;
    }
    const [block] = ui.head.split(".");
    const digits = (value) => fixed(value, 5);
    const { raw, rolled } = data.rollouts[ui.rolled];
    node.replaceChildren(
      ...[
        table(
          words.table_tokens,
          [
            words.piece,
            words.with_short,
            words.log_prob,
            words.without_short,
            words.log_prob,
            "Δ log p",
          ],
          data.plain.tokens.map((one, t) => {
            const [a, b] = [data.plain.log_probs[t], data.forced[t]];
            return [
              spoken(ui, "target", one.piece),
              chance(Math.exp(a), 5),
              digits(a),
              chance(Math.exp(b), 5),
              digits(b),
              digits(b - a),
            ];
          }),
        ),
        grid(`${ui.called(ui.head)}: ${words.map_with}`, block, data.weights(ui.head)),
        ...(data.without
          ? [
              grid(
                `${ui.called(ui.head)}: ${fill(words.map_without, { count: data.switched.length })}`,
                block,
                data.without(ui.head),
              ),
            ]
          : []),
        grid(`${words[`block_${ui.rolled}`]}: ${words.raw_mean}`, ui.rolled, decodeArray(raw)),
        grid(words[`rolled_${ui.rolled}`], ui.rolled, decodeArray(rolled)),
        ...(data.costs.length
          ? [
              table(
                words.ranking,
                [words.head_shown, words.cost, words.cost_low, words.cost_high],
                [...data.costs]
                  .sort((a, b) => b[1] - a[1])
                  .map(([name, ...values]) => [ui.called(name), ...values.map(digits)]),
              ),
            ]
          : []),
      ].map(scrolling),
    );
  }
  return { node, update, layout() {}, light() {} };
}

export function readHeads(data) {
  const written = (output) => ({ ...output, tokens: output.tokens.map(token) });
  const read = {
    ...data,
    source: data.source.map(token),
    plain: written(data.plain),
    free: written(data.free),
  };
  return {
    ...read,
    weights: readHeadMaps(read, data.weights),
    without: data.without && readHeadMaps(read, data.without),
  };
}

// One line a token of the plain output: its log-probability with all heads and without some.
export function headsCsv(data) {
  const lines = ["step,token,log_prob,log_prob_without,off"];
  const off = quote(data.switched.join(" "));
  data.plain.tokens.forEach((one, t) =>
    lines.push([t + 1, quote(one.piece), data.plain.log_probs[t], data.forced[t], off].join(",")),
  );
  return `${lines.join("\r\n")}\r\n`;
}
