// From a map to taking hold of it: of its head, its layer or all heads, on the page that decodes.

import { fill, h } from "../../stage/dom.js";

/** What can be taken hold of at a map, from the head to all: names of `Trace.attention`.
 * @param {string} head @returns {string[]} */
export function around(head) {
  const parts = head.split(".");
  return parts.map((_, i) => parts.slice(0, parts.length - i).join("."));
}

/** Links for the head that is shown; none on a page of its own, and of a block by which what is
 * written does not look. @param {any} ui @param {any} data @param {any} maps */
export function doorsView(ui, data, maps) {
  const { words } = ui;
  const node = h("p", { class: "heed-note heed-doors" });
  const named = (block) => {
    const [, layer, head] = block.split(".");
    return fill(words[head ? "hold_head" : layer ? "hold_layer" : "hold_all"], { layer, head });
  };
  const link = (block) => {
    const asked = {
      lang: ui.language,
      text: data.typed,
      model: data.model,
      head: block,
      step: String(ui.now + 1),
    };
    return h(
      "a",
      { href: `./decode?${new URLSearchParams(asked)}`, target: "_self" },
      named(block),
    );
  };

  function update() {
    const looks = maps.blocks.cross ? "cross" : "self";
    const [block] = ui.head.split(".");
    node.hidden = !(data.asks && maps.writes && block === looks);
    node.replaceChildren(
      ...(node.hidden
        ? []
        : [
            `${words.hold_of} `,
            ...around(ui.head)
              .flatMap((one) => [link(one), " · "])
              .slice(0, -1),
          ]),
    );
  }
  return { node, update };
}
