// One score taken apart: the query, the key, their lengths and directions, and the terms of the sum.

import { decodeArray } from "../../stage/codec.js";
import { reach } from "../../stage/colours.js";
import {
  cut,
  fill,
  fixed,
  h,
  help,
  label,
  math,
  nameOf,
  piece,
  s,
  set,
  strip,
  tableToggle,
  textWidth,
} from "../../stage/dom.js";
import { mi, mo, row, SCORE, scoreFormula, WEIGHT } from "../../stage/formulas.js";
import { stageFrame } from "../../stage/frame.js";
import { table } from "../../stage/table.js";
import { token } from "../../stage/trace.js";
import { apartHead, ofKey, sides, termName, termsView } from "./terms.js";

const inside = (formula) => formula.slice(1).filter((part) => Array.isArray(part));
const lengthOf = (formula) => row(mo("‖"), ...inside(formula), mo("‖"));
const rank = (values, j) => 1 + values.filter((value) => value > values[j]).length;
const highest = (values) => values.indexOf(Math.max(...values));

function readApart(data) {
  const read = (part) => part && { ...part, values: decodeArray(part.values) };
  const probe = read(data.probe);
  const cosines = decodeArray(data.cosines);
  return {
    ...data,
    probe,
    cosines,
    source: data.source.map(token),
    token: token(data.token),
    query: read(data.query),
    keys: read(data.keys),
    parts: data.parts.map(read),
    terms: read(data.terms),
    norms: { ...data.norms, keys: decodeArray(data.norms.keys) },
    met: probe ? decodeArray(data.probe_cosines) : cosines, // the cosines that count
    bent: Boolean(probe) && probe.name !== data.query.name, // something stands between query and keys
    scores: decodeArray(data.scores),
    weights: decodeArray(data.weights),
    divisor: data.divisors.reduce((product, [, value]) => product * value, 1),
  };
}

