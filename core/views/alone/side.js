// One model beside the other: what it puts in the place of the hidden word, where it looks for it,
// and all of its maps.

import { inkOn, weightColour } from "../../stage/colours.js";
import { chance, fill, fixed, h, help, nameOf, piece, spoken } from "../../stage/dom.js";
import { insideOf, mosaicView } from "../../stage/mosaic.js";
import { zoomView } from "../../stage/zoom.js";
import { readMaps } from "../maps/attentions.js";

// What stood there, as one probability: that of all its tokens.
const together = (was) => Math.exp(was.reduce((total, [, logProb]) => total + logProb, 0));

function candidatesView(ui, own, name) {
  const { words } = ui;
  const node = h("div", { class: "heed-alone-told" });
  function guessed(list, standing) {
    return h(
      "ol",
      { class: "heed-candidates" },
      list.map(([text, logProb]) => {
        const p = Math.exp(logProb);
        return h(
          "li",
          {},
          h(
            "div",
            { class: `heed-candidate${text === standing ? " heed-chosen" : ""}` },
            h("span", { class: "heed-piece" }, spoken(own, "target", piece(text))),
            h("span", { class: "heed-bar" }, h("i", { style: `width:${100 * p}%` })),
            h("span", { class: "heed-value" }, chance(p)),
          ),
        );
      }),
    );
  }
  function update(told, word) {
    if (!told) {
      node.replaceChildren(h("p", { class: "heed-none" }, own.nothing));
      return;
    }
    node.replaceChildren(
      h(
        "p",
        { class: "heed-alone-was" },
        fill(words[told.was.length > 1 ? `was_several_${name}` : "was"], {
          word,
          p: chance(together(told.was)),
          count: told.was.length,
        }),
      ),
      h(
        "div",
        { class: "heed-alone-lists" },
        told.guesses.map((list, i) =>
          h(
            "div",
            {},
            told.was.length > 1
              ? h(
                  "p",
                  { class: "heed-info" },
                  fill(words.token_of, {
                    token: told.was[i][0],
                    p: chance(Math.exp(told.was[i][1])),
                  }),
                )
              : null,
            guessed(list, told.was[i]?.[0]),
            h(
              "p",
              { class: "heed-note" },
              fill(words.entropy, { value: fixed(told.entropies[i], 2) }),
            ),
          ),
        ),
      ),
    );
  }
  return { node, update };
}

// The text, shaded by how much the place of the hidden word looks at each token of it.
function lookedView(ui, own, maps, block) {
  const tokens = block.columns.map((text) =>
    h("span", { class: "heed-alone-token" }, h("bdi", {}, piece(text))),
  );
  const node = h("p", { class: "heed-alone-looked", role: "img", dir: "auto" }, tokens);
  function update(row) {
    const values = row == null ? null : maps.values(own.head, "weights");
    const wide = block.columns.length;
    let best = -1;
    tokens.forEach((one, j) => {
      const there = values && block.visible[row * wide + j];
      const weight = there ? values[row * wide + j] : 0;
      if (there && (best < 0 || weight > values[row * wide + best])) best = j;
      const colour = there ? weightColour(weight) : "";
      Object.assign(one.style, { background: colour, color: there ? inkOn(colour) : "" });
      one.classList.toggle("heed-alone-unread", row != null && !there);
      one.title = there ? `${nameOf(ui, block.columns[j])}: ${fixed(weight, 3)}` : "";
    });
    node.setAttribute(
      "aria-label",
      best < 0
        ? ""
        : fill(ui.words.looks_most, {
            token: nameOf(ui, block.columns[best]),
            weight: fixed(values[row * wide + best], 2),
          }),
    );
  }
  return { node, update };
}

