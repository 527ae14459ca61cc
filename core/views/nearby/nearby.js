// States and words on a plane. One token of the sentence is looked at: what lies near it stands in
// a list, and lights up on the plane.

import { decodeArray } from "../../stage/codec.js";
import { fill, fixed, h, help, piece, segments, spoken, tableToggle } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { table } from "../../stage/table.js";
import { token } from "../../stage/trace.js";
import { planeView } from "./plane.js";
import { after, around } from "./read.js";

/** @typedef {import("../../stage/wire").NearbyPayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountNearby(root, data) {
  const words = data.strings;
  const [source, target] = [data.source, data.target].map((all) => all.map(token));
  const there = ["states", "written", "words"].filter((kind) => data[kind]);
  const kinds = Object.fromEntries(
    there.map((kind) => [
      kind,
      {
        ...data[kind],
        points: decodeArray(data[kind].points),
        cloud: data[kind].cloud ? decodeArray(data[kind].cloud) : [],
        tokens: kind === "written" ? target : source,
        side: kind === "written" ? "target" : "source",
      },
    ]),
  );
  const { stage, ui, waiting, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const of = there.includes(data.of) ? data.of : "states";
  const last = kinds[of].tokens.length - 1;
  const wanted = Number.isInteger(data.at) ? data.at : Math.floor(last / 2);
  Object.assign(ui, {
    of,
    at: Math.max(0, Math.min(last, wanted)),
    lit: null, // which of the near ones is pointed at
    table: Boolean(data.table),
    own: () => kinds[ui.of],
    choose: (at) => change({ at, lit: null }),
    light: (lit) => {
      ui.lit = lit;
      plane.light();
      [...list.children].forEach((node, i) => node.classList.toggle("heed-lit", i === lit));
    },
  });

  function change(what) {
    Object.assign(ui, what);
    update();
    data.onStep?.(self);
  }

  const plane = planeView(ui);
  const buttons = h("div", {
    class: "heed-near-tokens",
    role: "group",
    "aria-label": words.tokens,
  });
  const tokensOf = ({ tokens, side }) =>
    tokens.map((one, i) =>
      h(
        "button",
        {
          type: "button",
          class: `heed-near-token heed-near-${side}`,
          "data-act": `at-${i}`,
          onclick: () => ui.choose(i),
          onmouseenter: () => plane.point(i),
          onmouseleave: () => plane.point(null),
        },
        spoken(ui, side, ...piece(one.piece)),
      ),
    );
  const choice = segments(
    words.of,
    there.map((kind) => [kind, words[`of_${kind}`]]),
    (kind) => {
      const same = kinds[kind].side === ui.own().side;
      const at = same ? ui.at : Math.min(ui.at, kinds[kind].tokens.length - 1);
      change({ of: kind, at, lit: null });
    },
  );
  const asTable = tableToggle(words.as_table, () => change({ table: !ui.table }));
  const list = h("ol", { class: "heed-near-list" });
  const listed = h("h2", { class: "heed-tag" });
  const axes = h("p", { class: "heed-note" });
  const told = h("p", { class: "heed-note" });
  const tables = h("div", { class: "heed-tables" });

  stage.append(
    h(
      "div",
      { class: "heed-pane" },
      h(
        "div",
        { class: "heed-pane-head" },
        h("h2", { class: "heed-tag" }, words.plane_title),
        choice.node,
        help(words.plane_help, words.plane_title),
      ),
      buttons,
      h(
        "div",
        { class: "heed-near" },
        h("div", {}, plane.node, axes),
        h("div", { class: "heed-near-side" }, listed, list, told),
      ),
    ),
    h("div", { class: "heed-foot heed-near-foot" }, asTable.node, waiting),
    tables,
  );

  function item({ text, begin, end, cosine }, i) {
    const [before, own, rest] = begin == null ? ["", text, ""] : around(text, begin, end);
    return h(
      "li",
      {
        tabindex: 0,
        onmouseenter: () => ui.light(i),
        onmouseleave: () => ui.light(null),
        onfocus: () => ui.light(i),
        onblur: () => ui.light(null),
      },
      h(
        "span",
        { lang: ui.tongues?.[ui.own().side] },
        before,
        h("b", {}, begin == null ? piece(own) : own),
        h("span", { class: "heed-near-rest" }, rest),
      ),
      h("small", {}, fixed(cosine, 2)),
    );
  }

  function axesSaid({ shares, count }) {
    const [first, second] = shares.map((share) => fixed(100 * share, 1));
    const drawn = shares.length
      ? fill(words.axes_pca, { first, second, sum: fixed(100 * (shares[0] + (shares[1] ?? 0)), 1) })
      : words.axes_umap;
    return count ? drawn : `${drawn} ${words.own_only}`;
  }

  function nearSaid({ count, kept, near }) {
    if (ui.of === "words") return fill(words.near_words, { count });
    if (!count) return words.no_stored;
    if (!near[ui.at].length) return words.none_near;
    return fill(words[`near_${ui.of}`], {
      count,
      kept: fixed(100 * kept, 0),
    });
  }

  let drawn = "";
  function update() {
    const own = ui.own();
    if (drawn !== own.side) buttons.replaceChildren(...tokensOf(own));
    drawn = own.side;
    [...buttons.children].forEach((node, i) =>
      node.setAttribute("aria-pressed", String(i === ui.at)),
    );
    choice.current(ui.of);
    asTable.current(ui.table);
    listed.replaceChildren(
      words[`list_${ui.of}`],
      " ",
      h("b", { class: `heed-near-name heed-near-${own.side}` }, nameOf(own)),
    );
    list.replaceChildren(...own.near[ui.at].map(item));
    axes.textContent = axesSaid(own);
    told.textContent = nearSaid(own);
    plane.update();
    tables.replaceChildren(...(ui.table ? [numbers(own)] : []));
    ui.say(summary(own));
  }

  const nameOf = ({ side, tokens }) => spoken(ui, side, tokens[ui.at].piece);
  const summary = (own) =>
    fill(words.summary, {
      token: own.tokens[ui.at].piece,
      near: own.near[ui.at]
        .slice(0, 3)
        .map(({ text, begin, end }) => (begin == null ? text : around(text, begin, end)[1]))
        .join(", "),
    });

  function numbers(own) {
    return table(
      words[`table_${ui.of}`],
      [words.token, words.x, words.y, words.neighbour, words.cosine],
      own.tokens.flatMap((one, i) => {
        const place = [fixed(own.points[i][0], 3), fixed(own.points[i][1], 3)];
        const near = own.near[i].length ? own.near[i] : [null];
        return near.map((each, k) => [
          k ? "" : spoken(ui, own.side, one.piece),
          ...(k ? ["", ""] : place),
          each ? each.text : "–",
          each ? fixed(each.cosine, 3) : "–",
        ]);
      }),
    );
  }

  function key({ key: name }) {
    const at = after(ui.at, name, ui.own().tokens.length);
    if (at == null) return false;
    const held = buttons.contains(/** @type {any} */ (root.getRootNode()).activeElement);
    ui.choose(at);
    if (held) /** @type {any} */ (buttons.children[at]).focus({ preventScroll: true });
    return true;
  }

  const self = {
    paint,
    busy,
    address: () => ({
      at: ui.at + 1,
      of: ui.of === "states" ? null : ui.of,
      table: ui.table ? 1 : null,
    }),
    kept: (next) => ({
      of: ui.of,
      table: ui.table,
      ...(next.typed === data.typed ? { at: ui.at } : {}),
    }),
    destroy,
  };
  begin({ key, arrange: update, redraw: update });
  update();
  return self;
}
