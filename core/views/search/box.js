// One token of the tree: its box, its chances, its fate.

import { ramp, rgb, SEQUENTIAL } from "../../stage/colours.js";
import { chance, FONT, fill, fixed, label, SVG, s, set, textWidth } from "../../stage/dom.js";
import { drawable } from "../../stage/sheet.js";

// A probability in little room.
export const share = (p) => (p < 0.0005 ? "<0.001" : fixed(p, p < 0.0995 ? 3 : 2));

export const MARKS = { forced: "✎", ended: "■", beaten: "✕", limit: "⋯", overruled: "⊘" };

export const fateOf = (node) => (node.forced ? "forced" : node.fate);

// What was let go is pale: its colour mixed with that of the paper.
export function shade({ ui }, node) {
  if (!node.depth) return ui.colour("--heed-wash");
  const paper = ui.theme() === "dark" ? [28, 30, 38] : [255, 255, 255];
  const own = ramp(SEQUENTIAL, node.p ** 0.75);
  const pale = node.kept && node.fate !== "beaten" ? 0 : 0.55;
  return rgb(own.map((part, k) => Math.round(part + (paper[k] - part) * pale)));
}

export function endText({ words }, node) {
  return [
    node.place ? fill(words.place_of, { place: node.place }) : words.finished,
    fixed(node.score, 3),
  ];
}

export function told({ nameFor, words }, node) {
  return (
    node.depth
      ? [
          nameFor(node),
          `p ${chance(node.p)}`,
          words[`fate_${fateOf(node)}`],
          node.rank ? fill(words.rank_of, { rank: node.rank }) : "",
          node.place ? fill(words.place_of, { place: node.place }) : "",
        ]
      : [words.start_node]
  ).filter(Boolean);
}

export function boxOf(
  { tall, type, inkFor, ui, small, below, isEnd, endAt, words, unfolded, nameFor },
  node,
) {
  const { x, y, w } = node;
  const other = node.greedy && !node.best;
  const frame = node.best ? "--heed-target" : other ? "--heed-ink" : "--heed-border";
  const name = s("text", {
    x: x + w / 2,
    y: y + tall * 0.44,
    "text-anchor": "middle",
    "font-size": type,
    "font-weight": 600,
    fill: inkFor(node),
    class: "heed-head",
    lang: ui.tongues?.target,
  });
  label(name, node.piece);
  const parts = [
    s("rect", {
      x,
      y,
      width: w,
      height: tall,
      rx: 7,
      fill: shade({ ui }, node),
      stroke: ui.colour(frame),
      "stroke-width": node.best || other ? 2.5 : 1,
      "stroke-dasharray": node.kept ? (other ? "6 4" : null) : "3 3",
    }),
    name,
    node.depth
      ? s(
          "text",
          {
            x: x + w / 2,
            y: y + tall * 0.84,
            "text-anchor": "middle",
            "font-size": small,
            fill: inkFor(node),
          },
          below(node),
        )
      : null,
  ];
  if (node.depth && node.fate === "kept" && !node.kids.length) {
    // it was kept, and all that could follow was cut
    parts.push(
      s("path", {
        d: `M${x + w + 5} ${y + 6}V${y + tall - 6}`,
        stroke: ui.colour("--heed-border"),
        "stroke-width": 2.5,
      }),
    );
  }
  if (isEnd(node)) {
    // Lines pass below it.
    const halo = { "paint-order": "stroke", stroke: ui.colour("--heed-card"), "stroke-width": 4 };
    parts.push(
      s(
        "text",
        {
          ...halo,
          x: endAt(node),
          y: y + tall * 0.44,
          "font-size": small,
          "font-weight": node.place ? 700 : 400,
          fill: ui.colour("--heed-ink"),
        },
        endText({ words }, node)[0],
      ),
      s(
        "text",
        {
          ...halo,
          x: endAt(node),
          y: y + tall * 0.84,
          "font-size": small,
          fill: ui.colour("--heed-mute"),
        },
        endText({ words }, node)[1],
      ),
    );
  }
  const open = unfolded.has(node.id);
  if (node.cuts.length) {
    const text = open ? "−" : `+${node.cuts.length}`;
    const room = textWidth(text, small) + 12;
    const left = x + w - room + 6;
    parts.push(
      s(
        "g",
        { class: "heed-chip", "data-fold": node.id },
        s("rect", {
          x: left,
          y: y + tall - 2,
          width: room,
          height: small + 6,
          rx: 8,
          fill: ui.colour("--heed-card"),
          stroke: ui.colour("--heed-border"),
        }),
        s(
          "text",
          {
            x: left + room / 2,
            y: y + tall + small - 1,
            "text-anchor": "middle",
            "font-size": small,
            fill: ui.colour("--heed-ink"),
          },
          text,
        ),
      ),
    );
  }
  return s(
    "g",
    {
      class: "heed-node",
      role: "treeitem",
      tabindex: -1,
      "data-id": node.id,
      "aria-level": node.depth + 1,
      "aria-label": told({ nameFor, words }, node).join(", "),
      "aria-expanded": node.cuts.length ? String(open) : null,
      "aria-selected": "false",
    },
    parts,
  );
}

export function edge({ tall, columns, gap, ui }, node, room) {
  const from = node.parent;
  const y0 = from.y + tall / 2;
  const y1 = node.y + tall / 2;
  const end = columns[from.depth] + room[from.depth];
  const bends = `${end + gap * 0.6} ${y0} ${end + gap * 0.4} ${y1}`;
  const d = `M${from.x + from.w} ${y0}H${end}C${bends} ${node.x} ${y1}`;
  const other = node.greedy && !node.best;
  const lines = [
    s("path", {
      d,
      fill: "none",
      "stroke-width": node.best ? 2.5 + 3 * node.p : node.kept ? 1 + 4 * node.p : 1,
      "stroke-linecap": "round",
      stroke: ui.colour(node.best ? "--heed-target" : "--heed-border"),
      "stroke-opacity": node.best ? 1 : node.kept ? 0.75 : 0.5,
      "stroke-dasharray": node.kept ? null : "2 4",
    }),
  ];
  if (other)
    lines.push(
      s("path", {
        d,
        fill: "none",
        stroke: ui.colour("--heed-ink"),
        "stroke-width": 2,
        "stroke-dasharray": "6 4",
      }),
    );
  return lines;
}

// The drawing as a file of its own.
export function treePicture({ svg, tree, size, ui, words }) {
  const copy = svg.cloneNode(true);
  const { model, typed } = tree.raw;
  const over = 54;
  const wide = Math.max(size[0], textWidth(typed, 15) + 24);
  set(copy, {
    xmlns: SVG,
    width: wide,
    height: size[1] + over,
    viewBox: `0 ${-over} ${wide} ${size[1] + over}`,
    "font-family": FONT,
    style: "font-variant-ligatures:none",
  });
  copy.querySelectorAll(".heed-chip").forEach((chip) => chip.remove());
  copy.prepend(
    s("rect", { y: -over, width: wide, height: size[1] + over, fill: ui.colour("--heed-card") }),
    s(
      "text",
      { x: 12, y: -30, "font-size": 15, "font-weight": 600, fill: ui.colour("--heed-ink") },
      drawable(typed),
    ),
    s(
      "text",
      { x: 12, y: -10, "font-size": 12, fill: ui.colour("--heed-mute") },
      `${model.name} · ${fill(words.width_line, { width: tree.beam })} · ${words.picture_note}`,
    ),
  );
  return copy;
}
