// Every head as a button in the line of its layer, coloured by a number of its own, and their
// means.

import { inkOn, weightColour } from "./colours.js";
import { fill, h } from "./dom.js";
import { percent } from "./powers.js";

// What a head or a mean is called in an address: "2.5", "2" for layer 2, "all".
export const headNames = ({ layers, heads }) => [
  "all",
  ...Array.from({ length: layers }, (_, l) => [
    `${l + 1}`,
    ...Array.from({ length: heads }, (_, i) => `${l + 1}.${i + 1}`),
  ]).flat(),
];
export const severalHeads = (name) => !name.includes(".");

// The part of a flat array (L × H × size) that belongs to a head, or the mean of several.
export function ofHead(flat, name, { layers, heads }, size) {
  const [layer, head] = name === "all" ? [] : name.split(".").map((part) => Number(part) - 1);
  if (head != null)
    return flat.subarray((layer * heads + head) * size, (layer * heads + head + 1) * size);
  const first = layer == null ? 0 : layer * heads;
  const count = layer == null ? layers * heads : heads;
  const mean = new Float32Array(size);
  for (let one = first; one < first + count; one += 1)
    for (let i = 0; i < size; i += 1) mean[i] += flat[one * size + i] / count;
  return mean;
}

export function calledHead(words, name) {
  const [layer, head] = name.split(".");
  return name === "all"
    ? words.mean_all
    : fill(head == null ? words.mean_layer : words.head_one, { layer, head });
}

// `value(name)` is the number, 0 to 1, that colours a button; `act(name)` hears a choice.
export function headPicker(ui, shape, { label: about, value, act }) {
  const { words } = ui;
  const names = headNames(shape);
  const { layers, heads } = shape;
  const buttons = new Map(
    names.map((name) => {
      const share = value(name);
      const colour = weightColour(share);
      return [
        name,
        h(
          "button",
          {
            type: "button",
            "data-act": `head-${name}`,
            "aria-label": `${calledHead(words, name)}: ${percent(share)}`,
            title: `${calledHead(words, name)}: ${percent(share)}`,
            style: `background:${colour};color:${inkOn(colour)}`,
            onclick: () => act(name),
          },
          String(Math.round(100 * share)),
        ),
      ];
    }),
  );
  const head = (text, extra) =>
    h("span", { class: "heed-picker-head", "aria-hidden": "true", ...extra }, text);
  const node = h(
    "div",
    { class: "heed-picker", role: "group", "aria-label": about, style: `--heed-heads: ${heads}` },
    head(""),
    head("∅", { title: words.mean }),
    ...Array.from({ length: heads }, (_, i) => head(String(i + 1))),
    ...Array.from({ length: layers }, (_, l) => [
      head(fill(words.layer_short, { layer: l + 1 })),
      buttons.get(`${l + 1}`),
      ...Array.from({ length: heads }, (_, i) => buttons.get(`${l + 1}.${i + 1}`)),
    ]).flat(),
    head(words.all_short),
    buttons.get("all"),
    head(words.picker_note, { class: "heed-picker-note" }),
  );
  let chosen = "all";

  // Arrows walk: a line is a layer, the means in front, the mean of all below.
  node.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[
      event.key
    ];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    const [layer, one] =
      chosen === "all"
        ? [layers, 0]
        : [Number(chosen.split(".")[0]) - 1, Number(chosen.split(".")[1] || 0)];
    const l = Math.max(0, Math.min(layers, layer + step[0]));
    const i = l === layers ? 0 : Math.max(0, Math.min(heads, one + step[1]));
    act(l === layers ? "all" : i ? `${l + 1}.${i}` : `${l + 1}`);
    buttons.get(chosen).focus();
  });

  function update(name) {
    chosen = name;
    for (const [one, button] of buttons) {
      button.setAttribute("aria-pressed", String(one === name));
      button.tabIndex = one === name ? 0 : -1;
    }
  }

  return { node, update };
}
