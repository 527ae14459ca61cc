// The attention of one sentence at one moment: target by source, a canvas with its labels.

import { ramp, SEQUENTIAL } from "../../stage/colours.js";
import { fill, fixed, h } from "../../stage/dom.js";

/** @param {any} ui @param {string} name of the model */
export function mapView(ui, name) {
  const { words } = ui;
  const canvas = h("canvas", { class: "heed-replay-cells", role: "img" });
  const top = h("div", { class: "heed-replay-top", "aria-hidden": "true" });
  const left = h("div", { class: "heed-replay-left", "aria-hidden": "true" });
  const map = h("div", { class: "heed-replay-map" }, h("i", {}), top, left, canvas);
  const none = h("p", { class: "heed-note" });
  const node = h("div", {}, map, none);
  let now = /** @type {any} */ (null);
  let tokens = /** @type {string[]} */ ([]);
  canvas.addEventListener("mousemove", (event) => {
    if (!now) return;
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * now.weights.length);
    const column = Math.floor(((event.clientX - box.left) / box.width) * tokens.length);
    const weight = now.weights[row]?.[column];
    if (weight === undefined) return;
    ui.tip(event, [
      `${now.tokens[row]} ← ${tokens[column]}`,
      `${words.weight} ${fixed(weight, 3)}`,
    ]);
  });
  canvas.addEventListener("mouseleave", () => ui.tip(null));

  function update(shown, source, wide, high) {
    const drawn = shown?.weights.length;
    now = drawn ? shown : null;
    tokens = source;
    map.hidden = !drawn;
    none.hidden = Boolean(drawn);
    none.textContent = shown ? words.no_attention : words.not_yet;
    if (!drawn) return;
    const [rows, columns] = [shown.weights.length, source.length];
    const named = wide / columns > 11;
    const each = Math.max(3, Math.min(24, (wide - (named ? 76 : 0)) / columns, high / rows));
    map.style.setProperty("--each", `${each}px`);
    map.classList.toggle("heed-bare", each < 11);
    top.replaceChildren(...source.map((token) => h("span", {}, token.replace("▁", ""))));
    left.replaceChildren(...shown.tokens.map((token) => h("span", {}, token.replace("▁", ""))));
    canvas.width = columns;
    canvas.height = rows;
    canvas.style.width = `${each * columns}px`;
    canvas.style.height = `${each * rows}px`;
    const paint = canvas.getContext("2d");
    const image = paint?.createImageData(columns, rows);
    if (!paint || !image) return;
    shown.weights.forEach((row, t) =>
      row.forEach((weight, i) => {
        const at = 4 * (t * columns + i);
        image.data.set([...ramp(SEQUENTIAL, weight ** 0.75), 255], at);
      }),
    );
    paint.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", fill(words.map_of, { name, text: shown.text }));
  }

  return { node, update };
}
