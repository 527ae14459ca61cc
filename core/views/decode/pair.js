// The sentence pair: source above, target so far below, and where the decoder looks now.

import {
  classes,
  cut,
  fixed,
  groupName,
  label,
  nameOf,
  s,
  set,
  textWidth,
} from "../../stage/dom.js";
import { glossOfGroup, glossTold } from "../../stage/glosses.js";
import { nths } from "../../stage/nth.js";
import { columns, rowAt } from "../../stage/trace.js";
import { route } from "./route.js";

// Boxes for labels, wrapped into rows that fit the width: [{x, row, width}], and how many rows.
// Where they wrap, a line as thick as `thick` has room to pass between two of them.
// Each is at least as wide as `least` says of it.
function wrap(labels, width, size, thick, least = [], gap = size < 15 ? 6 : 8) {
  let x = 0;
  let row = 0;
  const boxes = labels.map((label, i) => {
    const own = Math.min(
      width,
      Math.max(2.6 * size, Math.ceil(textWidth(label, size)) + 1.4 * size, least[i] ?? 0),
    );
    if (x + own > width && x > 0) {
      x = 0;
      row += 1;
    }
    const box = { x, row, width: own };
    x += own + gap;
    return box;
  });
  if (row && gap < thick) return wrap(labels, width, size, thick, least, thick);
  // A single row takes the room that there is.
  const spare = row ? 0 : Math.min(34, (width - x + gap) / labels.length);
  boxes.forEach((box, i) => {
    box.x += i * spare;
    box.width += Math.min(spare, 30);
  });
  return { boxes, rows: row + 1 };
}

