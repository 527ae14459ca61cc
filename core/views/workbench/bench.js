// The workbench at work: a setting that a person changes, and the answers to it.

import { fill, h } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { boardView, numberField, parametersView } from "./board.js";
import { benchPanes, temperatureSlider, tipLines } from "./panes.js";
import { changed } from "./parameters.js";
import { planeView } from "./plane.js";
import { benchAddress, benchMenu, benchSummary, benchTables } from "./take.js";
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

export function workbench(root, data) {
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
    equations: data.equations,
    names: data.names,
    symbols: data.symbols,
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
    tipOf: (index) => tipLines(bench, index),
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
          parameters: changed(bench.setting.parameters, { score, name, r, c, value }),
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
  const slider = temperatureSlider(bench, ratio);
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
      { class: "heed-bar-top", "data-part": "bar" },
      undo,
      redo,
      reset,
      tableToggle,
      benchMenu(bench, views.plane),
      waiting,
    ),
    h("div", { class: "heed-situations", "data-part": "situations" }, chipRow, lesson, complaint),
    benchPanes(words, views, { thickness, slider, degrees }),
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
    speaking = setTimeout(() => ui.say(benchSummary({ bench, words })), ONE_GO);
  }

  const self = {
    paint,
    busy(on) {
      if (on || asked == null) busy(on);
    }, // a question of its own ends with its own answer
    address: () => benchAddress(bench, data),
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
