// One way through the sentence: of each step what is read, where it looks, and what comes of it.

import { weightColour } from "../../stage/colours.js";
import { chance, fill, fixed, h, help, piece, spoken } from "../../stage/dom.js";
import { heaviest, nats } from "./read.js";

const NARROW = 14; // px of a cell under which the columns have no names
const BESIDE = 300; // px that the other columns take

/** @param {any} ui @param {any} data @param {"left" | "right"} side @param {number} steps */
export function columnView(ui, data, side, steps) {
  const { words } = ui;
  const { source } = data;
  const title = h("h2", {});
  const body = h("tbody", {});
  const head = h("thead", {});
  const node = h(
    "section",
    { class: `heed-way heed-way-${side}`, style: `--sources:${source.length}` },
    title,
    h(
      "div",
      { class: "heed-scroll", tabindex: 0, role: "region", "aria-label": words[`table_${side}`] },
      h("table", { class: "heed-steps" }, head, body),
    ),
  );
  let narrow = false;

  function heads(column) {
    const names = h(
      "span",
      { class: "heed-strip-heads", "aria-hidden": "true" },
      source.map((token) => h("span", { title: token }, narrow ? "" : token.replace("▁", ""))),
    );
    const right = column.kind !== "forced";
    return h(
      "tr",
      {},
      h("th", { scope: "col" }, words.step),
      h("th", { scope: "col" }, words.reads),
      h("th", { scope: "col" }, column.weights ? names : words.looks),
      h("th", { scope: "col" }, column.kind === "free" ? words.writes : words.likeliest),
      h("th", { scope: "col", class: "heed-number" }, words.log_p),
      right ? h("th", { scope: "col", class: "heed-number" }, words.astray) : null,
    );
  }

  function strip(weights) {
    if (!weights) return h("span", { class: "heed-info" }, words.no_looks);
    const best = heaviest(weights);
    const label = fill(words.looks_most, { source: source[best], weight: fixed(weights[best], 2) });
    return h(
      "span",
      { class: "heed-look", role: "img", "aria-label": label },
      weights.map((weight, i) => {
        const cell = h("i", { style: `background:${weightColour(weight)}` });
        cell.addEventListener("mousemove", (event) =>
          ui.tip(event, [source[i], `${words.weight} ${fixed(weight, 3)}`]),
        );
        cell.addEventListener("mouseleave", () => ui.tip(null));
        return cell;
      }),
    );
  }

  function row(column, t) {
    const there = t < column.read.length;
    const wrong =
      there && t > 0 && t <= data.reference_ids.length
        ? column.written_ids[t - 1] !== data.reference_ids[t - 1]
        : there && t > data.reference_ids.length;
    const own = t < column.written_ids.length ? column.written_ids[t] : null;
    const guess = there ? column.guesses[t][0] : null;
    const shown = column.kind === "free" && there ? column.written[t] : guess?.piece;
    const same = there && (column.kind === "free" ? own : guess?.id) === data.reference_ids[t];
    const p = column.guesses[t]?.find((one) => (column.kind === "free" ? one.id === own : true))?.p;
    const right = column.kind !== "forced";
    return h(
      "tr",
      {
        class: t === ui.now ? "heed-now" : t > ui.now ? "heed-ahead" : null,
        onclick: () => ui.go(t),
      },
      h(
        "th",
        { scope: "row" },
        h(
          "button",
          {
            type: "button",
            "data-act": `step-${t}`,
            "aria-current": t === ui.now ? "step" : null,
            onclick: () => ui.go(t),
          },
          String(t + 1),
        ),
      ),
      h(
        "td",
        { class: wrong ? "heed-read heed-wrong" : "heed-read" },
        there ? spoken(ui, "target", ...piece(column.read[t])) : "",
        wrong ? h("span", { class: "heed-sign", title: words.wrong }, " ≠") : null,
      ),
      h("td", {}, there ? strip(column.weights?.[t]) : ""),
      h(
        "td",
        { class: same ? "heed-says" : "heed-says heed-other" },
        there ? spoken(ui, "target", ...piece(shown ?? "")) : h("i", {}, words.ended),
        there ? h("small", {}, p === undefined ? "" : ` ${chance(p, 2)}`) : null,
      ),
      h("td", { class: "heed-number" }, there ? nats(column.log_probs[t]) : ""),
      right
        ? h(
            "td",
            { class: "heed-number" },
            column.astray[t] == null
              ? ""
              : h("span", bar(column.astray[t]), fixed(column.astray[t], 2)),
          )
        : null,
    );
  }

  const bar = (share) => ({ class: "heed-astray", style: `--share:${share}` });

  function update(column) {
    const room = node.clientWidth || 500;
    narrow = (room - BESIDE) / source.length < NARROW;
    const held = /** @type {HTMLElement | null} */ (body.querySelector(":focus"))?.dataset.act;
    title.textContent = words[`kind_${column.kind}`];
    title.append(" ", help(words[`kind_${column.kind}_note`], words[`kind_${column.kind}`]));
    head.replaceChildren(heads(column));
    body.replaceChildren(...Array.from({ length: steps }, (_, t) => row(column, t)));
    if (held)
      /** @type {HTMLElement | null} */ (body.querySelector(`[data-act="${held}"]`))?.focus({
        preventScroll: true,
      });
  }

  return { node, update };
}
