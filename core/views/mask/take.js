// The mask to take home, and to read.

import { PASSES } from "../../stage/cover.js";
import { apart, chance, cut, fixed, signed } from "../../stage/dom.js";
import { exact, quote } from "../../stage/download.js";
import { calledHead, headNames, severalHeads } from "../../stage/picker.js";
import { keyOn, MARGIN, plate } from "../../stage/plates.js";
import { table } from "../../stage/table.js";
import { verdict } from "./steps.js";

export function maskTables(ui, lifted) {
  const { words } = ui;
  const { masked, bare } = lifted.passes;
  const shares = ["future", "answer"].map((what) => lifted.share(what, ui.head));
  const called = calledHead(words, ui.head);
  const rows = lifted.target.map((one, t) => [
    one.piece,
    ...PASSES.map((pass) => chance(lifted.chance(pass, t), 5)),
    fixed(masked.logProbs[t], 4),
    fixed(bare.logProbs[t], 4),
    signed(lifted.shift(t, 4), 4),
    ...shares.map((values) => fixed(values[t], 5)),
    masked.likeliest[t],
    bare.likeliest[t],
  ]);
  const matrix = (pass, kind, digits) =>
    table(
      `${words[`table_${kind}`]}, ${words[`${pass === "bare" ? "without" : "with"}_mask`]}: ${called}`,
      [words.target, ...lifted.keys],
      lifted.target.map((one, i) => [
        one.piece,
        ...lifted.keys.map((_, j) =>
          kind === "weights" && pass === "masked" && j > i
            ? words.masked
            : fixed(lifted.map(pass, kind, ui.head)[i * lifted.count + j], digits),
        ),
      ]),
    );
  return [
    table(
      words.table_steps_all,
      [
        words.target,
        `p, ${words.with_mask}`,
        `p, ${words.without_mask}`,
        `log p, ${words.with_mask}`,
        `log p, ${words.without_mask}`,
        words.change,
        words.on_future,
        words.on_answer,
        `${words.likeliest}, ${words.with_mask}`,
        `${words.likeliest}, ${words.without_mask}`,
      ],
      rows,
    ),
    ...PASSES.map((pass) => matrix(pass, "weights", 5)),
    ...(severalHeads(ui.head) ? [] : PASSES.map((pass) => matrix(pass, "scores", 4))),
  ];
}

// One line a step: how probable its right token is in both passes, and what either would write.
export function stepsCsv({ target, gain, passes: { masked, bare } }) {
  const lines = target.map((one, t) =>
    [
      t + 1,
      quote(one.piece),
      exact(masked.logProbs[t]),
      exact(bare.logProbs[t]),
      exact(Math.fround(gain[t])),
      quote(masked.likeliest[t]),
      quote(bare.likeliest[t]),
    ].join(","),
  );
  const names = "step,target,log_p_with,log_p_without,change,likeliest_with,likeliest_without";
  return `${[names, ...lines].join("\r\n")}\r\n`;
}

// One line a head, row and column: scores and weights of both passes.
export function maskCsv(lifted) {
  const lines = [
    "layer,head,step,target,key_index,key,covered,score_with,weight_with,score_without,weight_without",
  ];
  const { count } = lifted;
  for (const head of headNames(lifted).filter((one) => !severalHeads(one))) {
    const [a, b, c, d] = [
      ["masked", "scores"],
      ["masked", "weights"],
      ["bare", "scores"],
      ["bare", "weights"],
    ].map(([pass, kind]) => lifted.map(pass, kind, head));
    for (let at = 0; at < count * count; at += 1) {
      const i = Math.floor(at / count);
      const j = at % count;
      lines.push(
        [
          ...head.split("."),
          i + 1,
          quote(lifted.target[i].piece),
          j + 1,
          quote(lifted.keys[j]),
          j > i,
          ...[a, b, c, d].map((values) => exact(values[at])),
        ].join(","),
      );
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

// Both maps and the probabilities below them, as one picture to take home.
export function maskPicture(ui, data, lifted, maps) {
  const { words } = ui;
  const { masked, bare } = lifted.passes;
  const line = 22;
  const bar = 110;
  const mute = { colour: "--heed-mute" };
  const grids = maps.map(({ grid }) => grid.again(ui));
  const [wide, tall] = grids[0].size();
  const paper = plate(
    ui,
    data,
    words.title,
    [[calledHead(words, ui.head), words[ui.kind], words.dashed].join(" · ")],
    Math.max(2 * wide + 3 * MARGIN, 800),
  );
  const { out, from, write, block, top } = paper;
  maps.forEach(({ pass, cover }, i) => {
    const left = MARGIN + i * (wide + MARGIN);
    write(left, top + 8, words[`pane_${pass}`], { bold: true });
    from(left, top + 20);
    grids[i].drawing(write, block);
    from(0, 0);
    out.append(cover.shape(ui, grids[i], left, top + 20));
  });
  keyOn(paper, ui, MARGIN, top + tall + 34);
  const at = [130, 370, 610].map((x) => x + MARGIN);
  const under = top + tall + 122;
  const foot = under + line * lifted.count; // with the mask, without it, the change
  write(MARGIN, under - 36, words.steps, { bold: true });
  [
    [words.with_mask, words.p_and_log],
    [words.without_mask, words.p_and_log],
    [words.change, words.change_sign],
  ].forEach((texts, i) =>
    texts.forEach((text, k) => write(at[i], under - 18 + 14 * k, text, { ...mute, size: 12 })),
  );
  lifted.target.forEach((one, t) => {
    const y = under + t * line;
    write(MARGIN, y + 15, cut(one.piece, 13, 115), { colour: "--heed-target", bold: true });
    PASSES.forEach((pass, i) => {
      write(at[i], y + 15, chance(lifted.chance(pass, t)));
      block({
        x: at[i] + 52,
        y: y + 4,
        width: Math.max(1, bar * lifted.chance(pass, t)),
        height: 12,
        rx: 3,
        fill: i ? "none" : ui.colour("--heed-target"),
        stroke: ui.colour("--heed-target"),
        "stroke-width": 1.5,
      });
      write(at[i] + 214, y + 15, fixed(lifted.passes[pass].logProbs[t], 2), {
        ...mute,
        anchor: "end",
      });
    });
    write(at[2] + 60, y + 15, signed(lifted.shift(t, 2), 2), { anchor: "end" });
  });
  block({
    x: MARGIN,
    y: foot + 4,
    width: at[2] + 60 - MARGIN,
    height: 1,
    fill: ui.colour("--heed-line"),
  });
  write(MARGIN, foot + 22, words.mean_log_p, { bold: true });
  [-masked.loss, -bare.loss].forEach((mean, i) =>
    write(at[i] + 214, foot + 22, fixed(mean, 3), { bold: true, anchor: "end" }),
  );
  write(at[2] + 60, foot + 22, signed(apart(-masked.loss, -bare.loss, 3), 3), {
    bold: true,
    anchor: "end",
  });
  return paper.done(foot + 36, [verdict(ui, lifted)]);
}