export function sideView(ui, data, name, { head, want, onHead }) {
  const side = data[name];
  const words = { ...ui.words, ...side.strings };
  const maps = readMaps(side, want);
  const [block] = Object.values(maps.blocks);
  // The whole text is there, so the triangle is shown whole; a row belongs to the word.
  Object.assign(block, { grows: false, follows: true });
  const own = Object.assign(Object.create(ui), {
    words,
    tongues: side.tongues,
    head: maps.known(head) ? head : `${block.name}.${block.layers}.1`,
    now: 0,
    cell: null,
    lit: {},
    nothing: ui.words[name === "writer" ? "nothing_before" : "no_mask"],
    numbers(one, i, j) {
      const at = i * block.columns.length + j;
      if (!block.visible[at]) return [words.blank];
      if (!maps.there(one)) return [words.not_sent];
      return [`${words.weight} ${fixed(maps.values(one, "weights")[at], 3)}`];
    },
    point(lit) {
      if (JSON.stringify(lit) === JSON.stringify(own.lit)) return;
      own.lit = lit;
      mosaic.light();
      zoom.light();
    },
  });
  const change = (chosen) => {
    own.head = chosen;
    update();
    ui.say(maps.title(own, chosen));
    onHead();
  };
  const told = candidatesView(ui, own, name);
  const looked = lookedView(ui, own, maps, block);
  const mosaic = mosaicView(own, maps, { onHead: change, onEnter: () => zoom.focus() });
  const zoom = zoomView(own, maps, { onCell() {}, onHead: change, note: () => "" });
  const called = h("p", { class: "heed-note" });
  const goes = side.goes_on
    ? h(
        "p",
        { class: "heed-alone-goes", dir: "auto" },
        h("span", { class: "heed-info" }, ui.words.goes_on),
        " ",
        h("bdi", { class: "heed-target" }, side.goes_on.trim()),
      )
    : null;
  const node = h(
    "section",
    { class: "heed-alone-side" },
    h(
      "section",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, ui.words[`from_${name}`]),
        h("span", { class: "heed-info" }, h("bdi", {}, side.model)),
        help(ui.words[`from_${name}_help`], ui.words[`from_${name}`]),
      ),
      called,
      looked.node,
      told.node,
      goes,
    ),
    h(
      "section",
      { class: "heed-pane heed-maps-all" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.all_maps),
        help(words.all_help, words.all_maps),
      ),
      mosaic.node,
    ),
    zoom.node,
    ...(words.remarks ? [h("p", { class: "heed-note heed-remarks" }, words.remarks)] : []),
  );

  const toldNow = () => ui.place()?.[name] ?? null;
  function update() {
    const place = ui.place();
    const row = toldNow()?.rows[0] ?? null;
    own.now = row ?? -1;
    called.textContent = place
      ? fill(ui.words.looks_from, {
          word: data.words[place.word],
          head: maps.title(own, own.head),
        })
      : ui.words.choose_first;
    told.node.hidden = !place;
    if (place) told.update(toldNow(), data.words[place.word]);
    looked.update(row);
    mosaic.update();
    zoom.update();
  }

  return {
    node,
    name,
    update,
    layout() {
      mosaic.layout(insideOf(mosaic.node.parentElement));
      zoom.update();
      zoom.layout(zoom.holder.clientWidth);
    },
    head: () => own.head,
    weights() {
      const row = toldNow()?.rows[0];
      const values = row == null ? null : maps.values(own.head, "weights");
      const wide = block.columns.length;
      return (
        values &&
        block.columns.map((text, j) => [
          text,
          block.visible[row * wide + j] ? fixed(values[row * wide + j], 4) : words.masked,
        ])
      );
    },
    title: () => `${side.model} · ${maps.title(own, own.head)}`,
    summary() {
      const place = ui.place();
      const found = toldNow();
      if (!place) return "";
      if (!found) return `${ui.words[`from_${name}`]}: ${own.nothing}`;
      const [text, logProb] = found.guesses[0][0];
      return fill(ui.words.summary_side, {
        side: ui.words[`from_${name}`],
        guess: text,
        p: chance(Math.exp(logProb)),
        word: data.words[place.word],
        q: chance(together(found.was)),
      });
    },
  };
}
