// One attention map as a grid of cells on a canvas: rows by columns, a cursor, and blank where
// nothing is there to be seen.

import { cellsOf, drawCells, paintCells } from "./cells.js";
import { cut, h, label, s, set, textWidth, whole } from "./dom.js";
import { nths } from "./nth.js";

// `tell(row, column)` are more lines for the bubble and the voice, under what `called(row, column)`
// says instead of the two labels; `least` is how small a cell may be. `onPoint(row, column)` hears
// what the mouse is over (null for nothing), `onCell(row, column, byKey)` a click or Enter,
// `onMove(row, column)` where the arrow keys went. `axes` are what rows and columns are called,
// [of rows, of columns], to stand where they meet.
export function gridView(ui, options) {
  const {
    rows,
    columns,
    rowsAre,
    columnsAre,
    label: about,
    onCell,
    onMove,
    onPoint,
    small,
    axes,
  } = options;
  const most = ui.large ? (small ? 15 : 18) : small ? 11 : 13;
  const least = options.least ?? (ui.large ? 20 : small ? 9 : 15);
  const greatest = ui.large ? 54 : small ? 22 : 36;
  const nth = [rows, columns].map(nths);
  const heads = s("svg", { class: "heed-heads", "aria-hidden": "true" });
  const labels = s("svg", { class: "heed-labels", "aria-hidden": "true" });
  const canvas = h("canvas", { class: "heed-grid-cells", "aria-hidden": "true" });
  const ring = h("div", { class: "heed-ring", hidden: true });
  const cursor = h("div", { class: "heed-grid-cursor" });
  const bands = ["row", "column"].map((way) =>
    h("div", { class: `heed-grid-band heed-grid-${way}`, hidden: true }),
  );
  const body = h("div", { class: "heed-heat-body" }, canvas, bands, ring, cursor);
  const named = axes ? [`${axes[1]} →`, `${axes[0]} ↓`] : [];
  const tiny = ui.large ? 15 : 11.5;
  const corner = h(
    "div",
    { class: "heed-corner heed-grid-axes", "aria-hidden": "true", style: `font-size:${tiny}px` },
    named.map((text) => h("span", {}, text)),
  );
  const node = h(
    "div",
    {
      class: "heed-scroll heed-grid",
      tabindex: 0,
      role: "application",
      "aria-label": about,
      onscroll: () => cue(),
    },
    h("div", { class: "heed-heat-grid" }, corner, heads, labels, body),
  );
  const columnTexts = columns.map(() =>
    s("text", { class: `heed-${columnsAre} heed-head`, lang: ui.tongues?.[columnsAre] }),
  );
  const rowTexts = rows.map(() =>
    s("text", {
      class: `heed-${rowsAre} heed-head`,
      lang: ui.tongues?.[rowsAre],
      "text-anchor": "end",
    }),
  );
  columnTexts.forEach((text, j) => text.addEventListener("mouseenter", () => point(null, j)));
  rowTexts.forEach((text, i) => text.addEventListener("mouseenter", () => point(i, null)));
  for (const part of [heads, labels]) part.addEventListener("mouseleave", () => point(null, null));
  heads.append(...columnTexts);
  labels.append(...rowTexts);
  let each = 20;
  let left = 60;
  let over = 60;
  let size = most;
  /** @type {any} */
  let shown = null;
  let cells = cellsOf(ui, options, shown);
  let at = [0, 0];
  let lit = [null, null];
  let drawn = "";
  const overhang = 34; // the last slanted heads lean out

  const paint = (first, last) =>
    paintCells({ ui, options, cells, shown, canvas, each }, first, last);
  const point = (i, j) => {
    if (onPoint) onPoint(i, j);
    else light(i, j);
  };
  function cellAt(event) {
    const place = canvas.getBoundingClientRect();
    const i = Math.floor((event.clientY - place.top) / each);
    const j = Math.floor((event.clientX - place.left) / each);
    return i >= 0 && j >= 0 && i < rows.length && j < columns.length && shown && !cells.isLater(i)
      ? [i, j]
      : [null, null];
  }
  body.addEventListener("mousemove", (event) => {
    const [i, j] = cellAt(event);
    point(i, j);
    ui.tip(i == null ? null : event, i == null ? null : cells.told(i, j));
  });
  body.addEventListener("mouseleave", () => {
    point(null, null);
    ui.tip(null);
  });
  body.addEventListener("click", (event) => {
    const [i, j] = cellAt(event);
    if (i == null) return;
    select(i, j);
    if (onCell) onCell(i, j);
  });
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !shown) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[
      event.key
    ];
    if (step) {
      select(at[0] + step[0], at[1] + step[1]);
      ui.say(cells.told(...at).join(", "));
      onMove?.(...at);
    } else if (event.key === "Enter" && onCell) onCell(...at, true);
    else return;
    event.preventDefault();
  });

  function layout(width) {
    const free = width || node.clientWidth || 430;
    const widest = (names, room) =>
      Math.min(room, Math.max(24, ...names.map((name) => textWidth(`${name}₁`, most))));
    left =
      Math.max(
        widest(rows, ui.large ? 150 : small ? 80 : 110),
        ...named.map((text) => textWidth(text, tiny)),
      ) + 12;
    over = Math.max(
      widest(columns, ui.large ? 140 : small ? 80 : 104) * 0.72 + 16,
      named.length * tiny * 1.5 + 6,
    );
    each = Math.floor(
      Math.max(least, Math.min(greatest, (free - left - overhang) / columns.length)),
    );
    size = Math.min(most, Math.max(8, each - 1));
    set(heads, { width: each * columns.length + overhang, height: over });
    set(labels, { width: left, height: each * rows.length + 4 });
    columnTexts.forEach((text, j) => {
      const x = (j + 0.5) * each + 2;
      const y = over - 5;
      set(text, { x, y, "font-size": size, transform: `rotate(-45 ${x} ${y})` });
      label(text, cut(columns[j], size, over / 0.72 - 12) + nth[1][j]);
    });
    rowTexts.forEach((text, i) => {
      set(text, { x: left - 8, y: (i + 0.5) * each + size * 0.35 + 2, "font-size": size });
      label(text, cut(rows[i], size, left - 16) + nth[0][i]);
    });
    canvas.style.width = `${each * columns.length}px`;
    canvas.style.height = `${each * rows.length}px`;
    if (shown) paint(0, rows.length - 1);
    place();
    cue();
  }

  // Where there is more than fits, the map fades towards what is hidden.
  const beyond = () => [
    node.scrollWidth - overhang - node.clientWidth - node.scrollLeft > each / 2,
    node.scrollHeight - node.clientHeight - node.scrollTop > each / 2,
  ];
  function cue() {
    const [right, down] = node.isConnected ? beyond() : [];
    node.classList.toggle("heed-more-right", Boolean(right));
    node.classList.toggle("heed-more-down", Boolean(down));
  }

  // Ring, cursor and light stand on the canvas, so that moving them paints nothing again.
  function place() {
    const current = shown ? shown.current : null;
    ring.hidden = current == null;
    if (current != null) {
      Object.assign(ring.style, {
        width: `${each * columns.length + 4}px`,
        height: `${each + 4}px`,
        transform: `translate(-2px, ${current * each - 2}px)`,
      });
      const top = node.scrollTop;
      const y = current * each;
      const room = node.clientHeight;
      if (room && node.scrollHeight > room && (y < top || y + each + over > top + room))
        node.scrollTop = whole(y - (room - over) / 2, each);
    }
    Object.assign(cursor.style, {
      width: `${each}px`,
      height: `${each}px`,
      transform: `translate(${at[1] * each}px, ${at[0] * each}px)`,
    });
  }

  // `values` (rows × columns), `visible` (0 where there is nothing; null for everywhere), `kind`
  // "weights", "scores" or "signed" (both over -limit to limit), `current` the ringed row, `upTo`
  // the last row that is there already.
  function update(now) {
    const key = `${now.kind} ${now.limit} ${ui.theme()}`;
    const last = rows.length - 1;
    const same =
      shown && shown.values === now.values && shown.visible === now.visible && key === drawn;
    const [before, after] = [shown, now].map((one) => (one ? (one.upTo ?? last) : last));
    shown = now;
    cells = cellsOf(ui, options, shown);
    if (!same) paint(0, last);
    else if (before !== after) paint(Math.min(before, after), Math.max(before, after)); // only what changed
    drawn = key;
    place();
    rowTexts.forEach((text, i) => text.classList.toggle("heed-later", cells.isLater(i)));
  }

  // The cursor stays among the rows that are there already; `later` lets it go to any.
  function select(i, j, later) {
    at = [
      Math.max(0, Math.min(shown && !later ? (shown.upTo ?? rows.length - 1) : rows.length - 1, i)),
      Math.max(0, Math.min(columns.length - 1, j)),
    ];
    place();
    const x = at[1] * each;
    const across = node.clientWidth - left;
    if (x < node.scrollLeft || x + each > node.scrollLeft + across)
      node.scrollLeft = whole(x - across / 2, each);
    const y = at[0] * each;
    const down = node.clientHeight - over;
    if (
      node.scrollHeight > node.clientHeight &&
      (y < node.scrollTop || y + each > node.scrollTop + down)
    )
      node.scrollTop = whole(y - down / 2, each);
  }

  // Marks a row and a column; null for none.
  function light(i, j) {
    if (lit[0] === i && lit[1] === j) return;
    lit = [i, j];
    lit.forEach((at, way) => {
      bands[way].hidden = at == null;
    });
    if (i != null)
      Object.assign(bands[0].style, {
        width: `${each * columns.length}px`,
        height: `${each}px`,
        transform: `translateY(${i * each}px)`,
      });
    if (j != null)
      Object.assign(bands[1].style, {
        width: `${each}px`,
        height: `${each * rows.length}px`,
        transform: `translateX(${j * each}px)`,
      });
    rowTexts.forEach((text, k) => text.classList.toggle("heed-lit", k === i));
    columnTexts.forEach((text, k) => text.classList.toggle("heed-lit", k === j));
  }

  // The same drawing as shapes, for a picture to take home.
  const drawing = (write, block) =>
    drawCells(
      { ui, options, cells, shown, named, nth, tiny, each, left, over, size },
      write,
      block,
    );

  // The same map as it stands, for a sheet that has its own colours and type.
  function again(light, wide = 520) {
    const own = gridView(light, options);
    own.layout(wide);
    own.update(shown);
    return own;
  }

  // How many columns and rows there are, and how many of them the frame has room for; as for the
  // fade, half of one is as good as all.
  const room = () => [
    [columns.length, Math.round((node.clientWidth - left) / each)],
    [rows.length, Math.round((node.clientHeight - over - 4) / each)],
  ];

  return {
    node,
    ring, // the current row, over its cells
    cellAt,
    layout,
    update,
    select,
    light,
    drawing,
    again,
    room,
    cell: () => [...at],
    told: (i, j) => cells.told(i, j),
    size: () => [left + each * columns.length + overhang, over + each * rows.length + 4],
  };
}
