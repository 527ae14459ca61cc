// A comparison to read and to take home: as tables, one picture, JSON and CSV.

import { cut, fill, fixed, s, set, spoken } from "../../stage/dom.js";
import { scaleOn } from "../../stage/plates.js";
import { drawable, sheet, styled } from "../../stage/sheet.js";
import { table } from "../../stage/table.js";
import { columns, rowAt } from "../../stage/trace.js";

// A number with so many digits, of which none is a zero below zero.
const tidy = (value, digits) => fixed(Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value, digits);

export function comparisonTables(ui, views, difference, pairs, panels) {
  const { words, ownWords } = ui;
  const heads = (own) => [
    words.target,
    ...own.sources.map((group) => spoken(own, "source", group.label)),
  ];
  const matrix = (view, trace, caption, key, digits) =>
    table(
      caption,
      heads(view.ui),
      view.ui.targets
        .slice(0, view.ui.target + 1)
        .map((group) => [
          spoken(view.ui, "target", view.ui.soFar(group)),
          ...rowAt(trace, group, view.ui.sources, view.ui.now).map((one) =>
            one.visible ? tidy(one[key], digits) : words.masked,
          ),
        ]),
    );
  const now = views.map(({ panel, ui: own }) => {
    const step = panel.steps[own.now];
    const seen = panel.attends ? columns(step, own.sources) : null;
    const best = seen?.reduce((a, one, j) => (one.weight > seen[a].weight ? j : a), 0);
    return [
      panel.label,
      spoken(own, "target", step.token.piece),
      fixed(step.logProb, 4),
      fixed(step.total, 4),
      ...(seen
        ? [fixed(step.entropy, 4), `${own.sources[best].label} ${fixed(seen[best].weight, 3)}`]
        : ["–", "–"]),
    ];
  });
  const longest = Math.max(0, ...pairs.map((pair) => pair.divergence.length));
  const [caption, key, digits] =
    ui.kind === "weights"
      ? [ownWords.table_weights, "weight", 5]
      : [ownWords.table_scores, "score", 4];
  return [
    table(
      fill(ownWords.table_step, {
        step: ui.now + 1,
        steps: Math.max(...panels.map((panel) => panel.steps.length)),
      }),
      [
        ownWords.model,
        words.piece,
        words.log_prob,
        ownWords.so_far,
        ownWords.row_entropy,
        ownWords.table_looks,
      ],
      now,
    ),
    ...views
      .filter((view) => view.heat)
      .map((view) =>
        matrix(view, view.panel, fill(caption, { model: view.panel.label }), key, digits),
      ),
    difference &&
      matrix(
        difference,
        difference.trace,
        fill(ownWords.table_difference, {
          a: panels[ui.pair[0]].label,
          b: panels[ui.pair[1]].label,
        }),
        "weight",
        5,
      ),
    longest
      ? table(
          ownWords.table_agreement,
          [ownWords.pair, ...Array.from({ length: longest }, (_, t) => t + 1)],
          pairs.map((pair) => [
            pair.panels.map((i) => panels[i].label).join(" · "),
            ...Array.from({ length: longest }, (_, t) =>
              t in pair.divergence ? fixed(pair.divergence[t], 4) : "–",
            ),
          ]),
        )
      : null,
  ].filter(Boolean);
}