// The vectors that meet, and the equation that they make.
function cellView(ui, cell) {
  const { words } = ui;
  const limit = reach([cell.query.values, ...cell.keys.values]);
  const line = (part, label, about, className, most) => {
    const canvas = strip(ui, "heed-tall", label);
    const value = h("span", { class: "heed-value" });
    return {
      part,
      canvas,
      value,
      most,
      node: h(
        "div",
        { class: `heed-apart-vector ${className}` },
        h("span", {}, `${label} `, math(part.formula)),
        canvas,
        h("span", { class: "heed-apart-norm", title: about }, math(lengthOf(part.formula)), value),
      ),
    };
  };
  const turned =
    cell.bent &&
    line(cell.probe, words.turned, words.length_help, "heed-target", reach([cell.probe.values]));
  const lines = [
    line(cell.query, words.query, words.length_help, "heed-target", limit),
    ...(turned ? [turned] : []),
    line(cell.keys, words.key, words.length_help, "heed-source", limit),
  ];
  const equation = h("div", { class: "heed-apart-equation", role: "math" });
  const verdict = h("p", { class: "heed-apart-verdict" });
  const node = h(
    "div",
    { class: "heed-apart-cell" },
    apartHead(words.vectors, null, cell.head ? words.vectors_head_help : words.vectors_help),
    lines.map((one) => one.node),
    h(
      "p",
      { class: "heed-note" },
      fill(words.strip_scale, { limit: String(limit), size: cell.query.values.length }),
      cell.bent ? ` ${fill(words.turned_scale, { limit: String(turned.most) })}` : "",
    ),
    apartHead(
      words.equation,
      scoreFormula(cell.formula),
      cell.probe ? words.equation_help : words.equation_other_help,
    ),
    equation,
    verdict,
  );

  const number = (value, digits, symbol, label, className = "") =>
    h(
      "span",
      { class: `heed-apart-number ${className}` },
      h("b", {}, fixed(value, digits)),
      h("span", {}, symbol ? math(symbol) : null),
      h("small", {}, label),
    );
  // A sign stays with the number after it.
  const joined = (sign, one) =>
    h("span", { class: "heed-apart-joined" }, h("span", { class: "heed-apart-sign" }, sign), one);

  function factors(j) {
    const { norms } = cell;
    const key = norms.keys[j];
    if (cell.probe) {
      return [
        number(norms.query, 3, lengthOf(cell.query.formula), words.length_query, "heed-target"),
        ...(cell.bent
          ? [
              joined(
                "×",
                number(
                  norms.probe / norms.query,
                  4,
                  row(lengthOf(cell.probe.formula)[1], mo("/"), lengthOf(cell.query.formula)[1]),
                  words.gain,
                ),
              ),
            ]
          : []),
        joined("×", number(key, 3, lengthOf(cell.keys.formula), words.length_key, "heed-source")),
        joined("×", number(cell.met[j], 4, row(mi("cos")), words.cosine)),
      ];
    }
    if (!cell.terms)
      return cell.divisors.length
        ? [number(cell.scores[j] * cell.divisor, 3, null, words.undivided)]
        : [];
    const { above, below, ups, downs } = sides(ofKey(cell.terms, j));
    return [
      number(above, 3, row(mo("∑")), fill(words.above, { count: ups })),
      joined("−", number(-below, 3, row(mo("∑")), fill(words.below, { count: downs }))),
    ];
  }

  function judged(j) {
    const name = (i) => ui.called(i);
    const best = highest(cell.scores);
    const count = cell.source.length;
    const ranks = {
      source: name(j),
      winner: name(best),
      count,
      length: rank(cell.norms.keys, j),
      direction: rank(cell.met, j),
      score: rank(cell.scores, j),
    };
    if (!cell.probe) return fill(cell.terms ? words.verdict_terms : words.verdict_other, ranks);
    if (j !== best) {
      return fill(words.verdict_less, {
        ...ranks,
        ratio: fixed(cell.norms.keys[j] / cell.norms.keys[best], 2),
        less: fixed(cell.met[j], 3),
        more: fixed(cell.met[best], 3),
      });
    }
    if (cell.met[j] <= 0) return fill(words.verdict_away, ranks);
    const why =
      ranks.direction === 1
        ? ranks.length === 1
          ? "both"
          : "direction"
        : ranks.length === 1
          ? "length"
          : "neither";
    return fill(words[`verdict_${why}`], ranks);
  }

  function update() {
    const j = ui.column;
    for (const { part, canvas, value, most } of lines) {
      const values = ofKey(part, j);
      canvas.update(values, most);
      value.textContent = fixed(Math.hypot(...values), 3);
    }
    const made = factors(j);
    const score = number(cell.scores[j], 3, row(SCORE), words.score, "heed-apart-result");
    equation.replaceChildren(
      ...made,
      ...cell.divisors.map(([formula, value]) =>
        joined("÷", number(value, Number.isInteger(value) ? 0 : 3, formula, words.divisor)),
      ),
      made.length ? joined("=", score) : score,
    );
    verdict.textContent = judged(j);
  }
  return { node, update, layout() {}, light() {} };
}

