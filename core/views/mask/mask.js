// The mask lifted: a target read by the decoder with its causal mask and without it, side by side.

import { decodeArray } from "../../stage/codec.js";
import { largest } from "../../stage/colours.js";
import { aboveDiagonal, coverView, PASSES } from "../../stage/cover.js";
import {
  apart,
  chance,
  cut,
  fill,
  fixed,
  h,
  help,
  piece,
  segments,
  signed,
  tableToggle,
} from "../../stage/dom.js";
import { exact, menu, quote, save, savePng, svgText } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { gridView } from "../../stage/grid.js";
import { legend } from "../../stage/heatmap.js";
import { calledHead, headNames, headPicker, ofHead, severalHeads } from "../../stage/picker.js";
import { keyOn, lightly, MARGIN, plate } from "../../stage/plates.js";
import { playerView } from "../../stage/player.js";
import { percent, tiny } from "../../stage/powers.js";
import { sightView } from "../../stage/sight.js";
import { table } from "../../stage/table.js";
import { sum, token } from "../../stage/trace.js";

function readLifted(data) {
  const count = data.target.length;
  const size = count * count;
  const kept = new Map();
  const read = (one) => ({
    ...one,
    scores: decodeArray(one.scores),
    weights: decodeArray(one.weights),
    logProbs: Array.from(decodeArray(one.log_probs)),
  });
  const passes = { masked: read(data.masked), bare: read(data.bare) };
  const shares = { future: decodeArray(data.future), answer: decodeArray(data.answer) };
  return {
    layers: data.layers,
    heads: data.heads,
    count,
    keys: data.keys,
    target: data.target.map(token),
    passes,
    causal: Uint8Array.from({ length: size }, (_, i) => Number(i % count <= Math.floor(i / count))),
    // A map is made once, so that a grid knows it again.
    map(pass, kind, name) {
      const key = `${pass} ${kind} ${name}`;
      if (!kept.has(key)) kept.set(key, ofHead(passes[pass][kind], name, data, size));
      return kept.get(key);
    },
    chance: (pass, t) => Math.exp(passes[pass].logProbs[t]),
    // Of log p with the mask lifted: above 0 the right token became more probable.
    gain: passes.bare.logProbs.map((value, t) => value - passes.masked.logProbs[t]),
    shift: (t, digits) => apart(passes.masked.logProbs[t], passes.bare.logProbs[t], digits),
    share: (what, name) => ofHead(shares[what], name, data, count),
    // The last row has no future, so it has no part in a mean.
    meanShare(what, name) {
      return count > 1 ? sum(this.share(what, name)) / (count - 1) : 0;
    },
  };
}

