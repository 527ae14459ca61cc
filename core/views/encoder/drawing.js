// Vectors as small strips: signed ones around zero, gates from shut to open.

import { paintSigned, weightColour } from "../../stage/colours.js";
import { fixed, h } from "../../stage/dom.js";

// A strip that may be empty; hovering tells what it is. `update(values or null, limit)` redraws.
export function small(ui, lines) {
  const canvas = h("canvas", { class: "heed-strip", "aria-hidden": "true" });
  canvas.addEventListener("mousemove", (event) => ui.tip(event, lines()));
  canvas.addEventListener("mouseleave", () => ui.tip(null));
  return Object.assign(canvas, {
    update: (values, limit) => {
      canvas.hidden = !values;
      if (values) paintSigned(canvas, values, limit, ui.theme());
    },
  });
}

// A gate: one mark a number of the state, the brighter the more open.
export function gateStrip(ui, name) {
  const canvas = h("canvas", { class: "heed-strip heed-gate", role: "img", "aria-label": name });
  let shown = [];
  canvas.addEventListener("mousemove", (event) => {
    const box = canvas.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * shown.length);
    const value = shown[Math.max(0, Math.min(shown.length - 1, at))];
    ui.tip(event, [name, `${fixed(100 * value, 1)}%`]);
  });
  canvas.addEventListener("mouseleave", () => ui.tip(null));
  return Object.assign(canvas, {
    update: (values) => {
      shown = values;
      canvas.width = values.length;
      canvas.height = 1;
      const paint = canvas.getContext("2d");
      values.forEach((value, i) => {
        paint.fillStyle = weightColour(value);
        paint.fillRect(i, 0, 1, 1);
      });
    },
  });
}