// Every key by its direction and its length; on one curve lies one score.
function mapView(ui, cell) {
  const { words } = ui;
  const size = ui.large ? 16 : 12.5;
  const bottom = 46;
  const left = ui.large ? 58 : 46;
  const top = 30;
  const right = 16;
  const svg = s("svg", { class: "heed-apart-map", role: "img", "aria-label": words.map_label });
  const node = h("div", {}, svg);
  const norms = Array.from(cell.norms.keys);
  let dots = [];

  function span(values, least) {
    const low = Math.min(...values);
    const high = Math.max(...values);
    const pad = Math.max(0.12 * (high - low), least);
    return [low - pad, high + pad];
  }
  /** @param {number[]} range */
  const ticks = ([low, high], count) => {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5].find((one) => one * power >= rough) || 10);
    return Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, i) => [
      (Math.ceil(low / step) + i) * step,
      Math.max(0, -Math.floor(Math.log10(step))),
    ]);
  };

  function draw() {
    const width = Math.max(240, node.clientWidth || 430);
    const height = ui.large ? 430 : 352;
    const across = span(Array.from(cell.met), 0.02);
    const up = span(norms, 0.02 * Math.max(...norms));
    up[0] = Math.max(0, up[0]);
    const x = (v) => left + ((v - across[0]) / (across[1] - across[0])) * (width - left - right);
    const y = (v) => height - bottom - ((v - up[0]) / (up[1] - up[0])) * (height - bottom - top);
    set(svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    const line = (x1, y1, x2, y2, className) => s("line", { x1, y1, x2, y2, class: className });
    const text = (x0, y0, anchor, said, className = "heed-apart-tick") =>
      s("text", { x: x0, y: y0, "text-anchor": anchor, "font-size": size, class: className }, said);
    const grid = [
      ...ticks(across, width < 340 ? 4 : 6).flatMap(([v, digits]) => [
        line(x(v), top, x(v), height - bottom, v === 0 ? "heed-apart-zero" : "heed-apart-line"),
        text(x(v), height - bottom + size + 5, "middle", fixed(v, digits)),
      ]),
      ...ticks(up, 5).flatMap(([v, digits]) => [
        line(left, y(v), width - right, y(v), "heed-apart-line"),
        text(left - 7, y(v) + size * 0.35, "end", fixed(v, digits)),
      ]),
      text(width - right, height - 6, "end", `${words.cosine} →`, "heed-apart-axis"),
      text(4, size + 2, "start", `↑ ${words.length_key}`, "heed-apart-axis"),
    ];
    // score · divisor = ‖probe‖ · ‖key‖ · cos: one score is one curve.
    const curve = (score, className) => {
      const product = (score * cell.divisor) / cell.norms.probe;
      const points = [];
      for (let i = 0; i <= 160; i += 1) {
        const cosine = across[0] + ((across[1] - across[0]) * i) / 160;
        const length = product / cosine;
        if (Number.isFinite(length) && length >= up[0] && length <= up[1])
          points.push(`${x(cosine).toFixed(1)},${y(length).toFixed(1)}`);
      }
      return points.length > 1
        ? s("polyline", { points: points.join(" "), class: className })
        : null;
    };
    const best = highest(cell.scores);
    const curves = cell.probe
      ? [
          ...ticks([Math.min(...cell.scores), Math.max(...cell.scores)], 5).map(([score]) =>
            curve(score, "heed-apart-curve"),
          ),
          curve(cell.scores[ui.column], "heed-apart-curve heed-apart-own"),
        ].filter(Boolean)
      : [];
    const taken = norms.map((norm, j) => [
      x(cell.met[j]) - 4,
      y(norm) - 4,
      x(cell.met[j]) + 4,
      y(norm) + 4,
    ]);
    const order = norms
      .map((_, j) => j)
      .sort(
        (a, b) =>
          Number(b === ui.column) - Number(a === ui.column) ||
          Number(b === best) - Number(a === best) ||
          cell.weights[b] - cell.weights[a],
      );
    const labels = [];
    const radius = (j) => (ui.large ? 5 : 4) + 9 * Math.sqrt(cell.weights[j]);
    for (const j of order) {
      // a name where there is room for one
      const name = cut(cell.source[j].piece, size, 110);
      const wide = textWidth(name, size) + 4;
      const r = radius(j) + 4;
      /** @type {[number, number, string][]} */
      const places = [
        [r, 0, "start"],
        [-r, 0, "end"],
        [0, -r - 2, "middle"],
        [0, r + size, "middle"],
      ];
      const free = places
        .map(([dx, dy, anchor]) => {
          const px = x(cell.met[j]) + dx;
          const py = y(norms[j]) + dy;
          const from = anchor === "start" ? px : anchor === "end" ? px - wide : px - wide / 2;
          return {
            px,
            py: dy ? py - (dy > 0 ? 3 : 0) : py + size * 0.35,
            anchor,
            box: [from, py - size * 0.7, from + wide, py + size * 0.5],
          };
        })
        .find(
          ({ box }) =>
            box[0] > left &&
            box[2] < width &&
            box[1] > 0 &&
            taken.every(
              (one) => box[2] < one[0] || box[0] > one[2] || box[3] < one[1] || box[1] > one[3],
            ),
        );
      if (!free) continue;
      taken.push(free.box);
      const node = text(
        free.px,
        free.py,
        free.anchor,
        "",
        `heed-label heed-source${j === ui.column ? " heed-apart-chosen" : ""}`,
      );
      label(node, name);
      labels.push(node);
    }
    dots = norms.map((norm, j) =>
      s("circle", {
        cx: x(cell.met[j]),
        cy: y(norm),
        r: radius(j),
        class: `heed-apart-dot${j === ui.column ? " heed-apart-chosen" : ""}`,
        "data-source": j,
        onclick: () => ui.choose(j),
        onmouseleave: () => {
          ui.tip(null);
          ui.point(null);
        },
        onmousemove: (event) => {
          ui.point(j);
          ui.tip(event, ui.told(j));
        },
      }),
    );
    svg.replaceChildren(
      ...grid,
      ...curves,
      ...order
        .slice()
        .reverse()
        .map((j) => dots[j]),
      ...labels,
    );
  }
  return {
    node,
    update: draw,
    layout() {},
    light: (j) => dots.forEach((dot, i) => dot.classList.toggle("heed-lit", i === j)),
  };
}

