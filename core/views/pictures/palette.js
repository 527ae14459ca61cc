// All drawings, to be placed by a click or Enter, or by dragging one onto the board.

import { fill, h } from "../../stage/dom.js";

const FAR = 5; // px that a pointer moves before it drags

// `place(thing, at)` places a drawing with its middle at a point of the board, both shares of its
// side, or where there is room if there is none; `share` says where on the board a pointer is.
export function paletteView(ui, data, { place, share, follow }) {
  const { words } = ui;
  const { cell, across } = data.sheet;
  const down = Math.ceil(data.things.length / across);
  const scale = 36 / cell;
  const list = h("div", { class: "heed-palette-list", role: "group", "aria-label": words.palette });
  list.style.setProperty("--sheet", `url("${data.sheet.url}")`);
  list.style.setProperty("--sheet-size", `${across * cell * scale}px ${down * cell * scale}px`);
  const items = data.things.map(({ name, label }, i) => {
    /** @type {number[] | null} */
    let from = null;
    let drags = false;
    const picture = h("span", { class: "heed-palette-drawing", "aria-hidden": "true" });
    const [x, y] = [i % across, Math.floor(i / across)].map((n) => -n * cell * scale);
    picture.style.backgroundPosition = `${x}px ${y}px`;
    const stop = (event, drop) => {
      if (drags && drop) place(name, share(event));
      if (drags && !drop) follow(null);
      from = null;
    };
    const node = h(
      "button",
      {
        type: "button",
        class: "heed-palette-item",
        "data-id": `thing-${name}`,
        "aria-label": fill(words.place, { thing: label }),
        title: label,
        onpointerdown: (event) => {
          if (event.button || event.pointerType === "touch") return; // a finger scrolls the list
          from = [event.clientX, event.clientY];
          drags = false;
          node.setPointerCapture(event.pointerId);
        },
        onpointermove: (event) => {
          if (!from) return;
          drags ||= Math.hypot(event.clientX - from[0], event.clientY - from[1]) > FAR;
          if (drags) follow(name, share(event));
        },
        onpointerup: (event) => stop(event, true),
        onpointercancel: (event) => stop(event, false),
        onclick: () => {
          if (!drags) place(name, null);
          drags = false;
        },
      },
      picture,
    );
    return { node, found: `${label} ${name}`.toLowerCase() };
  });
  const none = h("p", { class: "heed-note", hidden: true }, words.none_found);
  const find = h("input", {
    type: "search",
    class: "heed-palette-find",
    placeholder: words.find,
    "aria-label": words.find,
    oninput: () => {
      const asked = find.value.trim().toLowerCase();
      let count = 0;
      for (const { node, found } of items) {
        node.hidden = !found.includes(asked);
        count += Number(!node.hidden);
      }
      none.hidden = count > 0;
    },
  });
  list.append(...items.map(({ node }) => node), none);
  return { node: h("div", { class: "heed-palette" }, find, list), find };
}
