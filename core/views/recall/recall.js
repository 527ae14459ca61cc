// What the last state holds of this sentence, and what it holds of sentences in general.

import { decodeFlat } from "../../stage/codec.js";
import { chance, fill, fixed, h, help, piece, spoken, tableToggle } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { table } from "../../stage/table.js";
import { token } from "../../stage/trace.js";
import { curveView } from "./curve.js";

/** @typedef {import("../../stage/wire").RecallPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountRecall(root, data) {
  const words = data.strings;
  const source = data.source.map(token);
  const slopes = data.slopes && decodeFlat(data.slopes);
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const asTable = tableToggle(words.as_table, () => {
    ui.table = !ui.table;
    update();
    data.onStep?.(self);
  });
  ui.table = Boolean(data.table);
  /** @type {import("../../stage/wire").RecallRecalled[]} */
  const known = (data.recalled ?? []).filter((one) => typeof one !== "string");
  const percent = (share) => `${fixed(100 * share, 0)}%`;

  // A word of the sentence with what the probe says of it; a word that it does not know is grey.
  function wordCard(one) {
    if (typeof one === "string")
      return h(
        "li",
        { class: "heed-unknown", title: words.unknown },
        spoken(ui, "source", one),
        h("small", {}, words.unknown_short),
      );
    const kept = one.rank <= known.length;
    const told = fill(words.word_told, {
      word: one.word,
      chance: chance(one.chance),
      rank: one.rank,
      known: data.known,
    });
    return h(
      "li",
      { class: kept ? "heed-kept" : "heed-lost", title: told, tabindex: 0, "aria-label": told },
      h("b", {}, spoken(ui, "source", one.word)),
      h(
        "span",
        { class: "heed-bar", "aria-hidden": "true" },
        h("i", { style: `width:${100 * one.chance}%` }),
      ),
      h("small", {}, `${chance(one.chance, 2)} · ${fill(words.rank, { rank: one.rank })}`),
      thirds(one),
    );
  }

  // Where in the sentence the probe takes a word to be, and where it stands.
  function thirds({ thirds: shares, place }) {
    const own = Math.min(2, Math.floor((3 * place) / data.count));
    return h(
      "span",
      {
        class: "heed-thirds",
        role: "img",
        "aria-label": fill(words.thirds_told, {
          shares: shares.map(percent).join(", "),
          own: words[`third_${own}`],
        }),
      },
      shares.map((share, i) =>
        h("i", {
          class: i === own ? "heed-own-third" : null,
          style: `--share:${Math.round(100 * share)}%`,
          title: `${words[`third_${i}`]}: ${percent(share)}`,
        }),
      ),
    );
  }

  function sentencePane() {
    const guessed = data.guessed.map(([word, p, right]) =>
      h(
        "li",
        { class: right ? "heed-kept" : "heed-lost" },
        spoken(ui, "source", word),
        h("small", {}, chance(p, 2)),
      ),
    );
    const right = known.filter(({ rank }) => rank <= known.length).length;
    return h(
      "div",
      { class: "heed-pane heed-recall-sentence" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.sentence_title),
        h("span", { class: "heed-info" }, fill(words.known, { known: data.known })),
        help(words.sentence_help, words.sentence_title),
      ),
      h("ul", { class: "heed-recalled" }, (data.recalled ?? []).map(wordCard)),
      known.length
        ? h("p", { class: "heed-note" }, fill(words.read_again, { right, all: known.length }))
        : h("p", { class: "heed-note" }, words.none_known),
      known.length ? h("ul", { class: "heed-guessed" }, guessed) : null,
    );
  }

  // How much the last state moves with each place: bars over the source.
  /** @param {Float32Array} slopes */
  function slopesPane(slopes) {
    const most = Math.max(...slopes);
    return h(
      "div",
      { class: "heed-pane heed-slopes" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.slopes_title),
        help(words.slopes_help, words.slopes_title),
      ),
      h(
        "div",
        { class: "heed-scroll", tabindex: 0, role: "region", "aria-label": words.slopes_title },
        h(
          "ol",
          { class: "heed-slope-bars" },
          source.map((one, i) =>
            h(
              "li",
              { title: fill(words.slope_told, { token: one.piece, value: fixed(slopes[i], 3) }) },
              h("small", {}, fixed(slopes[i], 2)),
              h("i", { style: `--high:${(100 * slopes[i]) / most}%` }),
              spoken(ui, "source", ...piece(one.piece)),
            ),
          ),
        ),
      ),
    );
  }

  // Whether the first word or a late one is remembered better, as the figures have it.
  function ended() {
    const own = data.curves.find(({ task, by }) => task === "state" && by === "place");
    if (!own || own.at.length < 2) return "";
    const late = own.at.length - 1;
    const [first, last] = [own.figures[0], own.figures[late]];
    const apart =
      first.low > last.high ? "start_holds" : last.low > first.high ? "start_fades" : "ends_alike";
    return fill(words[apart], {
      first: percent(first.value),
      last: percent(last.value),
      place: own.at[late],
    });
  }

  function curvesPane() {
    const whole = (name) => data.whole[name] && percent(data.whole[name].value);
    return h(
      "div",
      { class: "heed-pane heed-curves" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.curves_title),
        help(words.curves_help, words.curves_title),
      ),
      h(
        "div",
        { class: "heed-curve-pair" },
        ["place", "words"].map((by) =>
          curveView(
            ui,
            data.curves.filter((one) => one.by === by),
            words[`by_${by}`],
          ),
        ),
      ),
      h(
        "p",
        { class: "heed-note" },
        fill(words.whole, {
          state: whole("recall state"),
          control: whole("recall control"),
          learnt: whole("recall control, trained on"),
          here: whole("recall at its place"),
          where: whole("accuracy state"),
          commonest: whole("accuracy commonest"),
          strange: whole("accuracy control"),
        }),
        " ",
        ended(),
        " ",
        words[data.both ? "ends_both" : "ends_one"],
        " ",
        data.attends ? words.has_memory : words.no_memory,
      ),
      h("p", { class: "heed-note" }, fill(words.command, { command: data.command })),
    );
  }

  const tables = h("div", { class: "heed-tables" });
  stage.append(
    ...[
      data.recalled ? sentencePane() : null,
      slopes ? slopesPane(slopes) : null,
      data.recalled ? curvesPane() : h("p", { class: "heed-note heed-no-probes" }, words.no_probes),
    ].filter((one) => one != null),
    h(
      "div",
      { class: "heed-foot heed-recall-foot" },
      h("div", { class: "heed-bar-foot" }, asTable.node, waiting),
    ),
    tables,
  );

  function numbers() {
    const found = [];
    if (data.recalled)
      found.push(
        table(
          words.table_words,
          [
            words.word,
            words.chance,
            words.rank_head,
            ...[0, 1, 2].map((i) => words[`third_${i}`]),
            words.task_here,
          ],
          known.map((one) => [
            spoken(ui, "source", one.word),
            chance(one.chance),
            String(one.rank),
            ...one.thirds.map((share) => fixed(share, 3)),
            fixed(one.at_place, 3),
          ]),
        ),
      );
    for (const by of data.recalled ? ["place", "words"] : []) {
      const own = data.curves.filter((one) => one.by === by);
      found.push(
        table(
          words[`by_${by}`],
          [words[by], ...own.map(({ task }) => words[`task_${task.split(" ")[0]}`])],
          (own[0]?.at ?? []).map((at) => [
            String(at),
            ...own.map(({ at: places, figures }) => {
              const one = figures[places.indexOf(at)];
              return one
                ? `${fixed(one.value, 3)} (${fixed(one.low, 3)}–${fixed(one.high, 3)})`
                : "–";
            }),
          ]),
        ),
      );
    }
    if (slopes)
      found.push(
        table(
          words.slopes_title,
          [words.source, words.slope],
          source.map((one, i) => [spoken(ui, "source", one.piece), fixed(slopes[i], 4)]),
        ),
      );
    return found;
  }

  function update() {
    asTable.current(ui.table);
    tables.replaceChildren(...(ui.table ? numbers() : []));
  }

  const self = {
    paint,
    busy,
    address: () => ({ table: ui.table ? 1 : null }),
    kept: () => ({ table: ui.table }),
    destroy,
  };
  const nothing = () => {};
  begin({ key: () => false, arrange: nothing, redraw: nothing });
  update();
  return self;
}