// The whole row: what each key brings along.
function keysView(ui, cell) {
  const { words } = ui;
  const columns = [
    ["length_key", cell.norms.keys, 2, lengthOf(cell.keys.formula)],
    ["cosine", cell.met, 3, row(mi("cos"))],
    ["score", cell.scores, 2, row(SCORE)],
    ["weight", cell.weights, 3, row(WEIGHT)],
  ].map(([key, values, digits, formula]) => {
    const low = Math.min(0, ...values);
    const span = key === "weight" ? 1 : Math.max(0, ...values) - low || 1;
    return {
      key,
      values,
      digits: span < 1 ? 3 : digits,
      formula,
      low,
      span,
      zero: (-100 * low) / span,
      best: highest(values),
    };
  });
  const rows = cell.source.map((one, j) =>
    h(
      "div",
      {
        class: "heed-apart-row",
        role: "option",
        "data-source": j,
        onclick: () => ui.choose(j),
        onmouseenter: () => ui.point(j),
        onmouseleave: () => ui.point(null),
      },
      h(
        "span",
        { class: "heed-source heed-name", title: nameOf(ui, one.piece) },
        h("bdi", {}, piece(one.piece)),
      ),
      columns.map(({ key, values, digits, low, span, zero, best }) => {
        const value = values[j];
        const share = (100 * Math.abs(value)) / span;
        return h(
          "span",
          { class: `heed-cell-pair heed-apart-${key}` },
          h(
            "span",
            { class: `heed-value${best === j ? " heed-apart-best" : ""}` },
            fixed(value, digits),
          ),
          h(
            "span",
            { class: `heed-bar${low < 0 ? " heed-signed" : ""}`, style: `--zero:${zero}%` },
            h("i", {
              class: value < 0 ? "heed-below" : "",
              style: `left:${value < 0 ? zero - share : zero}%;width:${share}%`,
            }),
          ),
        );
      }),
    ),
  );
  const list = h(
    "div",
    {
      class: `heed-rows${rows.length > 24 ? " heed-dense" : ""}`,
      role: "listbox",
      tabindex: 0,
      "aria-label": words.row_label,
    },
    rows,
  );
  rows.forEach((one, j) => {
    one.id = `heed-apart-${ui.id}-${j}`;
  });
  const node = h(
    "section",
    {},
    apartHead(words.row, null, words.row_help),
    h(
      "div",
      { class: "heed-apart-row heed-apart-heads" },
      h("span"),
      columns.map(({ key, formula }) =>
        h("span", { class: `heed-apart-${key}` }, words[key], " ", math(formula)),
      ),
    ),
    list,
    h("p", { class: "heed-note" }, words.best_note),
  );

  function update() {
    rows.forEach((one, j) => {
      one.classList.toggle("heed-apart-chosen", j === ui.column);
      one.setAttribute("aria-selected", String(j === ui.column));
    });
    list.setAttribute("aria-activedescendant", rows[ui.column].id);
    const now = rows[ui.column];
    const over = now.offsetTop - list.offsetTop;
    if (over < list.scrollTop || over + now.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = over - list.clientHeight / 2;
  }
  return {
    node,
    update,
    layout() {},
    light: (j) => rows.forEach((one, i) => one.classList.toggle("heed-lit", i === j)),
  };
}

// What a matrix between query and keys changes: length and direction, before and after.
function betweenView(ui, cell) {
  const { words } = ui;
  const before = row(...inside(cell.query.formula));
  const after = row(...inside(cell.probe.formula));
  const body = h("tbody");
  const note = h("p", { class: "heed-note" });
  const node = h(
    "section",
    { class: "heed-apart-between" },
    apartHead(words.between, null, words.between_help),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          h("th", { scope: "col" }, words.before, " ", math(before)),
          h("th", { scope: "col" }, words.after, " ", math(after)),
        ),
      ),
      body,
    ),
    note,
  );
  const plain = cell.cosines.map((cosine, j) => cosine * cell.norms.query * cell.norms.keys[j]);

  function update() {
    const j = ui.column;
    const { norms } = cell;
    body.replaceChildren(
      ...[
        [words.length, norms.query, norms.probe],
        [words.cosine, cell.cosines[j], cell.met[j]],
        [words.product, plain[j], norms.probe * norms.keys[j] * cell.met[j]],
      ].map(([name, ...pair]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          pair.map((value) => h("td", {}, fixed(value, 3))),
        ),
      ),
    );
    note.textContent = fill(words.between_note, {
      before: ui.called(highest(plain)),
      after: ui.called(highest(cell.met.map((cosine, i) => cosine * cell.norms.keys[i]))),
    });
  }
  return { node, update, layout() {}, light() {} };
}

