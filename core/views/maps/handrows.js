// The row of a step as bars that can be dragged, what each lets through, and their sum.

import { fill, fixed, groupName, h, math, piece, spoken, strip } from "../../stage/dom.js";
import { sum } from "../../stage/trace.js";

export function handRows(ui, block) {
  const { words } = ui;
  const side = block.columnsAre;
  const rows = ui.sources.map((group, j) => {
    const weight = h("i");
    const bar = h("span", { class: "heed-bar" }, weight);
    const handle = ui.hold.handle(j, bar);
    const value = h("span", { class: "heed-value" });
    const canvas = strip(ui, "", fill(words.taken, { token: groupName(ui, group) }));
    const node = h(
      "div",
      {
        class: "heed-hand-row",
        onmouseenter: () => ui.point({ source: [], target: [], [side]: [j] }),
        onmouseleave: () => ui.point({}),
      },
      h(
        "span",
        { class: `heed-name heed-${side}`, title: groupName(ui, group) },
        spoken(ui, side, piece(group.label)),
      ),
      h("span", { class: "heed-cell-pair heed-pinned-pair" }, value, bar, handle.pin),
      canvas,
    );
    return { node, weight, value, canvas, handle };
  });
  const total = h("span", { class: "heed-value" });
  const context = strip(ui, "heed-tall", words.context);
  const note = h("p", { class: "heed-note", role: "status" });
  const node = h(
    "div",
    {},
    h(
      "div",
      { class: "heed-rows heed-hand-rows" },
      rows.map((row) => row.node),
    ),
    h(
      "div",
      { class: "heed-hand-row heed-total" },
      h("span", { class: "heed-name heed-context" }, math(ui.formulas.head_context)),
      h(
        "span",
        { class: "heed-cell-pair" },
        total,
        h("span", { class: "heed-note" }, words.hold_sum),
      ),
      context,
    ),
    note,
  );

  /** @param {{ weight: number, visible: boolean }[]} seen
   * @param {{ limit: number, context: Float32Array,
   *   part: (j: number) => Float32Array } | null} sums */
  function update(seen, sums) {
    rows.forEach((row, j) => {
      const { weight, visible } = seen[j];
      row.node.hidden = !visible;
      row.value.textContent = fixed(weight, 3);
      row.weight.style.width = `${100 * weight}%`;
      row.handle.update(seen[j]);
      row.canvas.style.visibility = sums ? "" : "hidden";
      if (sums && visible) row.canvas.update(sums.part(j), sums.limit);
    });
    total.textContent = fixed(sum(seen.map((one) => one.weight)), 3);
    context.style.visibility = sums ? "" : "hidden";
    if (sums) context.update(sums.context, sums.limit);
    note.textContent = sums
      ? fill(words.strip_scale, { limit: String(sums.limit), size: sums.context.length })
      : ui.held
        ? words.hold_deeper
        : words.asking;
  }
  return { node, update };
}
