// Before and after, side by side: both translations and where they differ, what this step chooses
// from, and where each looked.

import { largest } from "../../stage/colours.js";
import { chance, fill, fixed, h, nameOf, piece, signed } from "../../stage/dom.js";
import { gridView } from "../../stage/grid.js";
import { grouped, labelOf, rowAt } from "../../stage/trace.js";

/** Which of two lists of words are in both, in their order (the longest common subsequence), as
 * pairs of places.
 * @param {string[]} a @param {string[]} b @returns {[number, number][]} */
export function common(a, b) {
  const long = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      long[i][j] =
        a[i] === b[j] ? long[i + 1][j + 1] + 1 : Math.max(long[i + 1][j], long[i][j + 1]);
  /** @type {[number, number][]} */
  const found = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) found.push([i++, j++]);
    else if (long[i + 1][j] >= long[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

/** What a step chose from, before and after, likeliest after first: {piece, before, after}, null
 * where it is not among those that a trace lists.
 * @param {any} before @param {any} after */
export function choices(before, after) {
  const found = new Map();
  const of = (id, text) => {
    if (!found.has(id)) found.set(id, { id, piece: text, before: null, after: null });
    return found.get(id);
  };
  for (const one of after.candidates) of(one.id, one.piece).after = Math.exp(one.logProb);
  for (const one of before.candidates) of(one.id, one.piece).before = Math.exp(one.logProb);
  return [...found.values()].sort(
    (a, b) => (b.after ?? 0) - (a.after ?? 0) || (b.before ?? 0) - (a.before ?? 0),
  );
}

const tokensOf = (trace) => trace.steps.map((step) => step.token);
const totalOf = (trace) => trace.steps[trace.steps.length - 1].total;

// Both translations, one above the other.
export function linesView(ui, trace, before) {
  const { words } = ui;
  const sides = [before, trace].map((one) =>
    grouped(tokensOf(one), true).filter((group) => !group.mark),
  );
  const [old, now] = sides.map((side) => side.map((group) => group.label));
  const pairs = common(old, now);
  const line = (side, name, one) =>
    h(
      "div",
      { class: `heed-change-line heed-change-${name}` },
      h("span", { class: "heed-tag" }, words[name]),
      h(
        "span",
        { class: "heed-change-text", lang: ui.tongues?.target },
        sides[side].flatMap((group, i) => {
          const same = pairs.some((pair) => pair[side] === i);
          const tag = same ? "span" : side ? "ins" : "del";
          return [i ? " " : "", h(tag, {}, h("bdi", {}, group.label))];
        }),
      ),
      h("span", { class: "heed-value" }, fill(words.total, { total: fixed(totalOf(one), 2) })),
    );
  const same = pairs.length === sides[0].length && pairs.length === sides[1].length;
  return h(
    "div",
    { class: "heed-change-lines", role: "group", "aria-label": words.before_after },
    line(0, "before", before),
    line(1, "after", trace),
    same ? h("p", { class: "heed-note" }, words.same_words) : null,
  );
}

// The numbers of a map, row by row, and what can be seen of it.
function mapOf(ui, trace) {
  const rows = grouped(tokensOf(trace), ui.byWord);
  const across = grouped(trace.source, ui.byWord);
  const seen = rows.flatMap((group) => rowAt(trace, group, across, Number.POSITIVE_INFINITY));
  return {
    rows: rows.map((group) =>
      labelOf(
        group.items.map((t) => trace.steps[t].token),
        ui.byWord,
      ),
    ),
    columns: across.map((group) => group.label),
    values: Float32Array.from(seen, (one) => one.weight),
    visible: Uint8Array.from(seen, (one) => Number(one.visible)),
  };
}

// The first rows of both, as far as both go, the first taken from the second.
function difference(a, b) {
  const count = Math.min(a.values.length, b.values.length);
  return {
    ...b,
    rows: b.rows.slice(0, count / b.columns.length),
    values: b.values.slice(0, count).map((value, i) => value - a.values[i]),
    visible: b.visible.slice(0, count).map((one, i) => one && a.visible[i]),
  };
}

function mapView(ui, map, title, kind, limit) {
  const grid = gridView(ui, {
    ...map,
    rowsAre: "target",
    columnsAre: "source",
    label: title,
    small: true,
    tell: (i, j) => {
      const value = map.values[i * map.columns.length + j];
      return [kind === "signed" ? signed(value, 4) : `${ui.words.weight} ${fixed(value, 5)}`];
    },
  });
  return {
    node: h("figure", {}, h("figcaption", { class: "heed-tag" }, title), grid.node),
    layout(width) {
      grid.layout(width);
      grid.update({ values: map.values, visible: map.visible, kind, limit, current: null });
    },
  };
}

// What this step chose from: two bars each.
function choicesView(ui, trace, before) {
  const { words } = ui;
  const list = h("ol", { class: "heed-candidates heed-change-choices" });
  const note = h("p", { class: "heed-note" });
  const title = h("h3", { class: "heed-tag" });
  const bar = (share, side) =>
    h(
      "span",
      { class: `heed-bar heed-change-${side}` },
      h("i", { style: `width:${100 * (share ?? 0)}%` }),
    );
  const number = (share) =>
    h("span", { class: "heed-value" }, share == null ? words.not_listed : chance(share));
  function update() {
    const [old, now] = [before.steps[ui.now], trace.steps[ui.now]];
    title.textContent = fill(words.choices, { step: ui.now + 1 });
    const path = (one) => one.steps.slice(0, ui.now).map((step) => step.token.id);
    const parted = old && String(path(before)) !== String(path(trace));
    note.textContent = !old
      ? fill(words.over_before, { step: ui.now + 1, end: before.steps.length })
      : parted
        ? words.parted
        : "";
    note.hidden = !note.textContent;
    list.replaceChildren(
      ...choices(old ?? { candidates: [] }, now)
        .slice(0, 12)
        .map((one) =>
          h(
            "li",
            {
              class: `heed-change-choice${one.id === now.token.id ? " heed-chosen" : ""}`,
              title: nameOf(ui, one.piece),
            },
            h("bdi", { class: "heed-piece", lang: ui.tongues?.target }, piece(one.piece)),
            h(
              "span",
              { class: "heed-change-bars" },
              bar(one.before, "before"),
              bar(one.after, "after"),
            ),
            number(one.before),
            number(one.after),
          ),
        ),
    );
  }
  const heads = h(
    "div",
    { class: "heed-change-choice heed-change-heads", "aria-hidden": "true" },
    h("span"),
    h("span"),
    h("span", {}, words.before),
    h("span", {}, words.after),
  );
  return { node: h("section", {}, title, heads, list, note), update };
}

// Candidates and maps, which take longer to draw than all that stands above them.
function parts(ui, trace, before) {
  const { words } = ui;
  const [a, b] = [mapOf(ui, before), mapOf(ui, trace)];
  const less = difference(a, b);
  const limit = Math.max(0.01, largest(Array.from(less.values)));
  const maps = [
    mapView(ui, a, words.map_before, "weights", 1),
    mapView(ui, b, words.map_after, "weights", 1),
    mapView(ui, less, fill(words.map_difference, { limit: fixed(limit, 2) }), "signed", limit),
  ];
  const chosen = choicesView(ui, trace, before);
  return {
    node: h(
      "div",
      { class: "heed-change-parts" },
      chosen.node,
      h(
        "div",
        { class: "heed-change-maps" },
        maps.map((map) => map.node),
      ),
    ),
    update: chosen.update,
    layout() {
      const wide = maps[0].node.clientWidth;
      maps.forEach((map) => map.layout(wide));
    },
  };
}

// The whole of it, below the picture, which is painted first.
export function changeView(ui, trace, before) {
  const node = h(
    "section",
    { class: "heed-change" },
    h("h2", { class: "heed-tag" }, ui.words.before_after),
  );
  /** @type {ReturnType<typeof parts> | null} */
  let drawn = null;
  const draw = () => {
    if (!node.isConnected) return;
    drawn = parts(ui, trace, before);
    node.append(drawn.node);
    drawn.layout();
    drawn.update();
  };
  requestAnimationFrame(() => setTimeout(draw));
  return { node, update: () => drawn?.update(), layout: () => drawn?.layout(), light() {} };
}
