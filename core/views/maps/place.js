// The cell of the step goes along with it, and none stays in a row that is not written yet; in a
// triangle the row may be shorter.
export function cellAt({ maps, ui }, now) {
  const block = maps.blockOf(ui.head);
  const wide = block.columns.length;
  if (!ui.cell || block.name === "encoder" || (ui.cell[0] !== ui.now && ui.cell[0] <= now))
    return {};
  const last = block.visible.subarray(now * wide, (now + 1) * wide).lastIndexOf(1);
  return { cell: [now, Math.min(ui.cell[1], last)] };
}
