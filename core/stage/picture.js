// Take it home: the current picture as SVG and PNG, the trace as JSON, its attention as CSV.

const KEPT = ["fill", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "opacity", "font-size", "font-weight", "font-family"];

function save(name, type, content) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// A drawing with the page's style written into it, so that it looks the same anywhere.
function frozen(svg) {
  const copy = svg.cloneNode(true);
  const from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    if (style.display === "none") { to[i].setAttribute("display", "none"); return; }
    for (const key of KEPT) {
      const value = style.getPropertyValue(key);
      if (value) to[i].setAttribute(key, value);
    }
    to[i].removeAttribute("class");
  });
  return copy;
}

function drawing(ui, trace, root) {
  const style = getComputedStyle(root.querySelector(".heed-stage"));
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = style.fontFamily, step = trace.steps[ui.now];
  const pair = root.querySelector(".heed-pair"), heat = root.querySelector(".heed-heat");
  const pad = 28, pairWide = Number(pair.getAttribute("width")), pairTall = Number(pair.getAttribute("height"));
  const heatWide = heat ? Number(heat.getAttribute("width")) : 0, heatTall = heat ? Number(heat.getAttribute("height")) : 0;
  const width = Math.max(1100, pad * 3 + pairWide + heatWide);
  const top = 76, flowTop = top + Math.max(pairTall, heatTall) + 40;
  const out = s("svg", { xmlns: SVG });
  const place = (node, x, y) => { if (node) { const copy = frozen(node); copy.setAttribute("x", x); copy.setAttribute("y", y); out.append(copy); } };
  const write = (x, y, text, options = {}) => out.append(s("text", {
    x, y, "font-family": font, "font-size": options.size || 13, "font-weight": options.bold ? 600 : 400,
    fill: colour(options.colour || "--heed-ink"), "text-anchor": options.anchor || "start" }, text));
  const block = (x, y, w, fillColour, opacity = 1) => out.append(s("rect", { x, y, width: Math.max(0.5, w), height: 11, rx: 2, fill: colour(fillColour), opacity }));
  const picture = (canvas, x, y, w, tall) => out.append(s("image", { x, y, width: w, height: tall, preserveAspectRatio: "none", style: "image-rendering:pixelated", href: canvas.toDataURL() }));

  out.append(s("rect", { width: "100%", height: "100%", fill: colour("--heed-card") }));
  write(pad, 34, trace.typed, { size: 18, bold: true });
  write(pad, 56, `${trace.model.name}${trace.model.score ? ` · ${trace.model.score.name}` : ""} · ${ui.stepInfo()}`, { colour: "--heed-mute" });
  place(pair, pad, top);
  place(heat, width - pad - heatWide, top);

  let y = flowTop;
  if (trace.attends) {
    write(150, y, `1 ${ui.words.score_panel}`, { bold: true });
    write(340, y, `2 ${ui.words.softmax}`, { bold: true });
    write(520, y, `3 ${ui.words.context_panel}`, { bold: true });
    const seen = columns(step, ui.sources), scale = largest(seen.map((c) => c.score)) || 1;
    root.querySelectorAll(".heed-rows .heed-flow-row").forEach((line, j) => {
      y += 22;
      write(90, y + 10, ui.sources[j].label, { colour: "--heed-source", bold: true, anchor: "end" });
      write(145, y + 10, fixed(seen[j].score, 2), { colour: "--heed-mute", anchor: "end" });
      const share = (80 * Math.abs(seen[j].score)) / scale;
      block(seen[j].score < 0 ? 235 - share : 235, y, share, "--heed-source", seen[j].score < 0 ? 0.5 : 1);
      write(385, y + 10, fixed(seen[j].weight, 3), { colour: "--heed-mute", anchor: "end" });
      block(394, y, 110 * seen[j].weight, "--heed-source");
      picture(line.querySelector("canvas"), 520, y, 240, 11);
    });
  }
  let v = flowTop;
  write(790, v, `${trace.attends ? 4 : 1} ${ui.words.combine}`, { bold: true });
  root.querySelectorAll(".heed-vector").forEach((line) => {
    v += 26;
    write(790, v, line.querySelector("span").firstChild.textContent, { colour: "--heed-mute" });
    picture(line.querySelector("canvas"), 790, v + 6, 130, 14);
    v += 20;
  });
  let n = flowTop;
  write(940, n, `${trace.attends ? 5 : 2} ${ui.words.next}`, { bold: true });
  step.candidates.forEach((c) => {
    n += 22;
    const p = Math.exp(c.logProb), chosen = c.id === step.token.id;
    write(940, n + 10, c.piece, { bold: chosen });
    block(1000, n, 50 * p, "--heed-target", chosen ? 1 : 0.5);
    write(1090, n + 10, fixed(p, 3), { anchor: "end", colour: "--heed-mute" });
  });
  const height = Math.max(y, v, n) + 44;
  out.setAttribute("width", width);
  out.setAttribute("height", height);
  out.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return out;
}

const svgText = (svg) => new XMLSerializer().serializeToString(svg);

function savePng(svg, name) {
  const image = new Image();
  image.onload = () => {
    const canvas = h("canvas", { width: 2 * svg.getAttribute("width"), height: 2 * svg.getAttribute("height") });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name, "image/png", blob));
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
}

// One line a step and source piece; raw scores and weights as they stand in the trace.
function attentionCsv(trace) {
  const quote = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = [["step", "target", "source_index", "source", "score", "weight", "visible"]];
  trace.steps.forEach((step, t) => (step.weights || []).forEach((weight, i) => lines.push(
    [t, quote(step.token.piece), i, quote(trace.source[i].piece), step.scores[i], weight, step.visible[i]])));
  return lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
}

function downloads(ui, trace, json, root, name) {
  const { words } = ui;
  const item = (label, act) => h("button", { type: "button", class: "heed-item", onclick: () => { act(); node.open = false; } }, label);
  const node = h("details", { class: "heed-menu" }, h("summary", {}, words.download), h("div", { class: "heed-items" },
    item(words.as_svg, () => save(`${name}.svg`, "image/svg+xml", svgText(drawing(ui, trace, root)))),
    item(words.as_png, () => savePng(drawing(ui, trace, root), `${name}.png`)),
    item(words.as_json, () => save(`${name}.json`, "application/json", json)),
    trace.attends ? item(words.as_csv, () => save(`${name}.csv`, "text/csv;charset=utf-8", attentionCsv(trace))) : null));
  return node;
}
