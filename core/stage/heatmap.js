// Target by source: a row appears with each step, brighter is more.

function heatmapView(ui, trace) {
  const { sources, targets, words } = ui;
  const size = ui.large ? 18 : 13;
  const left = Math.min(150, Math.max(...targets.map((g) => textWidth(g.label, size)), 30) + 12);
  const over = Math.min(130, Math.max(...sources.map((g) => textWidth(g.label, size)), 20) * 0.72 + 16);
  const svg = s("svg", { class: "heed-heat", role: "img", "aria-label": words.heat_label });
  const box = h("div", { class: "heed-scroll", tabindex: 0, role: "group", "aria-label": words.heat_label }, svg);
  const cut = (label, room) => {
    let text = label;
    while (text.length > 1 && textWidth(text, size) > room) text = `${text.slice(0, -2)}…`;
    return text;
  };
  const heads = sources.map((group, j) => s("text", { class: "heed-source heed-head", "data-source": j },
    cut(group.label, over / 0.72), s("title", {}, group.label)));
  const ring = s("rect", { class: "heed-ring", rx: 5, fill: "none" });
  const rows = targets.map((group, t) => {
    const label = s("text", { class: "heed-target heed-head", "text-anchor": "end", "data-target": t });
    const cells = sources.map((_, j) => {
      const cell = s("rect", { rx: 3, class: "heed-cell", "data-source": j, "data-target": t });
      cell.addEventListener("mouseenter", (event) => enter(event, t, j));
      cell.addEventListener("mousemove", (event) => ui.tip(event));
      cell.addEventListener("mouseleave", () => { ui.light(); ui.tip(null); });
      return cell;
    });
    const node = s("g", { class: "heed-row" }, label, cells);
    node.addEventListener("click", () => ui.go(targets[t].items[targets[t].items.length - 1]));
    return { node, label, cells, values: null, shown: null };
  });
  svg.append(...heads, ...rows.map((row) => row.node), ring);
  let wide, tall;

  function enter(event, t, j) {
    ui.light("source", j, "target", t);
    const value = rows[t].values && rows[t].values[j];
    if (!value) return;
    ui.tip(event, [`${ui.soFar(targets[t])} → ${sources[j].label}`,
      value.visible ? `${words.weight} ${fixed(value.weight, 5)}` : words.masked,
      value.visible ? `${words.score} ${fixed(value.score, 4)}` : ""]);
  }

  function layout() {
    const room = (box.clientWidth || 430) - left - 26;
    wide = Math.max(ui.large ? 20 : 15, Math.min(40, room / sources.length));
    tall = Math.max(15, Math.min(ui.large ? 34 : 27, 340 / targets.length));
    const width = left + wide * sources.length + 26, height = over + tall * targets.length + 6;
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    heads.forEach((head, j) => {
      const x = left + (j + 0.45) * wide, y = over - 7;
      head.setAttribute("x", x);
      head.setAttribute("y", y);
      head.setAttribute("transform", `rotate(-45 ${x} ${y})`);
    });
    rows.forEach((row, t) => {
      row.label.setAttribute("x", left - 8);
      row.label.setAttribute("y", over + t * tall + tall / 2 + size / 3);
      row.cells.forEach((cell, j) => {
        cell.setAttribute("x", left + j * wide + 1);
        cell.setAttribute("y", over + t * tall + 1);
        cell.setAttribute("width", wide - 2);
        cell.setAttribute("height", tall - 2);
      });
    });
    ring.setAttribute("x", left - 1);
    ring.setAttribute("width", wide * sources.length + 2);
    ring.setAttribute("height", tall + 2);
  }

  function update() {
    const { now, target, kind, limit } = ui;
    rows.forEach((row, t) => {
      const upTo = Math.min(now, targets[t].items[targets[t].items.length - 1]);
      const shown = t > target ? "" : `${upTo} ${kind} ${ui.theme()}`;
      if (row.shown === shown) return;
      row.shown = shown;
      row.values = shown && rowAt(trace, targets[t], sources, now);
      row.node.setAttribute("class", shown ? "heed-row" : "heed-row heed-later");
      row.label.textContent = shown ? cut(ui.soFar(targets[t]), left - 12) : "";
      row.cells.forEach((cell, j) => {
        const value = row.values && row.values[j];
        if (!value || !value.visible) cell.removeAttribute("fill");
        else cell.setAttribute("fill", kind === "weights" ? weightColour(value.weight) : signedColour(value.score, limit, ui.theme()));
        cell.classList.toggle("heed-blank", !value || !value.visible);
      });
    });
    const y = over + target * tall;
    ring.setAttribute("y", y - 1);
    if (y < box.scrollTop + over || y + tall > box.scrollTop + box.clientHeight) box.scrollTop = y - box.clientHeight / 2;
  }

  return { node: box, layout, update };
}

// What the colours mean: a bar with its numbers.
function legend(ui) {
  const bar = h("canvas", { class: "heed-legend-bar", width: 120, height: 1, "aria-hidden": "true" });
  const low = h("span"), high = h("span");
  const update = () => {
    const { kind, limit } = ui;
    const paint = bar.getContext("2d");
    for (let i = 0; i < 120; i += 1) {
      paint.fillStyle = kind === "weights" ? weightColour(i / 119) : signedColour((i / 119) * 2 * limit - limit, limit, ui.theme());
      paint.fillRect(i, 0, 1, 1);
    }
    low.textContent = kind === "weights" ? "0" : fixed(-limit, 1);
    high.textContent = kind === "weights" ? "1" : `+${fixed(limit, 1)}`;
  };
  return { node: h("div", { class: "heed-legend" }, low, bar, high), layout() {}, update };
}
