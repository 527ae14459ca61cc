// What stands around the panel that is presented: the sentence, the panels, the keys, the notes.

import { h } from "./dom.js";
import { standing } from "./hosts.js";
import { run } from "./runs.js";

/** @param {Record<string, any>} words
 * @param {{ choose: (i: number) => void, close: () => void, step: (key: string) => void }} acts */
export function chrome(words, { choose, close, step }) {
  const where = h("p", { class: "heed-pr-where" });
  const list = h("div", { class: "heed-pr-panels", role: "group", "aria-label": words.panels });
  const sentence = h("p", { class: "heed-pr-sentence" });
  const notes = h("aside", { class: "heed-pr-notes", "aria-label": words.notes, hidden: true });
  const keys = h(
    "dl",
    { class: "heed-pr-keys", "aria-label": words.keys, hidden: true },
    [
      ["1 … 9", words.key_digits],
      ["← →", words.key_step],
      [words.space, words.key_play],
      ["B", words.key_blank],
      ["N", words.key_notes],
      ["?", words.key_keys],
      ["P  Esc", words.key_end],
      ["F11", words.key_full],
    ].flatMap(([key, told]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, told)]),
  );
  const black = h("div", { class: "heed-pr-black", hidden: true });
  const act = (key, told, doing) =>
    h("button", { type: "button", onclick: doing }, h("kbd", {}, key), ` ${told}`);
  const foot = h(
    "div",
    { class: "heed-pr-foot" },
    act("←", words.back, () => step("ArrowLeft")),
    act("→", words.forward, () => step("ArrowRight")),
    act("B", words.blank, () => toggle(black)),
    act("N", words.notes, () => toggle(notes)),
    act("?", words.keys, () => toggle(keys)),
    act("Esc", words.end, close),
  );
  const head = h("div", { class: "heed-pr-head" }, where, list);
  const node = h(
    "div",
    { class: "heed-presenter", popover: "manual", role: "region", "aria-label": words.presenter },
    head,
    sentence,
    h("span", { class: "heed-pr-room" }),
    notes,
    keys,
    foot,
    black,
  );

  function toggle(what, on = what.hidden) {
    if (what === notes && on) annotate();
    what.hidden = !on;
    return true;
  }

  // What the teacher may want to say, and what comes next.
  function annotate() {
    const card = standing().find(({ data }) => data.stage === "card");
    if (!card) {
      notes.replaceChildren(h("p", {}, words.no_notes));
      return;
    }
    const { data, stage } = card;
    const said = (paragraphs) => paragraphs.map((runs) => h("p", {}, runs.map(run)));
    /** @returns {HTMLElement | null} */
    const press = (name) => stage.querySelector(`[data-act="${name}"]:not(:disabled, [hidden])`);
    const go = (...names) => {
      const button = names.map(press).find((one) => one);
      if (button) button.click();
    };
    notes.replaceChildren(
      h("h3", {}, data.title),
      ...said(data.text),
      ...(data.task.length ? said([data.task]) : []),
      ...(data.then.length ? [h("p", { class: "heed-pr-then" }, data.then.map(run))] : []),
      ...said(data.notes),
      h(
        "div",
        { class: "heed-pr-following" },
        h("span", {}, words.following),
        h("b", {}, data.following.title || words.last_card),
        ...said(data.following.text),
      ),
      h(
        "div",
        { class: "heed-pr-turn" },
        h("button", { type: "button", onclick: () => go("back") }, `← ${words.card_back}`),
        h("button", { type: "button", onclick: () => go("next", "skip") }, `${words.card_next} →`),
      ),
    );
  }

  // The sentence, as far as it is written.
  function say(host) {
    const { ui, data } = host ?? { ui: {}, data: {} };
    const own = ui.sources && ui.targets && Number.isInteger(ui.now);
    const tongue = (side) => ui.tongues?.[side];
    const plain = ({ text, label }) => (text || label).replaceAll("▁", "");
    const typed = [data.typed ?? []].flat().join(" · ");
    const parts = own
      ? [
          h(
            "span",
            { class: "heed-pr-source", lang: tongue("source") },
            ui.sources.filter((one) => !one.mark).map((one) => h("span", {}, `${plain(one)} `)),
          ),
          h(
            "span",
            { class: "heed-pr-target", lang: tongue("target") },
            ui.targets
              .filter((one) => !one.mark)
              .map((one) => {
                const [first, last] = [one.items[0], one.items.at(-1)];
                const when = ui.now < first ? "later" : ui.now <= last ? "now" : "before";
                return h("span", { class: `heed-pr-${when}` }, plain(one));
              }),
          ),
        ]
      : typed
        ? [h("span", { class: "heed-pr-source", lang: tongue("source") }, typed)]
        : [];
    sentence.replaceChildren(...parts);
  }

  return {
    node,
    show() {
      if (node.matches(":popover-open")) node.hidePopover(); // to be the topmost
      node.showPopover();
    },
    hide() {
      for (const one of [black, notes, keys]) one.hidden = true;
      if (node.matches(":popover-open")) node.hidePopover();
    },
    /** @param {import("./panels").Panel[]} panels @param {number} at */
    tell(panels, at) {
      const panel = panels[at];
      const host = panel?.host;
      if (host) node.dataset.theme = host.ui.theme();
      const card = standing().find(({ data }) => data.stage === "card");
      const title = document.querySelector("h1")?.textContent ?? "";
      const count = host?.stage.querySelector(".heed-count")?.textContent;
      const told = card ? `${card.data.lesson_title} · ${card.data.title}` : title;
      where.textContent = [told, count].filter(Boolean).join(" · ");
      const aloud = panel?.node.matches("[data-said], :has([data-said])");
      sentence.hidden = Boolean(aloud);
      say(host);
      list.replaceChildren(
        ...panels.map(({ name }, i) =>
          h(
            "button",
            { type: "button", "aria-pressed": String(i === at), onclick: () => choose(i) },
            i < 9 ? h("kbd", {}, `${i + 1}`) : null,
            ` ${name}`,
          ),
        ),
        ...(panels.length ? [] : [h("span", {}, words.no_panel)]),
      );
      if (!notes.hidden) annotate();
    },
    // Where the panel may be.
    room() {
      const box = node.getBoundingClientRect();
      const top = (sentence.hidden ? head : sentence).getBoundingClientRect().bottom;
      const bottom = foot.getBoundingClientRect().top;
      return { left: 0, top, width: box.width, height: Math.max(120, bottom - top) };
    },
    /** Whether a key meant something here. @param {string} letter */
    key(letter) {
      if (letter === "b" || letter === ".") return toggle(black);
      if (!black.hidden) return toggle(black, false);
      if (letter === "n") return toggle(notes);
      if (letter === "?") return toggle(keys);
      const open = [keys, notes].find((one) => !one.hidden);
      return letter === "Escape" && open ? toggle(open, false) : false;
    },
  };
}
