// The sentence pair: source above, target so far below, and where the decoder looks now.

const ROW = 34, AIR = 30, BETWEEN = 150;
let measuring;

function textWidth(text, size) {
  measuring ||= document.createElement("canvas").getContext("2d");
  measuring.font = `600 ${size}px Inter, "Noto Sans KR", system-ui, sans-serif`;
  return measuring.measureText(text).width;
}

// Boxes for labels, wrapped into rows that fit the width: [{x, row, width}], and how many rows.
function wrap(labels, width, size) {
  let x = 0, row = 0;
  const boxes = labels.map((label) => {
    const own = Math.min(width, Math.max(40, Math.ceil(textWidth(label, size)) + 22));
    if (x + own > width && x > 0) { x = 0; row += 1; }
    const box = { x, row, width: own };
    x += own + 8;
    return box;
  });
  // A single row takes the room that there is.
  const spare = row ? 0 : Math.min(34, (width - x + 8) / labels.length);
  boxes.forEach((box, i) => { box.x += i * spare; box.width += Math.min(spare, 30); });
  return { boxes, rows: row + 1 };
}

function pairView(ui, trace) {
  const { sources, targets, words } = ui;
  const svg = s("svg", { class: "heed-pair", role: "img" });
  const curves = s("g", { class: "heed-curves" }), above = s("g"), below = s("g");
  svg.append(curves, above, below);
  const box = (parent, side, group, index) => {
    const rect = s("rect", { rx: 9, height: ROW });
    const label = s("text", { "text-anchor": "middle", class: "heed-label" });
    const number = side === "source" && trace.attends ? s("text", { "text-anchor": "middle", class: "heed-number" }) : null;
    const hint = s("title");
    const node = s("g", { class: `heed-box heed-${side}`, [`data-${side}`]: index }, rect, label, number, hint);
    node.addEventListener("mouseenter", () => ui.light(side, index));
    node.addEventListener("mouseleave", () => ui.light());
    if (side === "target") node.addEventListener("click", () => ui.go(group.items[0]));
    parent.append(node);
    return { node, rect, label, number, hint };
  };
  const tops = sources.map((group, i) => box(above, "source", group, i));
  const bottoms = targets.map((group, i) => box(below, "target", group, i));
  const lines = trace.attends ? sources.map((_, i) => {
    const line = s("path", { fill: "none", "stroke-linecap": "round", "data-source": i });
    curves.append(line);
    return line;
  }) : [];
  let places = null;

  function layout() {
    const width = Math.max(200, svg.parentNode ? svg.parentNode.clientWidth : 700);
    const size = ui.large ? 21 : 15;
    const up = wrap(sources.map((g) => g.label), width, size);
    const down = wrap(targets.map((g) => g.label), width, size);
    const step = ROW + AIR;
    const floor = 22 + up.rows * step - AIR + BETWEEN;
    const at = (list, y0, gap) => list.boxes.map((b) => ({ x: b.x, y: y0 + b.row * (ROW + gap), w: b.width }));
    places = { up: at(up, 22, AIR), down: at(down, floor, 10) };
    const tall = floor + down.rows * (ROW + 10);
    svg.setAttribute("viewBox", `0 0 ${width} ${tall}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", tall);
    const put = (parts, place) => {
      parts.rect.setAttribute("x", place.x + 1);
      parts.rect.setAttribute("y", place.y);
      parts.rect.setAttribute("width", place.w - 2);
      parts.label.setAttribute("x", place.x + place.w / 2);
      parts.label.setAttribute("y", place.y + ROW / 2 + size / 3);
      if (parts.number) {
        parts.number.setAttribute("x", place.x + place.w / 2);
        parts.number.setAttribute("y", place.y - 7);
      }
    };
    tops.forEach((parts, i) => put(parts, places.up[i]));
    bottoms.forEach((parts, i) => put(parts, places.down[i]));
  }

  function update() {
    const { now, target } = ui;
    const seen = trace.attends ? columns(trace.steps[now], sources) : null;
    const to = places.down[target];
    sources.forEach((group, i) => {
      tops[i].label.textContent = group.label;
      if (!seen) return;
      const { weight, score, visible } = seen[i], from = places.up[i];
      const a = visible ? weight : 0;
      tops[i].rect.setAttribute("stroke-width", 1 + 2 * a);
      tops[i].rect.setAttribute("stroke-opacity", 0.4 + 0.6 * a);
      tops[i].number.textContent = visible ? fixed(weight, 2) : "";
      tops[i].number.setAttribute("class", `heed-number${a >= 0.1 ? " heed-strong" : ""}`);
      tops[i].hint.textContent = `${group.label}\n${words.weight} ${fixed(weight, 5)}\n${words.score} ${fixed(score, 4)}`;
      const x = from.x + from.w / 2, y = from.y + ROW, X = to.x + to.w / 2, Y = to.y;
      lines[i].setAttribute("d", `M${x} ${y}C${x} ${y + (Y - y) * 0.55} ${X} ${y + (Y - y) * 0.45} ${X} ${Y}`);
      lines[i].setAttribute("stroke-width", 1 + 12 * a);
      lines[i].setAttribute("stroke-opacity", visible ? 0.1 + 0.75 * a : 0);
    });
    targets.forEach((group, i) => {
      const here = group.items[0] <= now;
      const soFar = here ? ui.soFar(group) : "";
      bottoms[i].node.setAttribute("class", `heed-box heed-target${i === target ? " heed-now" : ""}${here ? "" : " heed-later"}`
        + (group.items.some((t) => trace.steps[t].forced) ? " heed-forced" : ""));
      bottoms[i].label.textContent = soFar;
      bottoms[i].hint.textContent = !here ? "" : group.items.some((t) => trace.steps[t].forced) ? `${soFar}\n${words.forced}` : soFar;
    });
    svg.setAttribute("aria-label", ui.summary());
  }

  return { node: svg, layout, update };
}
