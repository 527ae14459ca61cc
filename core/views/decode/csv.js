// Scores and weights of a trace as CSV.

import { csvOfStep, quote } from "../../stage/download.js";

// One line a step and source piece, counted from 1: scores and weights as they stand in the trace.
export function attentionCsv(trace) {
  const lines = ["step,target,source_index,source,score,weight,visible"];
  trace.steps.forEach((step, t) =>
    lines.push(...csvOfStep([t + 1, quote(step.token.piece)], step, trace.source)),
  );
  return `${lines.join("\r\n")}\r\n`;
}
