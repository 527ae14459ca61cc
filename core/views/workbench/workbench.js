// The stage of the workbench: a setting that a person changes, and the server's answer to it. Arrows
// and fields follow at once; every score, weight and context is worked out by the server.

import { fill, h, help } from "../../stage/dom.js";
import { menu, save, savePng, svgText } from "../../stage/download.js";
import { stageFrame } from "../../stage/frame.js";
import { boardView, numberField, parametersView } from "./board.js";
import { keyName, numberText, pairOf, planeView } from "./plane.js";
import { benchCsv, benchPicture, benchTables } from "./take.js";
import { vectorsView } from "./vectors.js";

const ONE_GO = 800; // ms within which changes to one thing are one change to undo
const LATE = 250; // ms without an answer before the stage says that it is at work
const LOST = 5000; // ms without an answer before the question is asked again
const NEW_KEYS = [
  [1.5, -1],
  [-1, -1.5],
  [-1.5, 1],
  [1, 1.5],
  [2, 0.5],
  [0, -2],
];

function workbench(root, data) {
  const words = data.strings;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const past = data.past || [];
  const future = data.future || [];
  let last = { what: "", time: 0 };
  let serial = data.asked;
  /** @type {any} */
  let asked = null;
  let again = false;
  let timers = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let speaking;

  const bench = {
    ui,
    words,
    limits: data.limits,
    formulas: data.formulas,
    answer: data.answer,
    setting: data.changed || data.answer.setting,
    score: data.score,
    situation: data.situation,
    table: Boolean(data.table),
    dragging: null,
    chosen: () =>
      bench.answer.scored.find((one) => one.name === bench.score) || bench.answer.scored[0],
    vector: (index) => (index < 0 ? bench.setting.query : bench.setting.keys[index]),
    // A list of the answer, one item a key; nothing while the answer is still to other keys.
    own: (list) => (bench.answer.setting.keys.length === bench.setting.keys.length ? list : null),
    tipOf(index) {
      const { answer } = bench;
      const own = bench.own(answer.key_lengths);
      const name = index < 0 ? `${words.query} h` : `${words.key} ${keyName(index)}`;
      const lines = [name, pairOf(bench.vector(index))];
      if (!own) return lines;
      lines.push(`${words.length} ${numberText(index < 0 ? answer.query_length : own[index], 3)}`);
      if (index >= 0)
        lines.push(
          `${words.cosine} ${numberText(answer.cosines[index], 3)}`,
          `${words.weight} (${bench.chosen().name}) ${numberText(bench.chosen().weights[index], 4)}`,
        );
      return lines;
    },
    complain: (text) => {
      complaint.textContent = text;
    },
    pause: () => {
      last = { what: "", time: 0 };
    },
    move: (index, vector) =>
      put(
        index < 0
          ? { query: vector }
          : { keys: bench.setting.keys.map((key, j) => (j === index ? vector : key)) },
        `vector ${index}`,
      ),
    coordinate: (index, axis, value) =>
      bench.move(
        index,
        bench.vector(index).map((old, i) => (i === axis ? value : old)),
      ),
    temperature: (value) => put({ temperature: value }, "temperature"),
    parameter: (score, name, r, c, value) =>
      put(
        {
          parameters: bench.setting.parameters.map((one) =>
            one.score !== score || one.name !== name
              ? one
              : {
                  ...one,
                  rows: one.rows.map((line, i) =>
                    i === r ? line.map((old, k) => (k === c ? value : old)) : line,
                  ),
                },
          ),
        },
        `${score} ${name} ${r} ${c}`,
      ),
    add() {
      const { keys } = bench.setting;
      const fresh =
        NEW_KEYS.find((one) => !keys.some((key) => String(key) === String(one))) || NEW_KEYS[0];
      put({ keys: [...keys, fresh] });
      views.vectors.focus(keys.length);
    },
    remove(index) {
      put({ keys: bench.setting.keys.filter((_, j) => j !== index) });
      views.vectors.focus(Math.min(index, bench.setting.keys.length - 1));
    },
    choose(name) {
      change({ score: name }, "score");
    },
    update,
  };

  const button = (name, act) =>
    h("button", { type: "button", class: "heed-toggle", onclick: act }, words[name]);
  const undo = button("undo", () => back(past, future));
  const redo = button("redo", () => back(future, past));
  const reset = button("reset", () => enter(bench.situation));
  const tableToggle = button("as_table", () => {
    bench.table = !bench.table;
    update();
    moved();
  });
  const chips = data.situations.map(({ name }) => [
    name,
    h("button", { type: "button", onclick: () => enter(name) }, words[`situation_${name}`]),
  ]);
  const chipRow = h(
    "div",
    { class: "heed-chips", role: "group", "aria-label": words.situations },
    chips.map(([, chip]) => chip),
  );
  const lesson = h("p", { class: "heed-lesson" });
  const complaint = h("p", { class: "heed-complaint", role: "alert" });
  const limits = bench.limits;
  const ratio = limits.hottest / limits.coldest;
  const degrees = numberField(bench, {
    label: words.temperature,
    least: limits.coldest,
    most: limits.hottest,
    put: bench.temperature,
  });
  const slider = h("input", {
    type: "range",
    class: "heed-scrub",
    min: 0,
    max: 100,
    step: 1,
    "aria-label": words.temperature,
    oninput: () =>
      bench.temperature(Number((limits.coldest * ratio ** (slider.value / 100)).toPrecision(2))),
  });
  const views = {
    plane: planeView(bench),
    board: boardView(bench),
    parameters: parametersView(bench),
    vectors: vectorsView(bench),
  };
  const thickness = h("p", { class: "heed-note" });
  const tables = h("div", { class: "heed-tables" });

  stage.append(
    h(
      "div",
      { class: "heed-bar-top" },
      undo,
      redo,
      reset,
      tableToggle,
      menu(words.download, [
        [
          words.as_svg,
          () =>
            save("heed-workbench.svg", "image/svg+xml", svgText(benchPicture(bench, views.plane))),
        ],
        [words.as_png, () => savePng(benchPicture(bench, views.plane), "heed-workbench.png")],
        [
          words.as_json,
          () =>
            save("heed-workbench.json", "application/json", JSON.stringify(bench.answer, null, 1)),
        ],
        [
          words.as_csv,
          () => save("heed-workbench.csv", "text/csv;charset=utf-8", benchCsv(bench.answer)),
        ],
      ]),
      waiting,
    ),
    h("div", { class: "heed-situations" }, chipRow, lesson, complaint),
    h(
      "div",
      { class: "heed-top heed-bench-top" },
      h(
        "section",
        { class: "heed-pane heed-plane-pane" },
        h(
          "div",
          { class: "heed-pane-head" },
          h("h2", { class: "heed-tag" }, words.plane),
          h("span", { class: "heed-info" }, words.plane_info),
        ),
        h("div", { class: "heed-plane-box" }, views.plane.node),
        thickness,
      ),
      h(
        "section",
        { class: "heed-pane" },
        h(
          "div",
          { class: "heed-pane-head" },
          h(
            "div",
            { class: "heed-tag-help" },
            h("h2", { class: "heed-tag" }, words.all_scores),
            help(words.all_help, words.all_scores),
          ),
          h(
            "div",
            { class: "heed-temperature" },
            h("span", { class: "heed-info", "aria-hidden": "true" }, words.temperature),
            slider,
            degrees,
          ),
        ),
        views.board.node,
        h(
          "div",
          { class: "heed-pane-head heed-parameters-head" },
          h("h2", { class: "heed-tag" }, words.parameters),
        ),
        views.parameters.node,
      ),
    ),
    views.vectors.node,
    tables,
  );

  const moved = () => {
    if (data.onStep) data.onStep(self);
  };
  const now = () => ({ setting: bench.setting, situation: bench.situation, score: bench.score });
  const put = (what, name) => change({ setting: { ...bench.setting, ...what } }, name);

  // Every change goes through here: it can be undone, is drawn, asked about and put in the address.
  function change(what, name = "") {
    if (!name || name !== last.what || Date.now() - last.time > ONE_GO) {
      past.push(now());
      future.length = 0;
    }
    last = { what: name, time: Date.now() };
    Object.assign(bench, what);
    bench.complain("");
    settle();
  }

  function settle() {
    update();
    ask();
    moved();
  }

  function back(from, to) {
    if (!from.length) return;
    to.push(now());
    Object.assign(bench, from.pop());
    bench.pause();
    settle();
  }

  function enter(name) {
    const { setting, score } = data.situations.find((one) => one.name === name);
    change({ setting, score, situation: name });
  }

  // One question at a time; what changes meanwhile is asked with the next.
  function ask() {
    again = asked != null;
    if (again) return;
    serial += 1;
    asked = serial;
    timers = [
      setTimeout(() => busy(true), LATE),
      setTimeout(() => {
        again = true;
        answered();
      }, LOST),
    ];
    document.dispatchEvent(
      new CustomEvent("heed-question", { detail: { ...now(), asked, nonce: Date.now() } }),
    );
  }

  function answered() {
    timers.forEach(clearTimeout);
    busy(false);
    asked = null;
    if (again) ask();
  }

  function update() {
    const { setting, answer } = bench;
    const chosen = bench.chosen();
    Object.values(views).forEach((view) => view.update());
    chips.forEach(([name, chip]) => {
      if (name === bench.situation && chip.getAttribute("aria-pressed") !== "true")
        chipRow.scrollLeft = chip.offsetLeft - 40; // on a phone
      chip.setAttribute("aria-pressed", String(name === bench.situation));
    });
    lesson.replaceChildren(
      ...words[`lesson_${bench.situation}`]
        .split("**")
        .map((part, i) => (i % 2 ? h("b", {}, part) : part)),
    );
    thickness.textContent = [
      fill(words.key_of_thickness, { score: chosen.name }),
      chosen.circle.length ? words.key_of_bend : "",
    ].join(" ");
    [undo.disabled, redo.disabled] = [!past.length, !future.length];
    degrees.show(setting.temperature);
    slider.value = Math.round(
      (100 * Math.log(setting.temperature / limits.coldest)) / Math.log(ratio),
    );
    slider.setAttribute("aria-valuetext", String(setting.temperature));
    tableToggle.setAttribute("aria-pressed", String(bench.table));
    tables.replaceChildren(...(bench.table ? benchTables(words, answer) : []));
    clearTimeout(speaking);
    speaking = setTimeout(() => ui.say(summary()), ONE_GO);
  }

  function summary() {
    const { name, weights, context } = bench.chosen();
    if (weights.includes(null)) return name;
    const best = weights.indexOf(Math.max(...weights));
    return fill(words.summary, {
      score: name,
      key: best + 1,
      weight: numberText(weights[best], 2),
      x: numberText(context[0], 2),
      y: numberText(context[1], 2),
    });
  }

  const written = (rows) => rows.map((line) => line.join("_")).join("*");
  const self = {
    paint,
    busy(on) {
      if (on || asked == null) busy(on);
    }, // a question of its own ends with its own answer
    address: () => ({
      situation: bench.situation,
      score: bench.score,
      q: written([bench.setting.query]),
      k: written(bench.setting.keys),
      t: bench.setting.temperature,
      ...Object.fromEntries(
        bench.setting.parameters.map(({ score, name, rows }) => [
          `${score}.${name}`,
          written(rows),
        ]),
      ),
      table: bench.table ? 1 : null,
      lang: data.language,
      projector: data.projector ? 1 : null,
    }),
    kept: () => ({
      changed: bench.setting,
      score: bench.score,
      situation: bench.situation,
      table: bench.table,
      past,
      future,
      asked: serial,
    }),
    renew(next) {
      bench.answer = next.answer;
      if (next.lost && next.asked === asked) bench.complain(words.lost);
      update();
      if (next.asked === asked) answered();
    },
    destroy() {
      timers.forEach(clearTimeout);
      clearTimeout(speaking);
      document.removeEventListener("heed-answer", heard);
      destroy();
    },
  };
  const heard = (/** @type {any} */ { detail }) => self.renew(detail);
  document.addEventListener("heed-answer", heard); // see courier.js
  stage.addEventListener("keydown", (event) => {
    if (
      !(event.ctrlKey || event.metaKey) ||
      event.altKey ||
      event.key.toLowerCase() !== "z" ||
      event.composedPath()[0].matches("input[type=number]")
    )
      return;
    event.preventDefault();
    if (event.shiftKey) back(future, past);
    else back(past, future);
  });
  const arrange = () => {
    views.plane.layout();
    update();
  };
  arrange();
  begin({ key: () => false, arrange, redraw: update });
  return self;
}

// Other words or larger type need the stage anew; what the person did stays.
export default function mountWorkbench(root, data) {
  let inner = workbench(root, data);
  const outer = {
    paint: () => inner.paint(),
    busy: (on) => inner.busy(on),
    address: () => inner.address(),
    kept: () => inner.kept(),
    destroy: () => inner.destroy(),
    renew(next) {
      if (next.language === data.language && next.projector === data.projector) inner.renew(next);
      else {
        const kept = inner.kept();
        inner.destroy();
        data = { ...data, ...next, ...kept };
        inner = workbench(root, data);
      }
    },
  };
  return outer;
}
