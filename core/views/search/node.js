// One node of a search: its hypothesis so far, why it lived or died, what came next, and what to do
// there.

import { chance, counted, fill, fixed, h, help, piece, set, spoken } from "../../stage/dom.js";
import { heatmapView } from "../../stage/heatmap.js";
import { table } from "../../stage/table.js";
import { grouped, rowAt } from "../../stage/trace.js";
import { cellNumbers } from "../../stage/ways.js";
import { wayTo } from "./tree.js";

// `ranked` is how many of a step's extensions have a rank that is told.
export function nodeView(ui, tree, ranked, onPick) {
  const { words } = ui;
  const title = h("b", { class: "heed-target" });
  const why = h("p", { class: "heed-why" });
  const numbers = h("dl", { class: "heed-facts" });
  const heat = h("div", { class: "heed-node-heat" });
  const next = h("ol", { class: "heed-candidates" });
  const nextHead = h("h3", { class: "heed-tag" });
  const note = h("p", { class: "heed-note" });
  const revive = h("button", {
    type: "button",
    class: "heed-toggle heed-revive",
    onclick: () => pick({ ids: idsTo(ui.node) }),
  });
  const word = h("input", {
    type: "text",
    class: "heed-word",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": words.another_word,
    placeholder: words.another_word,
  });
  const answer = h("p", { class: "heed-note heed-answer", role: "alert" });
  const form = h(
    "form",
    {
      class: "heed-force",
      onsubmit: (event) => {
        event.preventDefault();
        force();
      },
    },
    word,
    h("button", { type: "submit", class: "heed-toggle" }, words.force),
    help(words.force_help, words.another_word),
  );
  const node = h(
    "section",
    { class: "heed-pane heed-node-pane", "aria-label": words.node },
    h("div", { class: "heed-pane-head" }, h("h2", { class: "heed-tag" }, words.node)),
    h("p", { class: "heed-so-far", dir: "auto" }, title),
    why,
    numbers,
    onPick ? h("div", { class: "heed-actions" }, revive, form) : null,
    onPick ? answer : null,
    h(
      "div",
      { class: "heed-node-parts" },
      h(
        "div",
        {},
        h("h3", { class: "heed-tag" }, [words.its_attention, ui.head].filter(Boolean).join(" · ")),
        heat,
      ),
      h("div", {}, nextHead, next, note),
    ),
  );
  /** @type {any} */
  let shown = null;

  const idsTo = (one) => wayTo(one).map((step) => step.token.id);
  function pick(choice) {
    answer.textContent = "";
    onPick({ kind: "prefix", ...choice });
  }

  function force() {
    if (!word.value.trim()) {
      answer.textContent = words.no_word;
      word.focus();
      return;
    }
    onPick({ kind: "word", ids: ui.node.depth ? idsTo(ui.node.parent) : [], word: word.value });
  }

  // Why the search kept it or let it go, in a sentence.
  function reason(one) {
    if (!one.depth) return words.why_start;
    const rank = one.rank ? String(one.rank) : fill(words.beyond, { most: ranked });
    const drawn =
      tree.sampling && !one.forced && { kept: "drawn", ended: "drawn", cut: "filtered" }[one.fate];
    return (
      fill(words[`why_${one.forced ? "forced" : drawn || one.fate}`], {
        rank,
        width: tree.beam,
        all: counted(
          ui.language,
          tree.raw.expansions.filter((_, e) => parentDepth(e) === one.depth - 1).length *
            tree.raw.model.pieces,
        ),
        limit: tree.raw.search.limit,
        best: tree.raw.search.best,
        place: one.place || "",
        chance: one.chance == null ? "" : fixed(one.chance, 4),
        score: fixed(one.score, 3),
        bar: tree.leaves.length ? fixed(tree.leaves[tree.leaves.length - 1].score, 3) : "",
      }) +
      (one.fate === "ended" && !tree.sampling && tree.beam > 1
        ? ` ${one.place ? fill(words.why_place, { place: one.place }) : words.why_no_place}`
        : "")
    );
  }
  const parentDepth = (e) => {
    const { step } = tree.raw.expansions[e];
    return step == null ? 0 : tree.nodes.get(String(step)).depth;
  };

  function facts(one) {
    if (!one.depth) return [];
    const { penalty } = tree.raw.search;
    return [
      [words.probability, fixed(one.p, 5)],
      [words.log_prob, fixed(one.logProb, 4)],
      [words.total, fixed(one.total, 4)],
      ...(penalty === "none" ? [] : [[words.normalised, fixed(one.score, 4)]]),
      ...(one.chance == null ? [] : [[words.chance, fixed(one.chance, 5)]]),
    ];
  }

  function attention(one) {
    const way = wayTo(one);
    const rows = way.map((step) => tree.row(step));
    if (!way.length || !rows[0].weights)
      return [h("p", { class: "heed-note" }, way.length ? words.no_attention : words.nothing_yet)];
    const trace = {
      source: tree.source(way),
      steps: way.map((step, t) => ({ token: step.token, ...rows[t] })),
    };
    const own = Object.assign(Object.create(ui), {
      kind: "weights",
      sources: grouped(trace.source, false),
      targets: grouped(
        trace.steps.map((step) => step.token),
        false,
      ),
      now: way.length - 1,
      target: way.length - 1,
      lit: {},
      keyed: false,
      limit: 1,
      soFar: (group) => group.label,
      go: () => {},
      point: (lit) => view.light(lit),
      numbers: (cell) => cellNumbers(words, cell),
    });
    const view = heatmapView(own, trace);
    set(view.node, { "aria-label": words.its_attention_label, role: "group" });
    const numbersTable =
      ui.table &&
      h(
        "div",
        { class: "heed-tables heed-node-table" },
        table(
          words.table_weights,
          [words.target, ...own.sources.map((group) => spoken(ui, "source", group.label))],
          own.targets.map((group) => [
            spoken(ui, "target", group.label),
            ...rowAt(trace, group, own.sources, own.now).map((cell) =>
              cell.visible ? fixed(cell.weight, 5) : words.masked,
            ),
          ]),
        ),
      );
    heat.replaceChildren(view.node, ...(numbersTable ? [numbersTable] : []));
    view.layout();
    view.update();
    return null;
  }

  function following(one) {
    const items = tree.candidates(one);
    nextHead.textContent = words.comes_next;
    if (!items) {
      next.replaceChildren();
      note.textContent = one.token?.mark
        ? words.nothing_after
        : one.fate === "limit"
          ? words.at_limit
          : one.fate === "beaten"
            ? words.given_up
            : words.never_expanded;
      return;
    }
    next.replaceChildren(
      ...items.slice(0, 10).map((item) => {
        const share = Math.exp(item.logProb);
        const went = ["kept", "ended", "beaten", "limit"].includes(item.fate);
        const act = onPick ? () => pick({ ids: [...idsTo(one), item.id] }) : null;
        return h(
          "li",
          {},
          h(
            act ? "button" : "div",
            {
              type: act && "button",
              class: `heed-candidate${went ? " heed-chosen" : ""}`,
              onclick: act,
              title: act ? fill(words.pick, { piece: item.piece }) : item.piece,
            },
            h(
              "span",
              { class: "heed-piece-box" },
              h("bdi", { class: "heed-piece", lang: ui.tongues?.target }, ...piece(item.piece)),
              went ? h("span", { class: "heed-mark-forced" }, "✓") : "",
            ),
            h("span", { class: "heed-bar" }, h("i", { style: `width:${100 * share}%` })),
            h("span", { class: "heed-value" }, chance(share)),
          ),
        );
      }),
    );
    note.textContent = fill(words.entropy, { value: fixed(tree.entropy(one), 2) });
  }

  function update() {
    const one = ui.node;
    const now = `${one.id} ${ui.table}`;
    if (shown === now) return;
    shown = now;
    title.replaceChildren(
      ...(one.depth
        ? [
            spoken(ui, "target", tree.text(one.parent)),
            " ",
            h("span", { class: "heed-piece-now", lang: ui.tongues?.target }, ...piece(one.piece)),
          ]
        : [words.start_node]),
    );
    why.textContent = reason(one);
    numbers.replaceChildren(
      ...facts(one).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    );
    const went = one.kept && one.best;
    revive.textContent =
      one.fate === "ended" ? words.end_here : one.kept ? words.go_on_from : words.revive;
    revive.hidden = !one.depth || (went && (one.forced || one.place === 1));
    form.hidden = !one.depth;
    answer.textContent = "";
    const nothing = attention(one);
    if (nothing) heat.replaceChildren(...nothing);
    following(one);
  }

  return {
    node,
    update,
    layout() {
      shown = null;
    },
    light() {},
  };
}
