// Ten exercises, one after the other: a prediction is made, then what the model did is revealed
// beside it, with how far both are apart and why.

import { fill, fixed, h, piece, segments, spoken, tableToggle } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { standAt } from "../../stage/place.js";
import { chipsBoard } from "./chips.js";
import { chooseBoard, runsOf } from "./choose.js";
import { judged, whole } from "./judge.js";
import { pollOf } from "./poll.js";
import { sheetView } from "./sheet.js";
import { swapBoard } from "./swap.js";
import { exerciseTables } from "./tables.js";

/** @typedef {import("../../stage/wire").PredictPayload} Payload */
const BOARDS = { row: chipsBoard, softmax: swapBoard };

/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountPredict(root, data) {
  const words = data.strings;
  const items = data.exercises;
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const end = items.length - 1;
  const asked = Number(data.number) - 1;
  const known = data.states?.length === items.length;
  /** @type {{ answer: number[], shown: boolean }[]} */
  const states = known ? data.states : items.map(() => ({ answer: [], shown: false }));
  let now = Number.isInteger(asked) && asked >= 0 && asked <= end ? asked : 0;
  let sheet = ["questions", "answers"].includes(data.sheet) ? data.sheet : "";
  let board;
  Object.assign(ui, {
    headName: (place) => {
      const [layer, head] = place.split(".");
      return fill(words.head, { layer, head });
    },
  });

  const dots = h("div", { class: "heed-set", role: "group", "aria-label": words.set });
  const kind = h("h2", { class: "heed-tag" });
  const count = h("span", { class: "heed-info" });
  const body = h("div", { class: "heed-exercise", "data-present": words.exercises });
  const told = h("div", { class: "heed-told", role: "status" });
  const tables = h("div", { class: "heed-tables" });
  let tabled = Boolean(data.tabled);
  const asTable = tableToggle(words.as_table, () => {
    tabled = !tabled;
    update();
  });
  const button = (name, act, style = "") =>
    h(
      "button",
      { type: "button", class: `heed-act ${style}`, "data-act": name, onclick: act },
      words[name],
    );
  const reveal = button("reveal", show, "heed-main");
  const next = button("next", () => go(now + 1));
  const back = button("back", () => go(now - 1));
  const onPick = data.onPick;
  const fresh = onPick
    ? button("fresh", () => {
        busy(true);
        onPick({ seed: 1 + Math.floor(Math.random() * 9999) });
      })
    : null;
  const score = h("span", { class: "heed-info heed-score" });
  const sheets = segments(
    words.sheet,
    [
      ["", words.exercises],
      ["questions", words.sheet_questions],
      ["answers", words.sheet_answers],
    ],
    (which) => {
      sheet = which;
      lay();
      data.onStep?.(self);
    },
  );
  const paper = h("div", { class: "heed-paper" });
  const print = button("print", () => globalThis.print());
  stage.classList.add("heed-predict");
  stage.append(
    h("div", { class: "heed-pane-head heed-predict-head" }, kind, count, dots),
    body,
    h("div", { class: "heed-acts" }, back, reveal, next, score),
    told,
    tables,
    paper,
    h(
      "div",
      { class: "heed-bar-top heed-predict-foot" },
      sheets.node,
      asTable.node,
      print,
      fresh,
      h("span", { class: "heed-info" }, fill(words.seed_is, { seed: data.seed })),
      waiting,
    ),
  );

  function go(to) {
    if (to < 0 || to > end) return;
    now = to;
    lay();
    data.onStep?.(self);
    if (stage.contains(/** @type {any} */ (root.getRootNode()).activeElement) || !next.disabled)
      body.querySelector("[tabindex='0'], button")?.focus({ preventScroll: true });
  }

  function show() {
    const state = states[now];
    if (state.shown || !whole(items[now].kind, state.answer)) return;
    state.shown = true;
    lay();
    next.disabled || next.focus({ preventScroll: true });
    const revealed = states.filter((one) => one.shown).length;
    standAt("predict", { ...self.address(), revealed });
  }

  function sentence(item) {
    const blank = h("span", { class: "heed-blank", "aria-label": words.blank }, "?");
    const target = item.word
      ? h("b", { class: "heed-asked" }, spoken(ui, "target", ...piece(item.word)))
      : blank;
    if (item.kind === "model" || item.kind === "beam") {
      return [h("p", { class: "heed-sentence heed-source" }, spoken(ui, "source", data.typed))];
    }
    return [
      item.kind === "row"
        ? null
        : h("p", { class: "heed-sentence heed-source" }, spoken(ui, "source", data.typed)),
      h(
        "p",
        { class: "heed-sentence heed-target" },
        item.written.flatMap((one) => [spoken(ui, "target", ...piece(one)), " "]),
        item.kind === "head" ? null : target,
      ),
    ];
  }

  function lay() {
    stage.classList.toggle("heed-sheeted", Boolean(sheet));
    sheets.current(sheet);
    print.hidden = !sheet;
    paper.replaceChildren(...(sheet ? sheetView(ui, data, sheet === "answers") : []));
    if (!items.length) {
      body.replaceChildren(h("p", { class: "heed-note" }, words.none));
      for (const one of [reveal, next, back, sheets.node]) one.hidden = true;
      return;
    }
    const [item, state] = [items[now], states[now]];
    kind.textContent = words[`kind_${item.kind}`];
    count.textContent = fill(words.count, { number: now + 1, count: items.length });
    dots.replaceChildren(
      ...items.map((one, i) =>
        h(
          "button",
          {
            type: "button",
            "data-act": `exercise-${i}`,
            class: states[i].shown
              ? judged(one, states[i].answer).right
                ? "heed-did"
                : "heed-missed"
              : "",
            "aria-current": i === now ? "step" : null,
            "aria-label": fill(words.exercise, { number: i + 1, kind: words[`kind_${one.kind}`] }),
            title: words[`kind_${one.kind}`],
            onclick: () => go(i),
          },
          `${i + 1}`,
        ),
      ),
    );
    board = (BOARDS[item.kind] ?? chooseBoard)(ui, item, state, update);
    board.arrange(stage.clientWidth - 44);
    body.replaceChildren(
      h(
        "div",
        { class: "heed-ask" },
        item.ask.map((runs) => h("p", {}, runsOf(ui, runs))),
      ),
      h("div", { class: "heed-sentences" }, sentence(item)),
      board.node,
    );
    update();
    offer();
  }

  // What a class could be asked now, for whoever leads one.
  function offer() {
    const detail = items.length ? { ...pollOf(ui, items[now]), number: now + 1 } : null;
    document.dispatchEvent(new CustomEvent("heed-asks", { detail: detail?.choices && detail }));
  }

  function update() {
    const [item, state] = [items[now], states[now]];
    reveal.disabled = !whole(item.kind, state.answer);
    reveal.hidden = state.shown;
    next.classList.toggle("heed-main", state.shown);
    next.disabled = now === end;
    back.disabled = now === 0;
    const shown = items.flatMap((one, i) =>
      states[i].shown ? [judged(one, states[i].answer)] : [],
    );
    const far = shown.map((one) => one.nats).filter(Number.isFinite);
    const mean = far.reduce((a, nats) => a + nats, 0) / far.length;
    score.textContent = [
      shown.length
        ? fill(words.score, { right: shown.filter((one) => one.right).length, shown: shown.length })
        : null,
      far.length ? fill(words.score_nats, { nats: fixed(mean, 2) }) : null,
    ]
      .filter(Boolean)
      .join(" · ");
    asTable.current(tabled);
    const numbers = exerciseTables(ui, item, state.shown);
    asTable.node.hidden = Boolean(sheet) || !(state.shown || numbers.length);
    tables.replaceChildren(...(tabled && !sheet ? numbers : []));
    told.hidden = !state.shown;
    if (!state.shown) return;
    const { said, nats, right, share, best } = judged(item, state.answer);
    const values = {
      nats: fixed(nats, 2),
      share: fixed(100 * (share ?? 0), 0),
      best: fixed(best ?? 0, 2),
    };
    told.className = `heed-told ${right ? "heed-told-right" : ""}`;
    told.replaceChildren(
      h("p", { class: "heed-verdict" }, fill(words[said], values)),
      h("p", { class: "heed-nats" }, fill(words[`nats_${item.kind}`], values)),
      h(
        "ul",
        {},
        item.why.map((runs) => h("li", {}, runsOf(ui, runs))),
      ),
    );
  }

  const listening = new AbortController();
  document.addEventListener("heed-asks-again", offer, { signal: listening.signal });
  const self = {
    paint,
    busy,
    address: () => ({ number: now ? now + 1 : null, sheet: sheet || null }),
    kept: (next) => (next.set === data.set ? { states, number: now + 1, sheet, tabled } : {}),
    go: (asked) => {
      const to = Number(asked.number ?? 1) - 1;
      if ((asked.sheet ?? "") !== sheet || !(to in items)) return false;
      now = to;
      lay();
      return true;
    },
    destroy() {
      listening.abort();
      document.dispatchEvent(new CustomEvent("heed-asks", { detail: null }));
      destroy();
    },
  };
  lay();
  begin({
    key(event, inside, origin) {
      if (sheet || !items.length) return false;
      if (event.key === "Enter" && inside && !origin.closest("button")) {
        if (states[now].shown) go(now + 1);
        else show();
        return true;
      }
      if (board.take && /^[1-9]$/.test(event.key)) {
        board.take(Number(event.key) - 1);
        return true;
      }
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        go(now + (event.key === "ArrowLeft" ? -1 : 1));
        return true;
      }
      return false;
    },
    arrange: () => board?.arrange(stage.clientWidth - 44),
    redraw: () => items.length && lay(),
  });
  return self;
}
