// What is said of the current step, on the screen and to who listens.

import { chance, fill, fixed } from "../../stage/dom.js";
import { columns } from "../../stage/trace.js";

export const sayings = (ui, trace, words) => ({
  stepInfo: () => {
    const { logProb, total, fate } = trace.steps[ui.now];
    const stopped =
      fate === "limit" ? `${fill(words.stopped, { count: trace.steps.length })} · ` : "";
    return (
      stopped +
      fill(words.step_info, {
        step: ui.now + 1,
        steps: trace.steps.length,
        log_prob: fixed(logProb, 2),
        total: fixed(total, 2),
        p: chance(Math.exp(logProb)),
      })
    );
  },
  summary: () => {
    const step = trace.steps[ui.now];
    const values = {
      step: ui.now + 1,
      steps: trace.steps.length,
      token: step.token.piece,
      p: chance(Math.exp(step.logProb)),
    };
    if (!trace.attends) return fill(words.summary_alone, values);
    const seen = columns(step, ui.sources);
    const best = seen.reduce((a, c, j) => (c.weight > seen[a].weight ? j : a), 0);
    return fill(words.summary, {
      ...values,
      source: ui.sources[best].label,
      weight: fixed(seen[best].weight, 2),
    });
  },
});

// What of a text was typed. Before the first typed token there is a mark, or nothing at all.
export const typedNote = (trace, words) =>
  trace.source[0].mark
    ? fill(words.typed_all, { count: trace.given })
    : fill(words.typed, { count: trace.given + 1 });
