// The plane of the workbench: vectors as arrows that a person moves by their tips.

import { fill, fixed, minus, s, set } from "../../stage/dom.js";

const HALVES = [3, 4, 5, 7, 10.4]; // units from the middle to the edge
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
export const keyName = (j) =>
  `h̄${Array.from(String(j + 1), (digit) => SUBSCRIPTS[digit]).join("")}`;

// A number or nothing; never a zero with a minus before it.
export const numberText = (value, digits) =>
  value == null ? "–" : fixed(Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value, digits);
export const pairOf = (vector, digits = 2) =>
  vector ? `(${numberText(vector[0], digits)}, ${numberText(vector[1], digits)})` : "–";
export const largestOf = (vectors) => Math.max(0, ...vectors.flat().map(Math.abs));

// `bench` holds what all views of the workbench share; see `workbench`.
export function planeView(bench) {
  const { ui, words } = bench;
  const large = ui.large;
  const parts = Object.fromEntries(
    ["grid", "bend", "keys", "probe", "others", "context", "query", "handles"].map((name) => [
      name,
      s("g", { class: `heed-plane-${name}` }),
    ]),
  );
  const node = s(
    "svg",
    { class: "heed-plane", role: "group", "aria-label": words.plane_label },
    Object.values(parts),
  );
  let size = 420;
  let half = 0;
  let unit = 1;
  /** @type {any} one a key, and those that have a name */
  let arrows = [];
  let handles = [];
  const x = (value) => size / 2 + value * unit;
  const y = (value) => size / 2 - value * unit;
  const font = large ? 20 : 16;

  // A line with a head and a name: at its tip, or `beside` it, left or right (-1 or 1).
  function arrow(className, name, beside = 0) {
    const line = s("line", {});
    const head = s("path", {});
    const text = s(
      "text",
      { class: "heed-plane-name", "font-size": font, "text-anchor": "middle" },
      name,
    );
    const group = s("g", { class: `heed-arrow ${className}` }, line, head, text);
    return {
      group,
      place([a, b], width) {
        const long = Math.hypot(a, b) * unit;
        const wing = 4 + 1.7 * width;
        const [dx, dy] = long > 1e-6 ? [(a * unit) / long, (-b * unit) / long] : [0, 0];
        const [tipX, tipY] = [x(a), y(b)];
        const back = Math.min(long, 1.9 * wing);
        const [midX, midY] = [tipX - dx * back, tipY - dy * back];
        set(line, {
          x1: x(0),
          y1: y(0),
          x2: tipX - dx * back * 0.8,
          y2: tipY - dy * back * 0.8,
          "stroke-width": width,
        });
        const left = `${midX - dy * wing} ${midY + dx * wing}`;
        const right = `${midX + dy * wing} ${midY - dx * wing}`;
        // A vector of zeros is a ring at the origin.
        set(head, {
          d:
            long > 1e-6
              ? `M${tipX} ${tipY}L${left}L${right}Z`
              : `M${tipX - 5} ${tipY}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z`,
        });
        const off = font * 0.95;
        const at =
          long < 1e-6
            ? [tipX + off, tipY - off]
            : beside
              ? [x(0.6 * a) - dy * off * beside * 1.1, y(0.6 * b) + dx * off * beside * 1.1]
              : [tipX + dx * off, tipY + dy * off];
        set(text, {
          x: Math.max(font, Math.min(size - font, at[0])),
          y: Math.max(font, Math.min(size - 6, at[1] + font * 0.35)),
        });
      },
    };
  }

  // What a person takes hold of; `index` is -1 for the query.
  function handle(index) {
    const name = index < 0 ? "h" : keyName(index);
    const circle = s("circle", {
      class: `heed-handle ${index < 0 ? "heed-of-query" : "heed-of-key"}`,
      r: large ? 20 : 16,
      tabindex: 0,
      role: "slider",
      "data-vector": index,
      "aria-label": index < 0 ? `${words.query} h` : `${words.key} ${index + 1}`,
      "aria-roledescription": words.movable,
      "aria-valuemin": -bench.limits.reach,
      "aria-valuemax": bench.limits.reach,
    });
    const from = (event) => {
      const box = node.getBoundingClientRect();
      const room = Math.min(half, bench.limits.reach);
      const put = (value) => Math.max(-room, Math.min(room, Math.round(value * 20) / 20)) + 0;
      return [
        put(((event.clientX - box.left) / box.width - 0.5) * 2 * half),
        put((0.5 - (event.clientY - box.top) / box.height) * 2 * half),
      ];
    };
    const tell = (event) => ui.tip(event, bench.tipOf(index));
    circle.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      circle.setPointerCapture(event.pointerId);
      circle.focus();
      bench.dragging = index;
      bench.pause();
      ui.tip(null);
      event.preventDefault();
    });
    circle.addEventListener("pointermove", (event) => {
      if (bench.dragging === index && circle.hasPointerCapture(event.pointerId))
        bench.move(index, from(event));
      else if (event.pointerType === "mouse") tell(event);
    });
    for (const kind of ["pointerup", "pointercancel"])
      circle.addEventListener(kind, () => {
        if (bench.dragging == null) return;
        bench.dragging = null;
        bench.pause();
        bench.update();
      });
    circle.addEventListener("pointerleave", () => ui.tip(null));
    circle.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 1 : 0.1;
      const by = {
        ArrowLeft: [-step, 0],
        ArrowRight: [step, 0],
        ArrowUp: [0, step],
        ArrowDown: [0, -step],
      }[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const reach = bench.limits.reach;
      const [a, b] = bench.vector(index);
      bench.move(
        index,
        [a + by[0], b + by[1]].map((value) =>
          Math.max(-reach, Math.min(reach, Math.round(value * 100) / 100)),
        ),
      );
    });
    return { name, circle };
  }

  // Makes arrows and handles anew, for another number of keys.
  function compose() {
    arrows = bench.setting.keys.map((_, j) => arrow("heed-arrow-key", keyName(j)));
    arrows.query = arrow("heed-arrow-query", "h");
    arrows.context = arrow("heed-arrow-context", "c", -1);
    arrows.probe = arrow("heed-arrow-probe", "Wₐᵀh", 1);
    handles = [...bench.setting.keys.map((_, j) => handle(j)), handle(-1)];
    parts.keys.replaceChildren(...arrows.map((one) => one.group));
    for (const name of ["query", "context", "probe"])
      parts[name].replaceChildren(arrows[name].group);
    parts.handles.replaceChildren(...handles.map((one) => one.circle));
  }

  function grid() {
    const every = half > 5 ? 2 : 1;
    const lines = [];
    const names = [];
    for (let v = -Math.floor(half / every) * every; v <= half; v += every) {
      lines.push(
        s("path", {
          class: v ? "heed-plane-line" : "heed-plane-axis",
          d: `M${x(v)} 0V${size}M0 ${y(v)}H${size}`,
        }),
      );
      if (v && Math.abs(v) < half)
        names.push(
          s(
            "text",
            { x: x(v), y: y(0) + font, "text-anchor": "middle", "font-size": font * 0.72 },
            minus(String(v)),
          ),
          s(
            "text",
            { x: x(0) - 5, y: y(v) + font * 0.25, "text-anchor": "end", "font-size": font * 0.72 },
            minus(String(v)),
          ),
        );
    }
    parts.grid.replaceChildren(
      ...lines.sort((a, b) => (a.getAttribute("class") > b.getAttribute("class") ? -1 : 1)),
      ...names,
    );
  }

  function layout() {
    size = Math.max(
      220,
      Math.min(large ? 620 : 470, node.parentElement ? node.parentElement.clientWidth || 420 : 420),
    );
    set(node, { width: size, height: size, viewBox: `0 0 ${size} ${size}` });
    half = 0;
  }

  const outline = (points) =>
    `M${points.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("L")}Z`;

  function update() {
    const { setting } = bench;
    const { query, keys } = setting;
    const chosen = bench.chosen();
    const bends = Boolean(chosen.circle.length);
    if (handles.length !== keys.length + 1) compose();
    if (bench.dragging == null || !half) {
      const far = largestOf([query, ...keys]) * 1.04;
      const bent = bends ? largestOf([chosen.probe, ...chosen.circle]) : 0;
      const wanted =
        HALVES.find((one) => one >= Math.max(far, Math.min(bent * 1.04, 7))) ||
        HALVES[HALVES.length - 1];
      if (wanted !== half) {
        half = wanted;
        unit = size / 2 / half;
        grid();
      }
    }
    const weights = bench.own(chosen.weights);
    arrows.forEach((one, j) => one.place(keys[j], 2 + 5 * (weights?.[j] || 0)));
    arrows.query.place(query, 3);
    arrows.context.group.style.display = chosen.context.includes(null) ? "none" : "";
    if (!chosen.context.includes(null)) arrows.context.place(chosen.context, 4);
    arrows.probe.group.style.display = bends ? "" : "none";
    if (bends) arrows.probe.place(chosen.probe, 1.6);
    parts.bend.replaceChildren(
      ...(bends
        ? [
            s("circle", { class: "heed-unit", cx: x(0), cy: y(0), r: unit }),
            s("path", { class: "heed-image", d: outline(chosen.circle) }),
          ]
        : []),
    );
    parts.others.replaceChildren(
      ...bench.answer.scored
        .filter((one) => one.name !== chosen.name && !one.context.includes(null))
        .map(({ name, context: [a, b] }) =>
          s("circle", { cx: x(a), cy: y(b), r: large ? 6 : 4.5 }, s("title", {}, `c · ${name}`)),
        ),
    );
    handles.forEach(({ circle }) => {
      const index = Number(circle.dataset.vector);
      const [a, b] = bench.vector(index);
      set(circle, {
        cx: x(a),
        cy: y(b),
        "aria-valuenow": a,
        "aria-valuetext": fill(words.place, { x: numberText(a, 2), y: numberText(b, 2) }),
      });
    });
  }

  return { node, layout, update, size: () => size };
}
