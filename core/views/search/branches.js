// The tree as a drawing: nodes coloured by probability, edges as thick as they are probable.

import { inkOn } from "../../stage/colours.js";
import { h, nameOf, s, set, textWidth } from "../../stage/dom.js";
import { boxOf, edge, endText, fateOf, MARKS, shade, share, told, treePicture } from "./box.js";
import { lanes } from "./tree.js";

const ZOOMS = [0.35, 0.5, 0.65, 0.8, 1, 1.25, 1.6];

export function treeView(ui, tree, { onSelect, onFold }) {
  const { words } = ui;
  const type = ui.large ? 18 : 13;
  const small = ui.large ? 15 : 11;
  const tall = ui.large ? 50 : 38;
  const pitch = tall + (ui.large ? 26 : 20);
  const gap = 22;
  const pad = ui.large ? 11 : 8;
  const svg = s("svg", { class: "heed-tree", role: "tree", "aria-label": words.tree_label });
  const box = h("div", { class: "heed-tree-box" }, svg);
  const unfolded = new Set();
  let layers = [];
  let drawn = new Map();
  let columns = [];
  let size = [0, 0];
  let zoom = 1;
  let focus = tree.root;

  const inkFor = (node) => (node.depth ? inkOn(shade({ ui }, node)) : ui.colour("--heed-ink"));

  const below = (node) => `${MARKS[fateOf(node)] ? `${MARKS[fateOf(node)]} ` : ""}${share(node.p)}`;
  const isEnd = (node) => Boolean(node.place || (node.fate === "ended" && node.kept));

  const endAt = (node) => columns[node.depth + 1] ?? node.x + node.w + 6;
  const nameFor = (node) => nameOf(ui, node.piece);

  function redraw() {
    const { shown, count } = lanes(tree, unfolded);
    const wide = (node) =>
      Math.ceil(
        Math.max(textWidth(node.piece.replaceAll("▁", "_"), type), textWidth(below(node), small)),
      ) +
      2 * pad;
    const room = [];
    shown.forEach((node) => {
      node.w = node.depth ? wide(node) : 38;
      room[node.depth] = Math.max(room[node.depth] || 0, node.w);
    });
    // What is told of a finished node stands in the column after it, where no edge passes.
    const endWide = (node) =>
      Math.max(...endText({ words }, node).map((text) => textWidth(text, small)));
    const ended = shown.filter(isEnd);
    ended.forEach((node) => {
      if (room[node.depth + 1])
        room[node.depth + 1] = Math.max(room[node.depth + 1], endWide(node) + 6);
    });
    columns = [];
    room.reduce((x, w, d) => {
      columns[d] = x;
      return x + w + gap;
    }, 12);
    const right = columns[columns.length - 1] + room[room.length - 1];
    shown.forEach((node) => {
      node.x = columns[node.depth];
      node.y = 8 + node.lane * pitch;
    });
    size = [
      Math.max(right + 14, ...ended.map((node) => endAt(node) + endWide(node) + 8)),
      count * pitch + 14,
    ];
    layers = columns.map(() => [
      s("g", { role: "presentation" }),
      s("g", { role: "presentation" }),
    ]);
    drawn = new Map();
    shown.forEach((node) => {
      if (node.parent)
        layers[node.depth][0].append(...edge({ tall, columns, gap, ui }, node, room));
      const group = boxOf(
        { tall, type, inkFor, ui, small, below, isEnd, endAt, words, unfolded, nameFor },
        node,
      );
      drawn.set(node, group);
      layers[node.depth][1].append(group);
    });
    svg.replaceChildren(...layers.map(([edges]) => edges), ...layers.map(([, nodes]) => nodes));
    scale();
    update();
    hold(drawn.has(focus) ? focus : tree.root);
  }

  function scale() {
    set(svg, {
      width: size[0] * zoom,
      height: size[1] * zoom,
      viewBox: `0 0 ${size[0]} ${size[1]}`,
    });
  }

  function zoomBy(direction) {
    const place = ZOOMS.findIndex((one) => one >= zoom - 0.001);
    const next =
      ZOOMS[
        Math.max(0, Math.min(ZOOMS.length - 1, (place < 0 ? ZOOMS.length - 1 : place) + direction))
      ];
    const middle = (box.scrollLeft + box.clientWidth / 2) / zoom;
    zoom = next;
    scale();
    box.scrollLeft = middle * zoom - box.clientWidth / 2;
  }

  const fitting = () =>
    box.clientWidth ? Math.min((box.clientWidth - 4) / size[0], ui.large ? 1 : 1.15) : 1;
  function fit(least = ZOOMS[0]) {
    zoom = Math.max(least, fitting());
    scale();
  }

  const visible = (node) => node.depth <= ui.now + 1;
  /** @type {any} */
  let lately = null;
  /** @type {any} */
  let chosen = null;
  function update() {
    layers.forEach((pair, depth) =>
      pair.forEach((group) => {
        group.style.display = depth <= ui.now + 1 ? "" : "none";
      }),
    );
    const old = drawn.get(chosen);
    const group = drawn.get(ui.node);
    if (old && old !== group) {
      old.classList.remove("heed-selected");
      old.setAttribute("aria-selected", "false");
    }
    if (group) {
      group.classList.add("heed-selected");
      group.setAttribute("aria-selected", "true");
    }
    const anew = chosen !== ui.node;
    chosen = ui.node;
    if (!ui.walking && anew && drawn.has(ui.node)) {
      const there = drawn.get(focus);
      const moves = there && there === svg.getRootNode().activeElement && !visible(focus);
      hold(ui.node);
      if (moves) group.focus({ preventScroll: true }); // what had the focus is hidden now
    }
    if (lately !== ui.now) follow(columns[Math.min(ui.now + 1, columns.length - 1)]);
    lately = ui.now;
  }

  // Keeps a place of the drawing in view.
  function follow(x, y) {
    const left = x * zoom;
    const view = box.clientWidth;
    if (left < box.scrollLeft + 40 || left + 110 * zoom > box.scrollLeft + view)
      box.scrollLeft = Math.max(0, left - view * 0.6);
    if (
      y != null &&
      (y * zoom < box.scrollTop || (y + pitch) * zoom > box.scrollTop + box.clientHeight)
    )
      box.scrollTop = y * zoom - box.clientHeight / 2;
  }

  // The one node that the Tab key reaches.
  function hold(node) {
    if (drawn.has(focus)) drawn.get(focus).setAttribute("tabindex", "-1");
    focus = node;
    if (drawn.has(node)) drawn.get(node).setAttribute("tabindex", "0");
  }

  function walk(node) {
    if (!node || !drawn.has(node)) return;
    ui.walking = true;
    if (!visible(node)) ui.go(node.depth - 1, true);
    hold(node);
    drawn.get(node).focus({ preventScroll: true });
    follow(node.x, node.y);
    ui.walking = false;
  }

  // Arrows walk from node to node; + and − unfold and fold what was cut there.
  function key(name) {
    const here = focus;
    const beside = [...drawn.keys()]
      .filter((node) => node.depth === here.depth && visible(node))
      .sort((a, b) => a.lane - b.lane);
    const at = beside.indexOf(here);
    const kids = [...drawn.keys()]
      .filter((node) => node.parent === here)
      .sort((a, b) => a.lane - b.lane);
    const acts = {
      ArrowRight: () => walk(kids[0]),
      ArrowLeft: () => walk(here.parent),
      ArrowUp: () => walk(beside[at - 1]),
      ArrowDown: () => walk(beside[at + 1]),
      Enter: () => onSelect(here),
      "+": () => fold(here, true),
      "-": () => fold(here, false),
    };
    if (acts[name]) acts[name]();
    return name in acts;
  }

  function fold(node, open) {
    if (!node.cuts.length || unfolded.has(node.id) === open) return;
    if (open) unfolded.add(node.id);
    else unfolded.delete(node.id);
    const active = svg.contains(svg.getRootNode().activeElement);
    if (open && node.depth > ui.now) ui.go(node.depth, true);
    redraw();
    hold(node);
    if (active) drawn.get(node).focus({ preventScroll: true });
    onFold(node, open);
  }

  function foldAll(open) {
    unfolded.clear();
    if (open)
      tree.nodes.forEach((node) => {
        if (node.cuts.length) unfolded.add(node.id);
      });
    redraw();
  }

  const nodeAt = (event) => {
    const group = event.target.closest(".heed-node");
    return group && tree.nodes.get(group.getAttribute("data-id"));
  };
  let dragged = false;
  svg.addEventListener("click", (event) => {
    if (dragged) return;
    const chip = event.target.closest(".heed-chip");
    const node = nodeAt(event);
    if (chip) fold(node, !unfolded.has(node.id));
    else if (node) {
      onSelect(node);
      hold(node);
      drawn.get(node).focus({ preventScroll: true });
    }
  });
  svg.addEventListener("mousemove", (event) => {
    const node = nodeAt(event);
    ui.tip(node && event, node && told({ nameFor, words }, node));
  });
  svg.addEventListener("mouseleave", () => ui.tip(null));
  box.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1 : -1);
    },
    { passive: false },
  );
  box.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType !== "mouse" || event.button) return;
    const [x, y, left, top] = [event.clientX, event.clientY, box.scrollLeft, box.scrollTop];
    const move = (at) => {
      if (Math.hypot(at.clientX - x, at.clientY - y) > 4) dragged = true;
      if (!dragged) return;
      box.scrollLeft = left - at.clientX + x;
      box.scrollTop = top - at.clientY + y;
    };
    const done = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", done);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", done);
  });

  return {
    node: box,
    redraw,
    update,
    key,
    fold,
    foldAll,
    zoomBy,
    fit,
    picture: () => treePicture({ svg, tree, size, ui, words }),
    layout: () => {},
    reveal: (node) => {
      if (!node.kept) unfolded.add(node.parent.id);
    },
    folded: () => !unfolded.size,
    kept: () => ({ unfolded: [...unfolded], zoom }),
    restore: (kept) => {
      kept.unfolded.forEach((id) => {
        if (tree.nodes.has(id)) unfolded.add(id);
      });
      zoom = kept.zoom;
    },
  };
}
