// Take it home: files of pictures, numbers and tables, and the menu that offers them.

import { h } from "./dom.js";

export function save(name, type, content) {
  const url = URL.createObjectURL(
    content instanceof Blob ? content : new Blob([content], { type }),
  );
  const link = h("a", { href: url, download: name.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, "_") });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// A table: its mark at the beginning tells spreadsheets that it is in UTF-8.
export const saveCsv = (name, text) =>
  save(`${name}.csv`, "text/csv;charset=utf-8", `\ufeff${text}`);

const LONGEST = 40; // characters of a sentence in a file's name

// A sentence as a part of a file's name: its letters and digits.
const nameable = (text) =>
  Array.from(text.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-"))
    .slice(0, LONGEST)
    .join("")
    .replace(/^-|-$/g, "");

/** What files about a stage's data are called, without their endings: what they are of, the
 * sentence, and the step from 1 where they are of one.
 * @param {{ exports?: { name: string }, typed?: string | string[] }} data
 * @param {string} usual @returns {(now?: number) => string} */
export function filesOf({ exports, typed = "" }, usual) {
  const parts = [exports?.name || usual, nameable([typed].flat().join(" "))];
  return (now) => [...parts, now == null ? "" : `step-${now + 1}`].filter((part) => part).join("-");
}

export const svgText = (svg) => new XMLSerializer().serializeToString(svg);

export function savePng(svg, name) {
  const image = new Image();
  image.onload = () => {
    const canvas = h("canvas", {
      width: 2 * svg.getAttribute("width"),
      height: 2 * svg.getAttribute("height"),
    });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name, "image/png", blob));
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
}

// The fewest digits that still name this single-precision number.
export function exact(value) {
  if (Number.isNaN(value)) return ""; // of a mean, which has none
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

export const quote = (text) => `"${text.replaceAll('"', '""')}"`;

// The lines of a step in a CSV, one a source piece, counted from 1, each after what `head` says.
export const csvOfStep = (head, { weights, scores, visible }, source) =>
  Array.from(weights, (weight, i) => {
    const score = exact(scores ? scores[i] : NaN);
    const cells = [...head, i + 1, quote(source[i].piece), score, exact(weight)];
    return [...cells, Boolean(visible[i])].join(",");
  });

// A menu of [label, act, why]; those without an act are left out. Where `why()` has a reason, it
// stands there, and nothing can be taken.
export function menu(label, items) {
  const entries = items
    .filter(([, act]) => act)
    .map(([text, act, why]) => {
      const note = h("small", { hidden: true });
      const take = () => {
        act();
        node.open = false;
        node.firstChild.focus();
      };
      return {
        why,
        note,
        button: h("button", { type: "button", class: "heed-item", onclick: take }, text, note),
      };
    });
  const ontoggle = () =>
    entries.forEach(({ why, note, button }) => {
      const reason = why ? why() : null;
      button.disabled = note.textContent = reason || "";
      note.hidden = !reason;
    });
  const node = h(
    "details",
    { class: "heed-menu", ontoggle },
    h("summary", {}, label),
    h(
      "div",
      { class: "heed-items" },
      entries.map(({ button }) => button),
    ),
  );
  return node;
}
