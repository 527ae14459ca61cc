// Target by source: a row appears with each step, brighter is more.

import { signedColour, weightColour } from "./colours.js";
import { cut, groupName, h, label, nameOf, s, set, textWidth, whole } from "./dom.js";
import { nths } from "./nth.js";
import { rowAt } from "./trace.js";

export function heatmapView(ui, trace) {
  const { sources, targets, words } = ui;
  const size = ui.large ? 18 : sources.length + targets.length > 56 ? 12 : 13;
  const [across, down] = [sources, targets].map((groups) => nths(groups.map((g) => g.label)));
  const widest = (groups, least, most) =>
    Math.min(most, Math.max(least, ...groups.map((g) => textWidth(`${g.label}₁`, size))));
  const left = widest(targets, 30, ui.large ? 150 : 116) + 12;
  const over = widest(sources, 20, 110) * 0.72 + 18;
  const overhang = 34; // the last slanted heads lean out
  const heads = s("svg", { class: "heed-heads", "aria-hidden": "true" });
  const labels = s("svg", { class: "heed-labels", "aria-hidden": "true" });
  const cells = s("svg", { class: "heed-cells" });
  const ring = h("div", { class: "heed-ring" });
  const body = h("div", { class: "heed-heat-body" }, cells, ring);
  const grid = h(
    "div",
    { class: "heed-heat-grid" },
    h("div", { class: "heed-corner" }),
    heads,
    labels,
    body,
  );
  const without = trace.mean ? h("p", { class: "heed-none", hidden: true }, words.no_scores) : null;
  const several = ui.byWord && targets.some((group) => group.items.length > 1);
  const why = several ? h("p", { class: "heed-note", hidden: true }, words.no_row_scores) : null;
  const box = h(
    "div",
    {
      class: "heed-scroll heed-heat heed-points",
      tabindex: 0,
      role: "img",
      "aria-label": words.heat_label,
    },
    without,
    grid,
    why,
  );
  const readOf = (group) => ui.readSoFar?.(group) ?? group.label; // what is written later is not yet
  const headOf = (j) => cut(readOf(sources[j]), size, over / 0.72 - 12) + across[j];
  const rowOf = (t) => cut(ui.soFar(targets[t]), size, left - 14) + down[t];
  const headTexts = sources.map((group, j) => {
    const text = s("text", {
      class: "heed-source heed-head",
      lang: ui.tongues?.source,
      "font-size": size,
    });
    label(text, headOf(j));
    if (!trace.own) text.append(s("title", {}, groupName(ui, group)));
    return text;
  });
  const rowTexts = targets.map((_, t) =>
    s("text", {
      class: "heed-target heed-head",
      lang: ui.tongues?.target,
      "text-anchor": "end",
      "font-size": size,
      onclick: () => step(t),
    }),
  );
  heads.append(...headTexts);
  labels.append(...rowTexts);
  const rows = targets.map((_, t) => {
    const own = sources.map((__, j) =>
      s("rect", { class: "heed-cell", rx: 3, "data-source": j, "data-target": t }),
    );
    const node = s("g", { class: "heed-row heed-later" }, own);
    cells.append(node);
    return { node, cells: own, values: null, shown: null };
  });
  let wide = 20;
  let tall = 20;
  let room = 0;
  let viewWide = 0;
  let lit = [];

  const step = (t) => {
    if (t <= ui.target) ui.go(targets[t].items[targets[t].items.length - 1]);
  };
  const cellAt = (event) => {
    const { left: x, top: y } = body.getBoundingClientRect();
    return [(event.clientY - y) / tall, (event.clientX - x) / wide].map(Math.floor);
  };
  body.addEventListener("mousemove", (event) => {
    const [t, j] = cellAt(event);
    const one = rows[t]?.values?.[j];
    ui.point(one ? { source: j, target: t } : {});
    ui.tip(
      one && event,
      one && [
        `${nameOf(ui, ui.soFar(targets[t]))}${down[t]} ← ${groupName(ui, sources[j])}${across[j]}`,
        ...ui.numbers(one),
      ],
    );
  });
  body.addEventListener("mouseleave", () => {
    ui.point({});
    ui.tip(null);
  });
  body.addEventListener("click", (event) => {
    const [t, j] = cellAt(event);
    step(t);
    if (ui.choose && rows[t] && rows[t].values && rows[t].values[j]) ui.choose(t, j);
  });

  // Measuring a page that has just been changed is slow: where there are several heatmaps, all get
  // their width here, are drawn, and then measured together. All rows are about `high` at most.
  function layout(width, high = 380) {
    const free = (width || box.clientWidth || 430) - left - overhang;
    wide = Math.floor(
      Math.max(ui.large ? 20 : 16, Math.min(ui.large ? 56 : 40, free / sources.length)),
    );
    tall = Math.floor(
      Math.max(ui.large ? 24 : 16, Math.min(ui.large ? 36 : 27, high / targets.length)),
    );
    box.style.maxHeight = "";
    const broad = wide * sources.length;
    const height = tall * targets.length;
    set(cells, { width: broad, height });
    rows.forEach((row, t) =>
      row.cells.forEach((cell, j) =>
        set(cell, { x: j * wide + 1, y: t * tall + 1, width: wide - 2, height: tall - 2 }),
      ),
    );
    set(heads, { width: broad + overhang, height: over });
    set(labels, { width: left, height: height + 4 });
    headTexts.forEach((head, j) => {
      const x = (j + 0.5) * wide;
      const y = over - 6;
      set(head, { x, y, transform: `rotate(-45 ${x} ${y})` });
    });
    rowTexts.forEach((text, t) =>
      set(text, { x: left - 8, y: (t + 0.5) * tall + size * 0.35 + 2 }),
    );
    ring.style.width = `${broad + 4}px`;
    ring.style.height = `${tall + 4}px`;
    if (!width) measure();
  }

  // Where not all rows have room, whole ones are shown.
  function measure() {
    [room, viewWide] = [box.clientHeight, box.clientWidth];
    const rest = over + 4;
    if (rest + tall * targets.length <= room + 1) return;
    const bar = box.offsetHeight - room;
    room = rest + tall * Math.floor((room - rest) / tall);
    box.style.maxHeight = `${room + bar}px`;
  }

  // The colour of a cell, "none" where it has no such number. Differences of weights have a sign.
  const colourOf = (one) => {
    const value = ui.kind === "scores" ? one.score : one.weight;
    if (!one.visible || Number.isNaN(value)) return "none";
    return ui.kind === "weights" ? weightColour(value) : signedColour(value, ui.limit, ui.theme());
  };

  function update() {
    const { now, target, kind } = ui;
    if (without) {
      // the room of the map stays as it is
      without.hidden = kind === "weights";
      grid.style.visibility = without.hidden ? "" : "hidden";
    }
    if (why) why.hidden = trace.mean || kind !== "scores";
    if (trace.own)
      headTexts.forEach((text, j) => {
        label(text, readOf(sources[j]) && headOf(j));
      });
    rows.forEach((row, t) => {
      const upTo = Math.min(now, targets[t].items[targets[t].items.length - 1]);
      const shown = `${t > target ? "" : upTo} ${kind} ${ui.theme()} ${t === target && `here ${ui.stamp}`}`;
      if (row.shown === shown) return;
      row.shown = shown;
      row.values = t > target ? null : rowAt(trace, targets[t], sources, now);
      label(rowTexts[t], row.values ? rowOf(t) : "");
      const averaged = kind === "scores" && row.values?.[0].pieces;
      const how = !row.values ? " heed-later" : averaged ? " heed-unscored" : "";
      row.node.setAttribute("class", `heed-row${t === target ? " heed-here" : ""}${how}`);
      row.cells.forEach((cell, j) => {
        const one = row.values?.[j];
        cell.setAttribute("fill", one ? colourOf(one) : "none"); // a masked cell is blank
      });
    });
    ring.style.transform = `translate(-2px, ${target * tall - 2}px)`;
    reveal();
  }

  // Keeps the current row in view.
  function reveal() {
    if (!room || over + tall * targets.length <= room) return;
    const top = box.scrollTop;
    const y = ui.target * tall;
    if (y < top || y + tall + over > top + room) box.scrollTop = whole(y - (room - over) / 2, tall);
  }

  /** @param {import("./types").Lit} lit */
  function light({ source, target }) {
    headTexts.forEach((text, j) => text.classList.toggle("heed-lit", j === source));
    rowTexts.forEach((text, t) => text.classList.toggle("heed-lit", t === target));
    lit.forEach((cell) => cell.classList.remove("heed-lit"));
    // A source alone is a column, a target alone a row, both a cell.
    lit =
      source == null && target == null
        ? []
        : rows.flatMap((row, t) =>
            (target == null || t === target) && row.values
              ? row.cells.filter((_, j) => source == null || j === source)
              : [],
          );
    lit.forEach((cell) => cell.classList.add("heed-lit"));
    if (
      ui.keyed &&
      source != null &&
      (source * wide < box.scrollLeft || left + (source + 1) * wide > box.scrollLeft + viewWide)
    )
      box.scrollLeft = whole(source * wide - viewWide / 2, wide);
  }

  // The same drawing as shapes, for a picture to take home.
  function drawing(write, block) {
    if (trace.mean && ui.kind === "scores") {
      write(0, over + size, cut(ui.words.no_scores, size, left + wide * sources.length), {
        colour: "--heed-mute",
        size,
      });
      return;
    }
    sources.forEach((_, j) =>
      write(left + (j + 0.5) * wide, over - 6, headOf(j), {
        colour: "--heed-source",
        bold: true,
        size,
        transform: `rotate(-45 ${left + (j + 0.5) * wide} ${over - 6})`,
      }),
    );
    rows.forEach(({ values }, t) => {
      if (values)
        write(left - 8, over + (t + 0.5) * tall + size * 0.35, rowOf(t), {
          colour: "--heed-target",
          bold: true,
          size,
          anchor: "end",
        });
      sources.forEach((_, j) => {
        const one = values?.[j];
        const place = {
          x: left + j * wide + 1,
          y: over + t * tall + 1,
          width: wide - 2,
          height: tall - 2,
          rx: 3,
        };
        const unscored = ui.kind === "scores" && one?.pieces;
        if (one?.visible)
          block({
            ...place,
            fill: colourOf(one),
            ...(unscored ? { stroke: ui.blank(), "stroke-dasharray": "2 3" } : {}),
          });
        else if (!one)
          block({ ...place, fill: "none", stroke: ui.blank(), "stroke-dasharray": "3 3" });
      });
    });
    block({
      x: left - 1,
      y: over + ui.target * tall - 1,
      width: wide * sources.length + 2,
      height: tall + 2,
      rx: 5,
      fill: "none",
      stroke: ui.colour("--heed-ring"),
      "stroke-width": 2,
    });
  }

  return {
    node: box,
    body,
    cellAt,
    layout,
    measure,
    reveal,
    update,
    light,
    drawing,
    // What is said below the map as it stands.
    notes: () => (why && !why.hidden ? [words.no_row_scores] : []),
    size: () => [left + wide * sources.length + overhang, over + tall * targets.length + 4],
  };
}