export function pairView(ui, trace) {
  const { sources, targets, words } = ui;
  const long = sources.length + targets.length > 56;
  const size = ui.large ? 21 : long ? 13 : 15;
  const tall = Math.round(2.25 * size);
  const number = ui.large ? 16 : 12;
  const thick = ui.large ? 17 : 13; // a line of the weight 1, and its hair's breadth
  const small = ui.large ? 16 : 12; // of glosses
  const glosses = targets.map((group) => glossOfGroup(ui, group, trace.steps));
  const glossTall = glosses.some(Boolean) ? small + 5 : 0; // under a target row
  const head = trace.attends ? number + 12 : 6; // above a source row, for its weights
  const svg = s("svg", {
    class: "heed-pair heed-points",
    role: "img",
    tabindex: trace.attends ? 0 : null,
  });
  const curves = s("g", { class: "heed-curves" });
  const ghosts = s("g", { class: "heed-curves heed-ghosts" });
  const above = s("g");
  const below = s("g");
  svg.append(curves, ghosts, above, below);
  const nth = {
    source: nths(sources.map((one) => one.label)),
    target: nths(targets.map((one) => one.label)),
  };
  const box = (parent, side, group, index) => {
    const rect = s("rect", { rx: Math.min(9, size * 0.6), height: tall });
    const text = s("text", { "text-anchor": "middle", class: "heed-label", "font-size": size });
    const weight =
      side === "source" && trace.attends
        ? s("text", { "text-anchor": "middle", class: "heed-number", "font-size": number })
        : null;
    const again = nth[side][index]
      ? s("text", {
          class: "heed-nth",
          "text-anchor": "end",
          "font-size": Math.max(11, size * 0.7),
        })
      : null;
    if (again) again.textContent = nth[side][index];
    const gloss =
      side === "target" && glosses[index]
        ? s("text", {
            class: "heed-gloss",
            "text-anchor": "middle",
            "font-size": small,
            lang: ui.glosses.language,
          })
        : null;
    const hint = s("title");
    const node = s(
      "g",
      { class: `heed-box heed-${side}`, lang: ui.tongues?.[side], [`data-${side}`]: index },
      rect,
      text,
      weight,
      again,
      gloss,
      hint,
    );
    node.addEventListener("mouseenter", () => ui.point({ [side]: index }));
    node.addEventListener("mouseleave", () => ui.point({}));
    if (side === "target")
      node.addEventListener("click", () => ui.go(group.items[group.items.length - 1]));
    if (side === "source" && ui.hold) ui.hold.grips(node, () => index);
    parent.append(node);
    return { node, rect, label: text, weight, again, gloss, hint };
  };
  const tops = sources.map((group, i) => box(above, "source", group, i));
  const bottoms = targets.map((group, i) => box(below, "target", group, i));
  const line = (parent) =>
    sources.map(() => {
      const path = s("path", { fill: "none", "stroke-linecap": "round" });
      parent.append(path);
      return path;
    });
  const lines = trace.attends ? line(curves) : [];
  const ghostLines = trace.attends ? line(ghosts) : [];
  // A line is thin: what can be taken hold of is wider, and is not seen.
  const graspable = ui.hold?.sends ? line(curves) : [];
  graspable.forEach((path, i) => {
    path.classList.add("heed-grasp");
    path.addEventListener("mouseenter", () => ui.point({ source: i }));
    path.addEventListener("mouseleave", () => ui.point({}));
    ui.hold.grips(path, () => i);
  });
  /** @type {any} */
  let places = null;
  /** @type {any} */
  let seen = null;

  // `least`: the height that the pane beside offers; `usual`: that of the lines without it.
  function layout(least, usual) {
    const width = Math.max(200, svg.parentNode ? svg.parentNode.clientWidth : 700);
    const up = wrap(
      sources.map((g) => g.label),
      width,
      size,
      trace.attends ? thick : 0,
    );
    const down = wrap(
      targets.map((g) => g.label),
      width,
      size,
      trace.attends ? thick : 0,
      glosses.map((gloss) => gloss && Math.ceil(textWidth(gloss, small))),
    );
    const under = tall + glossTall;
    const gap = down.rows > 1 && trace.attends ? 16 : 10;
    const fixedTall = up.rows * (tall + head) + down.rows * (under + gap);
    const between = !trace.attends
      ? 56
      : Math.max(
          (long ? Math.min(110, usual) : usual) - glossTall,
          Math.min(230, (least || 0) - fixedTall),
        );
    const at = (list, y0, step) =>
      list.boxes.map((b) => ({ x: b.x, y: y0 + b.row * step, w: b.width, row: b.row }));
    const floor = up.rows * (tall + head) + between;
    places = { width, up: at(up, head, tall + head), down: at(down, floor, under + gap) };
    // Below a source row, and above a target row, stand those that a line has to pass.
    const rowsOf = (list, count, high) =>
      Array.from({ length: count }, (_, row) => {
        const boxes = list.filter((one) => one.row === row);
        return { top: boxes[0].y, bottom: boxes[0].y + high, boxes };
      });
    places.above = rowsOf(places.up, up.rows, tall);
    places.below = rowsOf(places.down, down.rows, under);
    const full = floor + down.rows * (under + gap);
    set(svg, { viewBox: `0 0 ${width} ${full}`, width, height: full });
    const put = (parts, place, text) => {
      set(parts.rect, { x: place.x + 1.5, y: place.y, width: place.w - 3 });
      set(parts.label, { x: place.x + place.w / 2, y: place.y + tall / 2 + size * 0.35 });
      if (parts.weight) set(parts.weight, { x: place.x + place.w / 2, y: place.y - 6 });
      if (parts.again) set(parts.again, { x: place.x + place.w - 6, y: place.y + tall - 4 });
      if (parts.gloss)
        set(parts.gloss, { x: place.x + place.w / 2, y: place.y + tall + small + 1 });
      parts.room = place.w - size * 0.8;
      if (text != null) label(parts.label, cut(text, size, parts.room));
    };
    tops.forEach((parts, i) => put(parts, places.up[i], sources[i].label));
    bottoms.forEach((parts, i) => put(parts, places.down[i]));
  }

  function curve(path, i, t, weight, shown) {
    const from = places.up[i];
    const to = places.down[t];
    const under = places.above.slice(from.row + 1);
    const over = places.below.slice(0, to.row);
    set(path, {
      d: route(from, from.y + tall, to, under, over, places.width),
      "stroke-width": 1 + thick * weight,
      "stroke-opacity": shown ? 0.12 + 0.75 * weight : 0,
    });
  }

  function update() {
    const { now, target } = ui;
    seen = trace.attends ? columns(trace.steps[now], sources) : null;
    sources.forEach((group, i) => {
      const one = seen?.[i];
      const called = ui.readSoFar(group);
      if (trace.own) {
        tops[i].node.classList.toggle("heed-later", !called);
        label(tops[i].label, cut(called, size, tops[i].room));
      }
      tops[i].hint.textContent = called
        ? [groupName(ui, group), ...(one ? ui.numbers(one) : [])].join("\n")
        : "";
      if (!one) return;
      const a = one.visible ? one.weight : 0;
      tops[i].node.classList.toggle("heed-unread", Boolean(ui.hold?.forbids(i)));
      set(tops[i].rect, { "stroke-width": 1 + 2 * a, "stroke-opacity": 0.4 + 0.6 * a });
      tops[i].weight.textContent = one.visible ? fixed(one.weight, 2) : "";
      tops[i].weight.classList.toggle("heed-strong", a >= 0.1);
      curve(lines[i], i, target, a, one.visible);
      graspable[i]?.setAttribute("d", lines[i].getAttribute("d"));
    });
    targets.forEach((group, i) => {
      const here = group.items[0] <= now;
      const soFar = here ? ui.soFar(group) : "";
      const forced = here && group.items.some((t) => t <= now && trace.steps[t].forced);
      const typed = here && group.items.every((t) => t < trace.given);
      set(bottoms[i].node, {
        class: classes({
          "heed-box heed-target": true,
          "heed-now": i === target,
          "heed-later": !here,
          "heed-forced": forced,
          "heed-typed": typed,
        }),
      });
      label(bottoms[i].label, cut(soFar, size, bottoms[i].room));
      const gloss = group.items[group.items.length - 1] <= now ? glosses[i] : "";
      if (bottoms[i].gloss)
        label(bottoms[i].gloss, cut(gloss, small, bottoms[i].room + size * 0.8));
      bottoms[i].hint.textContent = [
        nameOf(ui, soFar),
        ...(gloss ? [glossTold(ui, soFar, gloss)] : []),
        ...(forced ? [typed ? words.typed_token : words.forced] : []),
      ].join("\n");
    });
    const told = glosses.map((gloss, i) =>
      targets[i].items[targets[i].items.length - 1] <= now
        ? glossTold(ui, targets[i].label, gloss)
        : "",
    );
    svg.setAttribute("aria-label", [ui.summary(), ...told.filter(Boolean)].join(" "));
  }

  // A token's partners: for a source its curve; for an earlier target the curves it had in its
  // turn.
  /** @param {import("../../stage/types").Lit} lit */
  function light({ source, target }) {
    const past = target != null && target !== ui.target && target <= ui.target;
    const row = past && trace.attends ? rowAt(trace, targets[target], sources, ui.now) : null;
    sources.forEach((_, i) => {
      const near = row
        ? row[i].weight >= 0.1
        : target === ui.target && seen && seen[i].weight >= 0.1;
      tops[i].node.classList.toggle("heed-lit", i === source || (source == null && Boolean(near)));
      if (!lines.length) return;
      lines[i].classList.toggle("heed-lit", i === source && !past);
      curve(
        ghostLines[i],
        i,
        past ? target : ui.target,
        row ? row[i].weight : 0,
        row?.[i].visible && (source == null || source === i),
      );
    });
    curves.classList.toggle("heed-dim", (source != null && !past) || Boolean(row));
    bottoms.forEach((parts, i) =>
      parts.node.classList.toggle(
        "heed-lit",
        i === target || (target == null && source != null && i === ui.target),
      ),
    );
  }

  return { node: svg, layout, update, light };
}
