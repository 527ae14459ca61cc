// The likeliest tokens of one step both ways; any of them can be put in as an error.

import { chance, fill, h, piece, spoken } from "../../stage/dom.js";

/** @param {any} ui @param {any} data @param {((choice: object) => void) | null} ask */
export function guessesView(ui, data, ask) {
  const { words } = ui;
  const title = h("h3", {});
  const sides = h("div", { class: "heed-guess-sides" });
  const hint = h("p", { class: "heed-note" }, ask ? words.put_in_help : "");
  const node = h("section", { class: "heed-guesses" }, title, sides, hint);

  function side(column, may) {
    const listed = column.guesses[ui.now];
    const name = words[`kind_${column.kind}`];
    if (!listed)
      return h("div", {}, h("h4", {}, name), h("p", { class: "heed-info" }, words.ended));
    const true_ = data.reference_ids[ui.now];
    return h(
      "div",
      {},
      h("h4", {}, name),
      h(
        "ul",
        { "aria-label": name },
        listed.map((one) => {
          const wanted = one.id === true_;
          const own = one.id === column.written_ids[ui.now];
          const end = one.piece === "</s>";
          return h(
            "li",
            { class: wanted ? "heed-wanted" : null },
            h("b", {}, spoken(ui, "target", ...piece(one.piece))),
            h("span", { class: "heed-guess-bar" }, h("i", { style: `width:${100 * one.p}%` })),
            h("span", { class: "heed-guess-p" }, chance(one.p, 2)),
            may && ask && !own && !wanted && !end
              ? h(
                  "button",
                  {
                    type: "button",
                    class: "heed-toggle",
                    "data-act": `slip-${one.id}`,
                    "aria-label": fill(words.put_in_told, { piece: one.piece, step: ui.now + 1 }),
                    onclick: () => ask({ act: "slip", step: ui.now, id: one.id }),
                  },
                  words.put_in,
                )
              : h("span", { class: "heed-info" }, wanted ? words.is_reference : ""),
          );
        }),
      ),
    );
  }

  function update(left, right) {
    title.textContent = fill(words.guesses, { step: ui.now + 1 });
    const may = ui.now < data.reference.length - 1;
    sides.replaceChildren(side(left, false), side(right, may && right.kind === "free"));
  }

  return { node, update };
}
