// The answers as two lists, each with its numbers and the words of the turn that it looked at.

import { inkOn, weightColour } from "../../stage/colours.js";
import { fill, fixed, h, help, signed, spoken } from "../../stage/dom.js";
import { each, looked, ranked, WAYS } from "./read.js";

const FAINT = 0.03; // a weight below that shades no word

/** @param {any} ui
 * @param {import("../../stage/types").Data<import("../../stage/wire").DialoguePayload>} data */
export function answersView(ui, data) {
  const { words } = ui;
  const gains = data.answers.some((one) => one.gain !== null);
  const columns = ["pieces", "total", "each", ...(gains ? ["gain"] : [])];
  const nodes = data.answers.map((one, i) => card(one, i));
  const lists = WAYS.map((way) =>
    h("ol", { class: "heed-answers", "aria-label": fill(words[`way_${way}`], counts(way)) }),
  );
  const node = h(
    "div",
    { class: "heed-dialogue" },
    WAYS.map((way, side) =>
      h(
        "section",
        { class: `heed-pane heed-way heed-way-${way}` },
        h(
          "div",
          { class: "heed-answer-heads" },
          h(
            "h2",
            { class: "heed-tag" },
            fill(words[`way_${way}`], counts(way)),
            help(fill(words[`way_${way}_help`], { others: data.others }), words[`by_${way}`]),
          ),
          columns.map((name) => h("span", { class: "heed-answer-column" }, words[name])),
        ),
        lists[side],
      ),
    ),
  );

  function counts(way) {
    return {
      count: data.answers.filter((one) => one.way === way).length,
      temperature: String(data.temperature),
    };
  }

  // The turn with each word shaded by how much the answer looked at it.
  function shaded(one) {
    const weights = looked(one);
    return h(
      "span",
      { class: "heed-looked", "aria-hidden": "true", lang: ui.tongues?.source },
      data.turn.flatMap((word, k) => {
        const fill_ = weightColour(weights[k]);
        const style = weights[k] >= FAINT ? `background:${fill_};color:${inkOn(fill_)}` : null;
        const told = `${word}: ${words.weight} ${fixed(weights[k], 3)}`;
        return [k ? " " : "", h("span", { class: "heed-looked-word", style, title: told }, word)];
      }),
    );
  }

  function card(one, i) {
    const values = {
      pieces: String(one.pieces),
      total: fixed(one.total, 2),
      each: fixed(each(one), 2),
      gain: one.gain === null ? "–" : signed(one.gain, 2),
    };
    return h(
      "button",
      {
        type: "button",
        class: "heed-answer",
        "data-answer": i + 1,
        "aria-label": [
          one.text || words.silence,
          ui.told(one),
          one.dull ? words.dull : "",
          one.ended ? "" : words.cut,
        ]
          .filter(Boolean)
          .join(". "),
        onclick: () => ui.choose(i),
      },
      h(
        "span",
        { class: "heed-answer-text", dir: "auto" },
        spoken(ui, "target", one.text || words.silence),
        one.dull ? h("span", { class: "heed-badge heed-quiet" }, words.dull) : null,
        one.ended ? null : h("span", { class: "heed-badge heed-quiet" }, words.cut),
      ),
      columns.map((name) =>
        h("span", { class: `heed-answer-number heed-by-${name}` }, values[name]),
      ),
      data.looks ? shaded(one) : null,
    );
  }

  return {
    node,
    /** The lists as they stand. */
    order: () => WAYS.map((way) => ranked(data.answers, way, ui.order)),
    focus: (i) => nodes[i].focus({ preventScroll: false }),
    update() {
      for (const one of node.querySelectorAll(".heed-way"))
        one.setAttribute("data-order", ui.order);
      WAYS.forEach((way, side) => {
        const order = ranked(data.answers, way, ui.order);
        const shown = [...lists[side].children].map((one) => one.firstElementChild);
        if (shown.length !== order.length || order.some((i, row) => shown[row] !== nodes[i]))
          lists[side].replaceChildren(...order.map((i) => h("li", {}, nodes[i])));
      });
      nodes.forEach((one, i) => {
        one.setAttribute("aria-pressed", String(i === ui.now));
      });
    },
  };
}
