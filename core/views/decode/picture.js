// The current picture as one SVG: sentence pair, heatmap, and how the token came about.

import { largest, paintSigned } from "../../stage/colours.js";
import { chance, cut, fill, fixed, s, set } from "../../stage/dom.js";
import { scaleOn, wrapped } from "../../stage/plates.js";
import { drawable, sheet, styled } from "../../stage/sheet.js";
import { columns, contribution } from "../../stage/trace.js";
import { typeset } from "../../stage/typeset.js";
import { headed, panelsOf } from "./attention.js";
import { combination } from "./combine.js";

export function drawing(ui, trace, { pair, heat, flow }) {
  const step = trace.steps[ui.now];
  const { words, colour, formulas } = ui;
  const pad = 28;
  const gap = 36;
  const { out, from, write, block } = sheet(ui);
  const bar = (x, y, width, name, opacity = 1) =>
    block({ x, y, width: Math.max(0.5, width), height: 11, rx: 2, fill: colour(name), opacity });
  const vector = (values, x, y, width, height, limit) => {
    const canvas = document.createElement("canvas");
    paintSigned(canvas, values, limit, ui.theme());
    out.append(
      s("image", {
        x,
        y,
        width,
        height,
        preserveAspectRatio: "none",
        style: "image-rendering:pixelated",
        href: canvas.toDataURL(),
      }),
    );
  };

  // What the colours of vectors mean: from −limit to limit.
  const key = (x, y, name, limit) =>
    scaleOn({ write, block }, x, y, name, "vectors", limit, ui.theme());
  const heading = (x, number, name, formula) => {
    write(x, y, `${number}  ${name}`, { bold: true });
    if (formula) write(x, y + 20, typeset(formula, 13), { colour: "--heed-mute" });
  };

  const pairWide = Number(pair.node.getAttribute("width"));
  const pairTall = Number(pair.node.getAttribute("height"));
  const [heatWide, heatTall] = heat ? heat.size() : [0, 0];
  const beside = pairWide + heatWide < 1700;
  const width = Math.max(
    1180,
    2 * pad + (beside ? pairWide + heatWide + (heat ? gap : 0) : Math.max(pairWide, heatWide)),
  );
  const paper = s("rect", { width, fill: colour("--heed-card") });
  out.append(s("title", {}, drawable(`${trace.typed} · ${ui.summary()}`)), paper);
  write(pad, 36, cut(trace.typed, 18, width - 2 * pad), { size: 18, bold: true });
  write(
    pad,
    58,
    [trace.model.name, trace.model.score?.name, ui.head, ui.stepInfo()].filter(Boolean).join(" · "),
    { colour: "--heed-mute" },
  );
  const top = 84;
  const copy = styled(pair.node);
  set(copy, { x: pad, y: top });
  out.append(copy);
  let y = top + pairTall;
  if (heat) {
    const [x, under] = beside ? [width - pad - heatWide, top] : [pad, y + gap];
    from(x, under);
    heat.drawing(write, block);
    const scores = ui.kind === "scores";
    if (!(scores && trace.mean)) {
      const name = scores ? words.score : words.weight;
      scaleOn({ write, block }, 0, heatTall + 10, name, ui.kind, ui.limit, ui.theme());
    }
    const notes = heat.notes().flatMap((note) => wrapped(note, 12, Math.max(280, heatWide)));
    notes.forEach((line, i) =>
      write(0, heatTall + 40 + 17 * i, line, { colour: "--heed-mute", size: 12 }),
    );
    y = Math.max(y, under + heatTall + 24 + 17 * notes.length);
    from(0, 0);
  }
  y += gap + 12;
  write(pad, y, words.came_about.replace("{token}", step.token.piece), { bold: true, size: 14 });
  y += 32;

  const part = (width - 2 * pad) / 100; // columns as shares of the width
  const at = (share) => pad + share * part;
  let [left, middle, right] = [y + 24, y + 24, y + 24];
  if (trace.attends) {
    const summed = headed(trace) ? "context_of_values" : "context_of_states";
    const second = trace.mean ? "mean_weight" : "softmax";
    heading(at(9), 1, words.score_panel, formulas.equation);
    heading(at(25), 2, words[second], formulas[second]);
    if (trace.states || trace.mean) heading(at(41), 3, words.context_panel, formulas[summed]);
    const seen = columns(step, ui.sources);
    const scale = largest(seen.map((c) => c.score)) || 1;
    seen.forEach(({ score, weight, visible }, j) => {
      if (!ui.readSoFar(ui.sources[j])) return null;
      left += 22;
      write(at(8), left + 10, cut(ui.sources[j].label, 13, 8 * part), {
        colour: "--heed-source",
        bold: true,
        anchor: "end",
      });
      if (!visible)
        return write(at(13), left + 10, words.masked, { colour: "--heed-mute", anchor: "end" });
      write(at(13), left + 10, fixed(score, 2), { colour: "--heed-mute", anchor: "end" });
      const share = (4.5 * part * Math.abs(score)) / scale;
      if (!trace.mean)
        bar(
          score < 0 ? at(18.5) - share : at(18.5),
          left,
          share,
          "--heed-source",
          score < 0 ? 0.5 : 1,
        );
      write(at(29), left + 10, fixed(weight, 3), { colour: "--heed-mute", anchor: "end" });
      bar(at(29.7), left, 9 * part * weight, "--heed-source");
      return !trace.states
        ? null
        : vector(
            contribution(trace, step, ui.sources[j].items),
            at(41),
            left,
            19 * part,
            11,
            flow.limits.context,
          );
    });
    left += 28;
    if (trace.states) {
      const name = [...typeset(formulas.context, 13), ` · ${words.sum}`];
      write(at(8), left + 11, name, { colour: "--heed-context", bold: true, anchor: "end" });
      vector(step.context, at(41), left, 19 * part, 14, flow.limits.context);
      key(at(41), left + 24, "", flow.limits.context);
    }
  }
  const x4 = trace.attends ? 64 : 0;
  const wide4 = trace.attends ? 14 : 40;
  const x5 = trace.attends ? 82 : 46;
  const { vectors, formula } = combination(trace);
  heading(at(x4), panelsOf(trace) + 1, words.combine, formulas[formula]);
  for (const [part4, symbol] of vectors) {
    write(at(x4), middle + 26, [`${words[part4]} `, ...typeset(formulas[symbol], 13)], {
      colour: { context: "--heed-context", state: "--heed-target", combined: "--heed-ink" }[part4],
    });
    vector(step[part4], at(x4), middle + 33, wide4 * part, 16, flow.limits[part4]);
    middle += 52;
  }
  // One scale for all of them, but around a residual stream.
  const limits = new Map(vectors.map(([part4, symbol]) => [flow.limits[part4], symbol]));
  limits.forEach((symbol, limit) => {
    const name = limits.size > 1 ? typeset(formulas[symbol], 12) : "";
    key(at(x4), middle + 14, name, limit);
    middle += 18;
  });
  heading(at(x5), panelsOf(trace) + 2, words.next, formulas.next);
  step.candidates.forEach((candidate) => {
    right += 22;
    const p = Math.exp(candidate.logProb);
    const chosen = candidate.id === step.token.id;
    write(at(x5), right + 10, cut(candidate.piece, 13, 6.5 * part), { bold: chosen });
    bar(at(x5 + 7), right, 6 * part * p, "--heed-target", chosen ? 1 : 0.55);
    write(width - pad, right + 10, chance(p), { anchor: "end", colour: "--heed-mute" });
  });
  write(at(x5), right + 34, fill(words.entropy, { value: fixed(step.entropy, 2) }), {
    colour: "--heed-mute",
    size: 12,
  });
  const height = Math.max(left + 36, middle + 44, right + 56);
  paper.setAttribute("height", height);
  set(out, { width, height, viewBox: `0 0 ${width} ${height}` });
  return out;
}
