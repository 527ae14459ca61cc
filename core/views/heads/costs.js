// The ranking: all heads by what their loss costs on held-out sentences, the dearest first.

import { fill, fixed, h, help, signed } from "../../stage/dom.js";
import { FADE, scrolling } from "../../stage/overflow.js";
import { csvLines, MARGIN, plate } from "../../stage/plates.js";

// Round numbers from 0 to at most `high`, three to six of them: [value, text].
function ticksTo(high) {
  const power = Math.floor(Math.log10(high));
  const one = 10 ** power;
  const step = high < 2 * one ? one / 2 : high > 5 * one ? 2 * one : one;
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => [
    i * step,
    i ? fixed(i * step, Math.max(0, step < one ? 1 - power : -power)) : "0",
  ]);
}

export function costsView(ui, data) {
  const { words } = ui;
  const ranked = [...data.costs].sort((a, b) => b[1] - a[1]);
  const about = data.measured;
  const low = Math.min(0, ...ranked.map((one) => one[2]));
  const high = Math.max(1e-9, ...ranked.map((one) => one[3]));
  const place = (value) => (100 * (value - low)) / (high - low);
  const told = ([head, ...numbers], i) => {
    const [value, low, high] = numbers.map((one) => fixed(one, 4));
    return `${i + 1}. ${ui.called(head)}: ${fill(words.cost_told, { value, low, high })}`;
  };
  const rows = ranked.map(([head, value, from, to], i) =>
    h(
      "button",
      {
        type: "button",
        class: "heed-cost",
        "data-rank": head,
        tabindex: -1,
        title: words.choose_head,
        onclick: () => ui.choose(head),
        "aria-label": told(ranked[i], i),
      },
      h("span", { class: "heed-cost-rank" }, String(i + 1)),
      h("span", { class: "heed-cost-name" }, ui.short(head)),
      h(
        "span",
        { class: "heed-cost-bar", style: `--zero:${place(0)}%` },
        h("i", {
          style: `left:${place(Math.min(0, value))}%;width:${Math.abs(place(value) - place(0))}%`,
        }),
        h("b", { style: `left:${place(from)}%;width:${place(to) - place(from)}%` }),
      ),
      h("span", { class: "heed-value" }, signed(value, 4)),
    ),
  );
  const ticks = ticksTo(high);
  const scale = h(
    "div",
    { class: "heed-cost-scale", "aria-hidden": "true" },
    h("span", {}, words.cost_scale),
    h(
      "span",
      {},
      ticks.map(([value, text]) => h("span", { style: `left:${place(value)}%` }, text)),
    ),
    h("span"),
  );
  const box = h(
    "div",
    { class: "heed-scroll heed-costs", tabindex: 0, role: "group", "aria-label": words.ranking },
    scale,
    rows,
  );
  const measured = `${fill(words.measured_on, about)}${about.stale ? ` ${words.stale}` : ""}`;
  const node = h(
    "section",
    { class: "heed-pane", "data-part": "costs" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, words.ranking),
      help(words.ranking_help, words.ranking),
    ),
    ...(ranked.length
      ? [scrolling(box), h("p", { class: "heed-note" }, measured)]
      : [h("p", { class: "heed-none" }, words[about.command ? "unmeasured" : "unmeasurable"])]),
    about.command
      ? h("p", { class: "heed-note" }, words.measured_by, " ", h("code", {}, about.command))
      : null,
  );
  let shown = ui.head; // it opens at its top, and follows whoever chooses another head

  function drawing(light) {
    const left = 190;
    const wide = 430;
    const each = 20;
    const x = (value) => left + (wide * place(value)) / 100;
    const across = left + wide + 70 + MARGIN;
    const paper = plate(light, { model: data.model }, words.ranking, [], across);
    const { write, block, top } = paper;
    const under = top + ranked.length * each;
    for (const [value, text] of ticks)
      write(x(value), top - 4, text, { size: 11, anchor: "middle", colour: "--heed-mute" });
    write(MARGIN, top - 4, words.cost_scale, { size: 11, colour: "--heed-mute" });
    block({
      x: x(0) - 0.5,
      y: top,
      width: 1,
      height: under - top,
      fill: light.colour("--heed-border"),
    });
    ranked.forEach(([head, value, from, to], i) => {
      const y = top + i * each;
      const own = { y: y + 9, height: 2, fill: light.colour("--heed-ink"), opacity: 0.75 };
      write(MARGIN + 20, y + 14, String(i + 1), { size: 11, anchor: "end", colour: "--heed-mute" });
      write(MARGIN + 30, y + 14, ui.short(head), { bold: true });
      block({
        x: Math.min(x(0), x(value)),
        y: y + 4,
        width: Math.max(1, Math.abs(x(value) - x(0))),
        height: 12,
        rx: 2,
        fill: light.colour("--heed-context"),
      });
      block({ x: x(from), width: Math.max(1, x(to) - x(from)), ...own });
      write(across - MARGIN, y + 14, signed(value, 4), { anchor: "end" });
    });
    return paper.done(under + 8, [measured, `${words.measured_by} ${about.command}`]);
  }

  return {
    node,
    layout() {},
    light() {},
    drawing: ranked.length ? drawing : null,
    csv: () => csvLines([["head", "cost_nats_per_piece", "low", "high"], ...ranked]),
    // Where it stood before other data came.
    scrolled: () => box.scrollTop,
    scroll: (to) => {
      box.scrollTop = to;
    },
    update() {
      rows.forEach((one, i) => {
        one.classList.toggle("heed-cost-off", ui.off.has(ranked[i][0]));
        one.classList.toggle("heed-cost-now", ranked[i][0] === ui.head);
      });
      const now = rows[ranked.findIndex(([head]) => head === ui.head)];
      if (!now || shown === ui.head) return;
      shown = ui.head;
      const over = now.offsetTop;
      if (
        over - scale.offsetHeight < box.scrollTop ||
        over + now.offsetHeight > box.scrollTop + box.clientHeight - FADE
      )
        box.scrollTop = over - box.clientHeight / 2;
    },
  };
}