export default function mountMask(root, data) {
  const lifted = readLifted(data);
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(
    root,
    data,
    data.strings.title,
  );
  const { words } = ui;
  const last = lifted.count - 1;
  const names = headNames(lifted);
  const future = aboveDiagonal(lifted.count);
  const pieces = lifted.target.map((one) => one.piece);
  // It opens on the head of the first layer that would look ahead most.
  const first = names
    .filter((name) => name.startsWith("1."))
    .reduce((a, b) => (lifted.meanShare("future", b) > lifted.meanShare("future", a) ? b : a));
  Object.assign(ui, {
    now:
      Number(data.mask_step) >= 1 && Number(data.mask_step) <= last + 1
        ? Math.floor(data.mask_step) - 1
        : Math.min(2, last),
    head: names.includes(data.mask_head) ? data.mask_head : first,
    kind: data.mask_view === "scores" ? "scores" : "weights",
    table: Boolean(data.table),
    go(step) {
      change({ now: Math.max(0, Math.min(last, step)) });
    },
    summary: () =>
      fill(words.step_summary, {
        step: ui.now + 1,
        steps: last + 1,
        token: pieces[ui.now],
        with: chance(lifted.chance("masked", ui.now)),
        without: chance(lifted.chance("bare", ui.now)),
        change: signed(lifted.shift(ui.now, 2), 2),
        head: calledHead(words, ui.head),
        share: percent(lifted.share("future", ui.head)[ui.now]),
      }),
  });
  if (severalHeads(ui.head)) ui.kind = "weights";

  const kinds = segments(
    words.shown,
    [
      ["weights", words.weights],
      ["scores", words.scores],
    ],
    (kind) => change({ kind }),
  );
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const picker = headPicker(ui, lifted, {
    label: words.picker,
    value: (name) => lifted.meanShare("future", name),
    act: (head) => change({ head, ...(severalHeads(head) ? { kind: "weights" } : {}) }),
  });
  const maps = PASSES.map((pass) => {
    const grid = gridView(ui, {
      rows: pieces,
      columns: lifted.keys,
      rowsAre: "target",
      columnsAre: "target",
      axes: [words.axis_query, words.axis_key],
      label: `${words[`pane_${pass}`]}. ${words.grid_label}`,
      onCell: (row) => ui.go(row),
      tell: (i, j) => told(pass, i, j),
      onPoint: (i, j) => maps.forEach((one) => one.grid.light(i, j)),
    });
    return {
      pass,
      grid,
      cover: coverView({ ...grid, columns: lifted.count }),
      sight: sightView(ui, grid),
    };
  });
  const chosen = h("p", {});
  const why = h("p", {});
  const steps = stepsView(ui, lifted);
  const tables = h("div", { class: "heed-tables" });
  const player = playerView(ui, { steps: lifted.target });
  const scale = legend(ui);
  const light = lightly(ui, stage);
  const picture = () => maskPicture(light, data, lifted, maps);
  const pane = ({ pass, grid, sight }) =>
    h(
      "section",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words[`pane_${pass}`]),
        help(words[`pane_${pass}_help`], words[`pane_${pass}`]),
      ),
      grid.node,
      sight.node,
    );

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      kinds.node,
      asTable.node,
      menu(words.download, [
        [words.as_svg, () => save(`${name()}.svg`, "image/svg+xml", svgText(picture()))],
        [words.as_png, () => savePng(picture(), `${name()}.png`)],
        [
          words.steps_csv,
          () => save(`${file}-steps.csv`, "text/csv;charset=utf-8", stepsCsv(lifted)),
        ],
        [words.as_csv, () => save(`${file}.csv`, "text/csv;charset=utf-8", maskCsv(lifted))],
      ]),
      help(words.about, words.title),
      scale.node,
      waiting,
    ),
    h(
      "div",
      { class: "heed-top heed-two-maps" },
      h(
        "section",
        { class: "heed-pane heed-picker-pane" },
        h(
          "div",
          { class: "heed-pane-head" },
          h("h2", { class: "heed-tag" }, words.picker_title),
          help(words.picker_help, words.picker_title),
        ),
        picker.node,
        chosen,
        why,
      ),
      maps.map(pane),
    ),
    steps.node,
    player.node,
    tables,
  );
  const file = data.exports?.name || "heed-mask";
  const name = () => `${file}-${ui.head}`;

  function told(pass, i, j) {
    const there = pass === "bare" || j <= i;
    const weight = lifted.map(pass, "weights", ui.head)[i * lifted.count + j];
    const lines = [];
    if (!severalHeads(ui.head))
      lines.push(
        `${words.score} ${fixed(lifted.map(pass, "scores", ui.head)[i * lifted.count + j], 4)}${there ? "" : ` · ${words.covered}`}`,
      );
    lines.push(there ? `${words.weight} ${fixed(weight, 5)}` : words.not_there);
    if (j > i) lines.push(j === i + 1 ? words.is_answer : words.is_future);
    return lines;
  }

  const moved = () => {
    if (data.onStep) data.onStep(self);
  };
  function change(what) {
    Object.assign(ui, what);
    update();
    moved();
  }

  function update() {
    const { head, kind, now } = ui;
    const mean = severalHeads(head);
    const scores = PASSES.map((pass) => lifted.map(pass, "scores", head));
    ui.limit = mean ? 1 : Math.max(...scores.map((values) => largest(values))) || 1;
    kinds.current(kind);
    kinds.node.lastChild.disabled = mean;
    kinds.node.lastChild.title = mean ? words.no_mean_scores : "";
    asTable.current(ui.table);
    picker.update(head);
    for (const { pass, grid, cover } of maps) {
      const blank = pass === "masked" && kind === "weights";
      grid.update({
        values: lifted.map(pass, kind, head),
        visible: blank ? lifted.causal : null,
        kind,
        limit: ui.limit,
        current: now,
        upTo: last,
      });
      cover.update(blank ? null : future, pass === "masked");
    }
    scale.update();
    chosen.textContent = fill(words.chosen, {
      head: calledHead(words, head),
      future: percent(lifted.meanShare("future", head)),
      answer: percent(lifted.meanShare("answer", head)),
    });
    const layer = mean ? null : Number(head.split(".")[0]);
    why.textContent =
      layer == null
        ? words.why_mean
        : fill(layer === 1 ? words.why_first : words.why_later, {
            layer,
            moved: tiny(data.moved[layer - 1], 2),
          });
    steps.update();
    player.update();
    tables.replaceChildren(...(ui.table ? maskTables(ui, lifted) : []));
    if (!player.playing()) ui.say(ui.summary());
  }

  function layout() {
    maps.forEach(({ grid, cover, sight }) => {
      grid.layout();
      cover.layout();
      sight.layout();
    });
  }

  const self = {
    paint,
    busy,
    address: () => ({
      mask_head: ui.head,
      mask_step: ui.now + 1,
      mask_view: ui.kind,
      table: ui.table ? 1 : null,
    }),
    // What stays when another target comes: head, view and table; the step where the target is the same.
    kept: (next) => ({
      mask_head: ui.head,
      mask_view: ui.kind,
      table: ui.table,
      mask_step: JSON.stringify(next.target) === JSON.stringify(data.target) ? ui.now + 1 : null,
    }),
    destroy() {
      player.stop();
      destroy();
    },
  };
  layout();
  update();
  begin({
    key: (event) => player.key(event.key),
    arrange() {
      layout();
      update();
    },
    redraw: update,
  });
  return self;
}