function apartTables(ui, cell) {
  const { words } = ui;
  const node = h("div", { class: "heed-tables" });
  const named = (part) => words[`part_${part.name}`] || part.name;
  const exactly = (value) => fixed(value, 5);

  function update() {
    if (!ui.table) {
      node.replaceChildren();
      return;
    }
    const j = ui.column;
    const shown = { source: ui.called(j) };
    const columns = (caption, head, parts) =>
      table(
        caption,
        [head, ...parts.map(named)],
        Array.from(ofKey(parts[0], j), (_, i) => [
          String(i + 1),
          ...parts.map((part) => exactly(ofKey(part, j)[i])),
        ]),
      );
    node.replaceChildren(
      table(
        words.row,
        [
          words.source,
          words.length_key,
          words.cosine_query,
          ...(cell.bent ? [words.cosine_turned] : []),
          words.score,
          words.weight,
        ],
        cell.source.map((one, i) => [
          one.piece,
          ...[
            cell.norms.keys[i],
            cell.cosines[i],
            ...(cell.bent ? [cell.met[i]] : []),
            cell.scores[i],
            cell.weights[i],
          ].map(exactly),
        ]),
      ),
      h(
        "div",
        { class: "heed-table-pair" },
        columns(fill(words.table_vectors, shown), words.dimension_head, [
          cell.query,
          cell.keys,
          ...(cell.bent ? [cell.probe] : []),
        ]),
        cell.terms
          ? columns(fill(words.table_terms, shown), termName(words, cell.terms), [
              ...cell.parts,
              cell.terms,
            ])
          : null,
      ),
    );
  }
  return { node, update, layout() {}, light() {} };
}

let aparts = 0;

