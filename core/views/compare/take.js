// Take a comparison home: its picture, and its numbers as CSV and JSON.

import {
  csvOfStep,
  exact,
  filesOf,
  menu,
  quote,
  save,
  saveCsv,
  savePng,
  svgText,
} from "../../stage/download.js";
import { comparisonDrawing } from "./comparison.js";
import { tokensOf } from "./panel.js";

// What of a comparison can be taken home; `parts` gives the views as they stand.
export function comparisonMenu(ui, data, panels, parts) {
  const { words, ownWords } = ui;
  const name = filesOf(data, "heed-compare");
  const drawing = () => comparisonDrawing(ui, data.typed, parts());
  return menu(words.download, [
    [words.as_svg, () => save(`${name(ui.now)}.svg`, "image/svg+xml", svgText(drawing()))],
    [words.as_png, () => savePng(drawing(), `${name(ui.now)}.png`)],
    [
      ownWords.as_json,
      () => save(`${name()}.json`, "application/json", comparisonJson(data, panels)),
    ],
    [ownWords.as_csv, () => saveCsv(name(), comparisonCsv(panels))],
  ]);
}

// One line a model, step and source piece, counted from 1.
function comparisonCsv(panels) {
  const lines = ["model,block,step,target,log_prob,source_index,source,score,weight,visible"];
  panels.forEach((panel) =>
    panel.steps.forEach((step, t) => {
      const head = [
        quote(panel.model),
        panel.block || "",
        t + 1,
        quote(step.token.piece),
        step.logProb,
      ];
      if (!panel.attends) lines.push([...head, "", "", "", "", ""].join(","));
      else lines.push(...csvOfStep(head, step, panel.source));
    }),
  );
  return `${lines.join("\r\n")}\r\n`;
}

// All numbers in plain decimals; log-probabilities, entropies and divergences in nats.
function comparisonJson(data, panels) {
  const rows = (panel, key) =>
    panel.steps.map((step) =>
      Array.from(step[key], (value) => (Number.isFinite(value) ? Number(exact(value)) : null)),
    );
  return JSON.stringify(
    {
      sentence: data.typed,
      target: data.target,
      models: panels.map((panel) => ({
        name: panel.model,
        score: panel.score,
        block: panel.block,
        parameters: Object.fromEntries(panel.parameters),
        size: panel.total,
        source: panel.source.map((one) => one.piece),
        target: tokensOf(panel).map((one) => one.piece),
        log_probs: panel.log_probs,
        ...(panel.attends
          ? {
              entropy: panel.entropy,
              scores: panel.mean ? null : rows(panel, "scores"),
              weights: rows(panel, "weights"),
            }
          : {}),
      })),
      divergence: data.pairs.map((pair) => ({
        models: pair.panels.map((i) => panels[i].model),
        unit: pair.unit,
        steps: pair.divergence,
      })),
    },
    null,
    1,
  );
}