// The probability of each right next token with the mask and without it; a click goes to its step.
function stepsView(ui, lifted) {
  const { words } = ui;
  const { masked, bare } = lifted.passes;
  const { gain } = lifted;
  const most = largest(gain) || 1;
  const value = (text) => h("span", { class: "heed-value" }, text);
  const pair = (pass, className, t) =>
    h(
      "div",
      { class: "heed-cell-pair heed-mask-pair" },
      value(chance(lifted.chance(pass, t))),
      value(fixed(lifted.passes[pass].logProbs[t], 2)),
      h(
        "div",
        { class: `heed-bar ${className}` },
        h("i", { style: `width:${100 * lifted.chance(pass, t)}%` }),
      ),
    );
  const change = (one, t) =>
    h(
      "div",
      { class: "heed-cell-pair" },
      value(signed(lifted.shift(t, 2), 2)),
      h(
        "div",
        { class: "heed-bar heed-signed" },
        h("i", {
          class: one < 0 ? "heed-below" : "",
          style: `left:${one < 0 ? 50 - (50 * -one) / most : 50}%;right:auto;width:${(50 * Math.abs(one)) / most}%`,
        }),
      ),
    );
  const rows = lifted.target.map((one, t) => {
    const share = value("");
    const instead = bare.likeliest[t] === one.piece ? words.the_same : piece(bare.likeliest[t]);
    const node = h(
      "div",
      { class: "heed-mask-row", role: "option", id: `heed-mask-${t}`, onclick: () => ui.go(t) },
      h("span", { class: "heed-name heed-target" }, piece(one.piece)),
      pair("masked", "heed-mask-with", t),
      pair("bare", "heed-mask-without", t),
      change(gain[t], t),
      share,
      h("bdi", { class: "heed-mask-instead" }, instead),
    );
    return { node, share };
  });
  const heads = [
    [""],
    [words.with_mask, words.p_and_log],
    [words.without_mask, words.p_and_log],
    [words.change, words.change_sign],
    [words.on_future],
    [words.instead],
  ];
  const list = h(
    "div",
    { class: "heed-mask-list", role: "listbox", tabindex: 0, "aria-label": words.steps_label },
    rows.map((one) => one.node),
  );
  const mean = (text) =>
    h("div", { class: "heed-cell-pair heed-mask-pair" }, h("span"), value(text), h("span"));
  const total = h(
    "div",
    { class: "heed-mask-row heed-mask-total" },
    h("span", { class: "heed-name" }, words.mean_log_p),
    mean(fixed(-masked.loss, 3)),
    mean(fixed(-bare.loss, 3)),
    h(
      "div",
      { class: "heed-cell-pair" },
      value(signed(apart(-masked.loss, -bare.loss, 3), 3)),
      h("span"),
    ),
    h("span"),
    h("span"),
  );
  const node = h(
    "section",
    { class: "heed-flow" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, words.steps),
      help(words.steps_help, words.steps),
    ),
    h(
      "div",
      { class: "heed-mask-row heed-mask-names", "aria-hidden": "true" },
      heads.map(([name, more]) => h("span", {}, name, more ? h("small", {}, more) : null)),
    ),
    list,
    total,
    h("p", { class: "heed-note" }, verdict(ui, lifted)),
  );
  list.addEventListener("keydown", (event) => {
    const to = { ArrowUp: ui.now - 1, ArrowDown: ui.now + 1 }[event.key];
    if (to == null || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    ui.go(to);
  });

  function update() {
    const shares = lifted.share("future", ui.head);
    rows.forEach(({ node: row, share }, t) => {
      row.classList.toggle("heed-lit", t === ui.now);
      row.setAttribute("aria-selected", String(t === ui.now));
      share.textContent = percent(shares[t]);
    });
    list.setAttribute("aria-activedescendant", `heed-mask-${ui.now}`);
  }

  return { node, update };
}

// What lifting the mask did as a whole; a step changed where its change can be seen.
function verdict({ words }, { gain, shift, passes: { masked, bare } }) {
  const seen = gain.map((_, t) => Math.sign(shift(t, 2)));
  const count = (sign) => seen.filter((one) => one === sign).length;
  const [before, after] = [masked.loss, bare.loss].map((loss) => fixed(loss, 2));
  const loss = fill(
    before === after
      ? words.loss_same
      : bare.loss > masked.loss
        ? words.loss_worse
        : words.loss_better,
    { before, after },
  );
  return fill(words.verdict, {
    up: count(1),
    down: count(-1),
    same: count(0),
    steps: gain.length,
    loss,
  });
}

function maskTables(ui, lifted) {
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
function stepsCsv({ target, gain, passes: { masked, bare } }) {
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
  return `${["step,target,log_p_with,log_p_without,change,likeliest_with,likeliest_without", ...lines].join("\r\n")}\r\n`;
}

// One line a head, row and column: scores and weights of both passes.
function maskCsv(lifted) {
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
function maskPicture(ui, data, lifted, maps) {
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