export default function mountApart(root, data) {
  const cell = readApart(data);
  const last = cell.source.length - 1;
  const words = data.strings;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const here = (j) => Number.isInteger(j) && j >= 0 && j <= last;
  Object.assign(ui, {
    id: (aparts += 1),
    column: here(data.chosen) ? data.chosen : data.column,
    table: Boolean(data.table),
    order:
      data.order || (cell.terms && cell.terms.name === "stretched_products" ? "given" : "sorted"),
    called: (j) => `« ${cell.source[j].piece.replace("▁", "") || cell.source[j].piece} »`,
    told: (j) => [
      nameOf(ui, cell.source[j].piece),
      `${words.length_key} ${fixed(cell.norms.keys[j], 4)}`,
      `${words.cosine} ${fixed(cell.met[j], 4)}`,
      `${words.score} ${fixed(cell.scores[j], 4)}`,
      `${words.weight} ${fixed(cell.weights[j], 5)}`,
    ],
    point: (j) => views.forEach((view) => view.light(j)),
    choose: (j) => change({ column: Math.max(0, Math.min(last, j)) }),
    sort: (order) => change({ order }),
  });
  const change = (what) => {
    Object.assign(ui, what);
    update();
    if (data.onStep) data.onStep(self);
  };
  const parts = {
    vectors: cellView(ui, cell),
    map: mapView(ui, cell),
    keys: keysView(ui, cell),
    between: cell.bent ? betweenView(ui, cell) : null,
    terms: cell.terms ? termsView(ui, cell) : null,
    tables: apartTables(ui, cell),
  };
  const views = Object.values(parts).filter((view) => view != null);
  const node = (part) => (part ? part.node : null);
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const source = h("b", { class: "heed-source" });
  const written = h("b", { class: "heed-target" }, h("bdi", {}, piece(cell.token.piece)));
  const size = (shape) => (shape.length ? shape.join(" × ") : "1");
  const title = words.cell
    .split(/(\{\w+\})/)
    .map((part) => ({ "{source}": source, "{token}": written })[part] || part);
  const parameters = cell.parameters.map(([name, shape]) => `${name} ${size(shape)}`).join(", ");

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      asTable.node,
      help(cell.head ? words.about_head : words.about, words.title),
      h(
        "span",
        { class: "heed-info" },
        fill(words.made_by, { step: cell.step + 1, model: cell.model, score: cell.score }),
        cell.head ? ` · ${cell.head}` : null,
        " · ",
        parameters || words.no_parameters,
      ),
      data.whatif ? h("span", { class: "heed-apart-whatif" }, words.whatif) : null,
      waiting,
    ),
    h(
      "div",
      { class: "heed-top" },
      h(
        "section",
        { class: "heed-pane" },
        h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, title)),
        parts.vectors.node,
      ),
      h(
        "section",
        { class: "heed-pane" },
        h(
          "div",
          { class: "heed-pane-head" },
          h("h2", { class: "heed-tag" }, words.map),
          help(cell.probe ? words.map_help : words.map_other_help, words.map),
        ),
        parts.map.node,
      ),
    ),
    h(
      "div",
      { class: `heed-flow heed-apart-flow${parts.terms ? "" : " heed-apart-alone"}` },
      h("div", {}, parts.keys.node, last < 14 ? node(parts.between) : null),
      h("div", {}, node(parts.terms), last < 14 ? null : node(parts.between)),
    ),
    parts.tables.node,
  );

  function update() {
    source.replaceChildren(h("bdi", {}, piece(cell.source[ui.column].piece)));
    asTable.current(ui.table);
    views.forEach((view) => view.update());
    ui.say(ui.told(ui.column).join(", "));
  }

  const self = {
    paint,
    busy,
    destroy,
    address: () => ({}),
    // What stays when other data comes: the order and the table, and the key where it is the same cell.
    kept: (next) => ({
      order: ui.order,
      table: ui.table,
      ...(next.column === data.column && JSON.stringify(next.scores) === JSON.stringify(data.scores)
        ? { chosen: ui.column }
        : {}),
    }),
  };
  update();
  begin({
    key(event, within, origin) {
      if (!within) return false;
      const term = origin.closest("[role=slider]");
      if (term) return term.step(event.key);
      const place = { ArrowUp: ui.column - 1, ArrowDown: ui.column + 1, Home: 0, End: last }[
        event.key
      ];
      if (place == null || !origin.matches("[role=listbox]")) return event.key === "Escape";
      ui.choose(place);
      return true;
    },
    arrange: update,
    redraw: update,
  });
  return self;
}