// The panels as they stand, then the difference and the curves, as one picture.
export function comparisonDrawing(ui, typed, { views, difference, curves }) {
  const { out, from, write, block } = sheet(ui);
  const { ownWords } = ui;
  const pad = 28;
  const gap = 40;
  const perRow = Math.min(3, views.length);
  const heatSize = (view) => (view.heat ? view.heat.size() : [300, 60]);
  const wide = Math.max(380, ...views.map((view) => heatSize(view)[0]));
  const width = Math.max(900, 2 * pad + perRow * wide + (perRow - 1) * gap);
  const paper = s("rect", { width, fill: ui.colour("--heed-card") });
  out.append(s("title", {}, drawable(`${typed} · ${ui.summary()}`)), paper);
  write(pad, 36, cut(typed, 18, width - 2 * pad), { size: 18, bold: true });
  const steps = Math.max(...views.map((view) => view.panel.steps.length));
  const range =
    ui.kind === "weights"
      ? `${ui.words.weights} 0 … 1`
      : `${ui.words.scores} ±${fixed(ui.limit, 1)}`;
  const common = ui.kind === "weights" ? ui.words.weight : ui.words.score;
  scaleOn({ write, block }, pad, 70, common, ui.kind, ui.limit, ui.theme());
  write(
    pad,
    58,
    `${ownWords.title} · ${range} · ${fill(ownWords.summary, { step: ui.now + 1, steps })}`,
    {
      colour: "--heed-mute",
    },
  );
  let y = 108;
  for (let i = 0; i < views.length; i += perRow) {
    const line = views.slice(i, i + perRow);
    const tall = Math.max(...line.map((view) => heatSize(view)[1]));
    line.forEach((view, k) => {
      const { panel } = view;
      const x = pad + k * (wide + gap);
      const step = panel.steps[view.ui.now];
      from(x, y);
      write(0, 0, [panel.label, panel.head].filter(Boolean).join(" · "), { size: 16, bold: true });
      const value = fixed(panel.steps[panel.steps.length - 1].total, 2);
      const told = `${panel.text} · ${fill(ownWords.log_prob, { value })}`;
      write(0, 20, cut(told, 13, wide), { colour: "--heed-target" });
      write(
        0,
        38,
        [
          `${step.token.piece} ${fixed(step.logProb, 2)}`,
          panel.attends &&
            `${ownWords.row_entropy} ${fill(ownWords.nats, { value: fixed(step.entropy, 2) })}`,
        ]
          .filter(Boolean)
          .join(" · "),
        { colour: "--heed-mute", size: 12 },
      );
      from(x, y + 52);
      if (view.heat) view.heat.drawing(write, block);
      else write(0, 20, ui.words.unattended, { colour: "--heed-mute" });
    });
    y += 52 + tall + gap;
  }
  let foot = y;
  if (difference) {
    from(pad, y);
    const [a, b] = ui.pair.map((i) => views[i].panel.label);
    write(
      0,
      0,
      `${ownWords.differences}: ${fill(ownWords.difference, { a, b })} · ±${fixed(difference.ui.limit, 2)}`,
      { bold: true, size: 14 },
    );
    from(pad, y + 12);
    difference.heat.drawing(write, block);
    const under = difference.heat.size()[1];
    const name = fill(ownWords.difference, { a, b });
    scaleOn({ write, block }, 0, under + 8, name, "differences", difference.ui.limit, ui.theme());
    foot = Math.max(foot, y + 12 + under + 24);
  }
  const x = difference ? Math.max(width / 2, pad + difference.heat.size()[0] + gap) : pad;
  const room = width - pad - x;
  const found = [...curves.node.querySelectorAll(".heed-agree svg")];
  if (found.length) {
    from(0, 0);
    write(x, y, ownWords.agreement, { bold: true, size: 14 });
    write(x, y + 18, fill(ownWords.agreement_scale, { top: fixed(curves.top, 2) }), {
      colour: "--heed-mute",
      size: 12,
    });
    found.forEach((svg, i) => {
      const top = y + 30 + 30 * i;
      const copy = styled(svg);
      const own = svg.closest(".heed-agree");
      write(x, top + 16, own.querySelector(".heed-agree-names").textContent, { bold: true });
      set(copy, {
        x: x + 0.36 * room,
        y: top,
        width: 0.48 * room,
        height: 22,
        overflow: "visible",
      });
      copy
        .querySelectorAll("path")
        .forEach((path) =>
          set(path, { "vector-effect": "non-scaling-stroke", "stroke-linecap": "round" }),
        );
      out.append(copy);
      write(x + room, top + 16, own.querySelector(".heed-value").textContent, { anchor: "end" });
      foot = Math.max(foot, top + 30);
    });
  }
  const height = foot + pad;
  paper.setAttribute("height", height);
  set(out, { width, height, viewBox: `0 0 ${width} ${height}` });
  return out;
}
