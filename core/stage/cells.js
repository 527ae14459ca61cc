// The cells of a grid: what each shows and says, painted on a canvas or drawn as shapes.

import { signedColour, weightColour } from "./colours.js";
import { cut, fixed, nameOf } from "./dom.js";

// `shown` is what the grid's `update` was given last, or null.
/** @param {any} ui
 * @param {any} options
 * @param {any} shown */
export function cellsOf(ui, { rows, columns, tell, called }, shown) {
  const { words } = ui;
  const isLater = (i) => i > (shown.upTo ?? rows.length - 1);
  const there = (i, j) =>
    shown && !isLater(i) && (!shown.visible || shown.visible[i * columns.length + j]);
  const valueAt = (i, j) => shown.values[i * columns.length + j];
  const colourOf = (value) =>
    shown.kind === "weights" ? weightColour(value) : signedColour(value, shown.limit, ui.theme());
  const kinds = { weights: `${words.weight} `, scores: `${words.score} ` };

  function told(i, j) {
    const own = there(i, j)
      ? [`${kinds[shown.kind] || ""}${fixed(valueAt(i, j), shown.kind === "weights" ? 5 : 4)}`]
      : isLater(i)
        ? []
        : [words.masked];
    const name = called?.(i, j) ?? `${nameOf(ui, rows[i])} ← ${nameOf(ui, columns[j])}`;
    return [name, ...(tell?.(i, j) || own)];
  }

  return { isLater, there, valueAt, colourOf, told };
}

// Paints the rows `first` to `last`.
export function paintCells({ ui, options, cells, shown, canvas, each }, first, last) {
  const { rows, columns } = options;
  const scale = window.devicePixelRatio || 1;
  const wide = Math.round(each * columns.length * scale);
  const tall = Math.round(each * rows.length * scale);
  if (canvas.width !== wide || canvas.height !== tall)
    Object.assign(canvas, { width: wide, height: tall });
  const brush = canvas.getContext("2d");
  const gap = each > 10 ? 1 : each > 5 ? 0.5 : 0;
  const round = each > 14 ? 3 : 0;
  // Zero has the colour of the paper, or on dark paper nearly so, but it is there.
  const edge = shown.kind !== "weights" ? ui.blank() : ui.colour("--heed-edge");
  const edged = Boolean(edge) && each > 5;
  brush.setTransform(scale, 0, 0, scale, 0, 0);
  brush.clearRect(0, first * each, each * columns.length, (last - first + 1) * each);
  for (let i = first; i <= last; i += 1) {
    const later = cells.isLater(i);
    brush.setLineDash(later ? [3, 3] : []);
    brush.strokeStyle = later ? ui.blank() : edge;
    for (let j = 0; j < columns.length; j += 1) {
      if (shown.visible && !shown.visible[i * columns.length + j]) continue; // not there: the paper shows
      const box = [j * each + gap, i * each + gap, each - 2 * gap, each - 2 * gap];
      if (!later && !edged && !round) {
        brush.fillStyle = cells.colourOf(cells.valueAt(i, j));
        brush.fillRect(...box); // as below, many times as fast
        continue;
      }
      brush.beginPath();
      brush.roundRect(
        ...(later || edged ? [box[0] + 0.5, box[1] + 0.5, box[2] - 1, box[3] - 1] : box),
        round,
      );
      if (later)
        brush.stroke(); // still to come
      else {
        brush.fillStyle = cells.colourOf(cells.valueAt(i, j));
        brush.fill();
        if (edged) brush.stroke();
      }
    }
  }
}

// The same drawing as shapes, for a picture to take home.
export function drawCells(
  { ui, options, cells, shown, named, nth, tiny, each, left, over, size },
  write,
  block,
) {
  const { rows, columns, rowsAre, columnsAre } = options;
  const gap = each > 10 ? 1 : 0;
  const edge = shown.kind !== "weights" && each > 5 ? { stroke: ui.blank() } : {};
  named.forEach((text, k) =>
    write(left - 8, over - 6 - (named.length - 1 - k) * tiny * 1.4, text, {
      colour: "--heed-mute",
      size: tiny,
      anchor: "end",
    }),
  );
  columns.forEach((name, j) =>
    write(left + (j + 0.5) * each, over - 5, cut(name, size, over / 0.72 - 12) + nth[1][j], {
      colour: `--heed-${columnsAre}`,
      bold: true,
      size,
      transform: `rotate(-45 ${left + (j + 0.5) * each} ${over - 5})`,
    }),
  );
  rows.forEach((name, i) => {
    if (cells.isLater(i)) return;
    write(left - 8, over + (i + 0.5) * each + size * 0.35, cut(name, size, left - 16) + nth[0][i], {
      colour: `--heed-${rowsAre}`,
      bold: true,
      size,
      anchor: "end",
    });
    columns.forEach((_, j) => {
      if (cells.there(i, j))
        block({
          x: left + j * each + gap,
          y: over + i * each + gap,
          width: each - 2 * gap,
          height: each - 2 * gap,
          rx: each > 14 ? 3 : 0,
          fill: cells.colourOf(cells.valueAt(i, j)),
          ...edge,
        });
    });
  });
  if (shown.current != null)
    block({
      x: left - 1,
      y: over + shown.current * each - 1,
      width: each * columns.length + 2,
      height: each + 2,
      rx: 5,
      fill: "none",
      stroke: ui.colour("--heed-ring"),
      "stroke-width": 2,
    });
}
