// The current picture as one SVG: sentence pair, heatmap, and how the token came about.

import { largest, paintSigned } from "../../stage/colours.js";
import { chance, cut, fill, fixed, s, set } from "../../stage/dom.js";
import { drawable, sheet, styled } from "../../stage/sheet.js";
import { columns, contribution } from "../../stage/trace.js";
import { headed } from "./attention.js";
import { combination } from "./combine.js";

export function drawing(ui, trace, { pair, heat, flow }) {
  const step = trace.steps[ui.now];
  const { words, colour } = ui;
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

  const span = (key) => `−${flow.limits[key]} … +${flow.limits[key]}`;

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
    y = Math.max(y, under + heatTall);
    from(0, 0);
  }
  y += gap + 12;
  write(pad, y, words.came_about.replace("{token}", step.token.piece), { bold: true, size: 14 });
  y += 32;

  const part = (width - 2 * pad) / 100; // columns as shares of the width
  const at = (share) => pad + share * part;
  let [left, middle, right] = [y, y, y];
  if (trace.attends) {
    write(at(9), y, `1  ${words.score_panel}`, { bold: true });
    write(at(25), y, `2  ${trace.mean ? words.mean_weight : words.softmax}`, { bold: true });
    write(at(41), y, `3  ${words.context_panel}`, { bold: true });
    const seen = columns(step, ui.sources);
    const scale = largest(seen.map((c) => c.score)) || 1;
    seen.forEach(({ score, weight, visible }, j) => {
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
      return trace.mean
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
    if (!trace.mean) {
      write(at(8), left + 11, `c_t · ${words.sum}`, {
        colour: "--heed-context",
        bold: true,
        anchor: "end",
      });
      vector(step.context, at(41), left, 19 * part, 14, flow.limits.context);
      if (headed(trace))
        write(at(41), left + 30, span("context"), { colour: "--heed-mute", size: 12 });
    }
  }
  const x4 = trace.attends ? 64 : 0;
  const wide4 = trace.attends ? 14 : 40;
  const x5 = trace.attends ? 82 : 46;
  write(at(x4), y, `${trace.attends ? 4 : 1}  ${words.combine}`, { bold: true });
  for (const [key] of combination(trace).vectors) {
    write(at(x4), middle + 26, words[key], {
      colour: { context: "--heed-context", state: "--heed-target", combined: "--heed-ink" }[key],
    });
    vector(step[key], at(x4), middle + 33, wide4 * part, 16, flow.limits[key]);
    middle += 52;
  }
  write(at(x4), middle + 22, [...new Set([span("state"), span("combined")])].join(" · "), {
    colour: "--heed-mute",
    size: 12,
  });
  write(at(x5), y, `${trace.attends ? 5 : 2}  ${words.next}`, { bold: true });
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
