// Take it home: the picture as SVG and PNG, the trace as JSON, its attention as CSV.

function save(name, type, content) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = h("a", { href: url, download: name.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, "_") });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
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

// The fewest digits that still name this single-precision number.
function exact(value) {
  if (Number.isNaN(value)) return ""; // of a mean, which has none
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

const quote = (text) => `"${text.replaceAll('"', '""')}"`;

// One line a step and source piece, counted from 1: scores and weights as they stand in the trace.
function attentionCsv(trace) {
  const lines = ["step,target,source_index,source,score,weight,visible"];
  trace.steps.forEach((step, t) => step.weights.forEach((weight, i) => lines.push(
    [t + 1, quote(step.token.piece), i + 1, quote(trace.source[i].piece), exact(step.scores[i]), exact(weight), Boolean(step.visible[i])].join(","))));
  return `${lines.join("\r\n")}\r\n`;
}

// A menu of [label, act, why]; those without an act are left out. Where `why()` has a reason, it
// stands there, and nothing can be taken.
function menu(label, items) {
  const entries = items.filter(([, act]) => act).map(([text, act, why]) => {
    const note = h("small", { hidden: true }), take = () => { act(); node.open = false; node.firstChild.focus(); };
    return { why, note, button: h("button", { type: "button", class: "heed-item", onclick: take }, text, note) };
  });
  const ontoggle = () => entries.forEach(({ why, note, button }) => {
    const reason = why ? why() : null;
    button.disabled = note.textContent = reason || "";
    note.hidden = !reason;
  });
  const node = h("details", { class: "heed-menu", ontoggle }, h("summary", {}, label), h("div", { class: "heed-items" }, entries.map(({ button }) => button)));
  return node;
}

// `views()` are the views as they stand now.
function downloads(ui, trace, { json, name, views }) {
  const { words } = ui;
  return menu(words.download, [
    [words.as_svg, () => save(`${name}.svg`, "image/svg+xml", svgText(drawing(ui, trace, views())))],
    [words.as_png, () => savePng(drawing(ui, trace, views()), `${name}.png`)],
    [words.as_json, () => save(`${name}.json`, "application/json", json)],
    [words.as_csv, trace.attends && (() => save(`${name}.csv`, "text/csv;charset=utf-8", attentionCsv(trace)))],
  ]);
}
