// One attention map as a grid of cells on a canvas: rows by columns, a cursor, and blank where
// nothing is there to be seen.

import { signedColour, weightColour } from "./colours.js";
import { cut, fixed, h, label, nameOf, s, set, textWidth } from "./dom.js";

// `tell(row, column)` are more lines for the bubble and the voice, `onPoint(row, column)` hears what
// the mouse is over (null for nothing), `onCell(row, column, byKey)` a click or Enter. `axes` are
// what rows and columns are called, [of rows, of columns], to stand where they meet.
export function gridView(ui, options) {
  const {
    rows,
    columns,
    rowsAre,
    columnsAre,
    label: about,
    onCell,
    onPoint,
    tell,
    small,
    axes,
  } = options;
  const { words } = ui;
  const most = ui.large ? (small ? 15 : 18) : small ? 11 : 13;
  const least = ui.large ? 20 : small ? 9 : 15;
  const greatest = ui.large ? 54 : small ? 22 : 36;
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
  const columnTexts = columns.map(() => s("text", { class: `heed-${columnsAre} heed-head` }));
  const rowTexts = rows.map(() =>
    s("text", { class: `heed-${rowsAre} heed-head`, "text-anchor": "end" }),
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
  let at = [0, 0];
  let lit = [null, null];
  let drawn = "";
  const overhang = 34; // the last slanted heads lean out

  const there = (i, j) =>
    shown &&
    i <= (shown.upTo ?? rows.length - 1) &&
    (!shown.visible || shown.visible[i * columns.length + j]);
  const valueAt = (i, j) => shown.values[i * columns.length + j];
  const colourOf = (value) =>
    shown.kind === "weights" ? weightColour(value) : signedColour(value, shown.limit, ui.theme());
  const isLater = (i) => i > (shown.upTo ?? rows.length - 1);
  const kindName = () =>
    shown.kind === "weights"
      ? `${words.weight} `
      : shown.kind === "scores"
        ? `${words.score} `
        : "";

  function told(i, j) {
    const own = there(i, j)
      ? [`${kindName()}${fixed(valueAt(i, j), shown.kind === "weights" ? 5 : 4)}`]
      : isLater(i)
        ? []
        : [words.masked];
    return [`${nameOf(ui, rows[i])} ← ${nameOf(ui, columns[j])}`, ...(tell?.(i, j) || own)];
  }

  const point = (i, j) => {
    if (onPoint) onPoint(i, j);
    else light(i, j);
  };
  function cellAt(event) {
    const place = canvas.getBoundingClientRect();
    const i = Math.floor((event.clientY - place.top) / each);
    const j = Math.floor((event.clientX - place.left) / each);
    return i >= 0 && j >= 0 && i < rows.length && j < columns.length && shown && !isLater(i)
      ? [i, j]
      : [null, null];
  }
  body.addEventListener("mousemove", (event) => {
    const [i, j] = cellAt(event);
    point(i, j);
    ui.tip(i == null ? null : event, i == null ? null : told(i, j));
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
      ui.say(told(...at).join(", "));
    } else if (event.key === "Enter" && onCell) onCell(...at, true);
    else return;
    event.preventDefault();
  });

  function layout(width) {
    const free = width || node.clientWidth || 430;
    const widest = (names, room) =>
      Math.min(room, Math.max(24, ...names.map((name) => textWidth(name, most))));
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
      label(text, cut(columns[j], size, over / 0.72 - 8));
    });
    rowTexts.forEach((text, i) => {
      set(text, { x: left - 8, y: (i + 0.5) * each + size * 0.35 + 2, "font-size": size });
      label(text, cut(rows[i], size, left - 12));
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

  // Paints the rows `first` to `last`.
  function paint(first, last) {
    const scale = window.devicePixelRatio || 1;
    const wide = Math.round(each * columns.length * scale);
    const tall = Math.round(each * rows.length * scale);
    if (canvas.width !== wide || canvas.height !== tall)
      Object.assign(canvas, { width: wide, height: tall });
    const brush = canvas.getContext("2d");
    const gap = each > 10 ? 1 : each > 5 ? 0.5 : 0;
    const round = each > 14 ? 3 : 0;
    const edged = shown.kind !== "weights" && each > 5;
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    brush.clearRect(0, first * each, each * columns.length, (last - first + 1) * each);
    brush.strokeStyle = ui.blank();
    for (let i = first; i <= last; i += 1) {
      const later = isLater(i);
      brush.setLineDash(later && edged ? [2, 3] : []);
      for (let j = 0; j < columns.length; j += 1) {
        if (shown.visible && !shown.visible[i * columns.length + j]) continue; // not there: the paper shows
        const box = [j * each + gap, i * each + gap, each - 2 * gap, each - 2 * gap];
        brush.beginPath();
        brush.roundRect(
          ...(later || edged ? [box[0] + 0.5, box[1] + 0.5, box[2] - 1, box[3] - 1] : box),
          round,
        );
        if (later)
          brush.stroke(); // still to come
        else {
          brush.fillStyle = colourOf(valueAt(i, j));
          brush.fill();
          if (edged) brush.stroke(); // zero has the colour of the paper, but it is there
        }
      }
    }
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
        node.scrollTop = y - (room - over) / 2;
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
    if (!same) paint(0, last);
    else if (before !== after) paint(Math.min(before, after), Math.max(before, after)); // only what changed
    drawn = key;
    place();
    rowTexts.forEach((text, i) => text.classList.toggle("heed-later", isLater(i)));
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
      node.scrollLeft = x - across / 2;
    const y = at[0] * each;
    const down = node.clientHeight - over;
    if (
      node.scrollHeight > node.clientHeight &&
      (y < node.scrollTop || y + each > node.scrollTop + down)
    )
      node.scrollTop = y - down / 2;
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
  function drawing(write, block) {
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
      write(left + (j + 0.5) * each, over - 5, cut(name, size, over / 0.72 - 8), {
        colour: `--heed-${columnsAre}`,
        bold: true,
        size,
        transform: `rotate(-45 ${left + (j + 0.5) * each} ${over - 5})`,
      }),
    );
    rows.forEach((name, i) => {
      if (isLater(i)) return;
      write(left - 8, over + (i + 0.5) * each + size * 0.35, cut(name, size, left - 12), {
        colour: `--heed-${rowsAre}`,
        bold: true,
        size,
        anchor: "end",
      });
      columns.forEach((_, j) => {
        if (there(i, j))
          block({
            x: left + j * each + gap,
            y: over + i * each + gap,
            width: each - 2 * gap,
            height: each - 2 * gap,
            rx: each > 14 ? 3 : 0,
            fill: colourOf(valueAt(i, j)),
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

  // The same map as it stands, for a sheet that has its own colours and type.
  function again(light, wide = 520) {
    const own = gridView(light, options);
    own.layout(wide);
    own.update(shown);
    return own;
  }

  // How many columns and rows there are, and how many of them the frame has room for; as for the fade, half
  // of one is as good as all.
  const room = () => [
    [columns.length, Math.round((node.clientWidth - left) / each)],
    [rows.length, Math.round((node.clientHeight - over - 4) / each)],
  ];

  return {
    node,
    layout,
    update,
    select,
    light,
    drawing,
    again,
    room,
    cell: () => [...at],
    told,
    size: () => [left + each * columns.length + overhang, over + each * rows.length + 4],
  };
}
