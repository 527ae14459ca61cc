// The dialogs of a class: its door, and its code for the wall.

import { h } from "../../stage/dom.js";
import { save } from "../../stage/download.js";
import { spaced } from "./scene.js";

const shut = (words, close) =>
  h("button", { type: "button", class: "shut", "aria-label": words.close, onclick: close }, "×");

/** To lead, to follow, or to take a lead over. @param {any} words @param {any} acts
 * @param {string} refused what was refused a moment ago @param {string} typed */
export function doorDialog(words, { join, lead, take, close }, refused = "", typed = "") {
  const said = h("p", { class: "refused", role: "alert" }, refused);
  const trying = (act) => async (event) => {
    event?.preventDefault();
    said.textContent = "";
    try {
      await act();
    } catch (refusal) {
      said.textContent = refusal.message || words.lost;
    }
  };
  const field = (name, more = {}) =>
    h("input", {
      type: "text",
      "aria-label": name,
      placeholder: name,
      autocomplete: "off",
      spellcheck: "false",
      autocapitalize: "characters",
      ...more,
    });
  const code = field(words.code, { maxlength: 9, class: "typed", value: typed });
  const other = field(words.code, { maxlength: 9, class: "typed" });
  const key = field(words.key, { autocapitalize: "off" });
  return [
    shut(words, close),
    h("h2", {}, words.title),
    said,
    h(
      "form",
      { class: "way", onsubmit: trying(() => join(code.value)) },
      h("h3", {}, words.follow_title),
      h("p", {}, words.follow_about),
      h(
        "div",
        { class: "line" },
        code,
        h("button", { type: "submit", class: "main", "data-act": "join" }, words.join),
      ),
    ),
    h(
      "div",
      { class: "way" },
      h("h3", {}, words.lead_title),
      h("p", {}, words.lead_about),
      h(
        "button",
        { type: "button", class: "main", "data-act": "lead", onclick: trying(lead) },
        words.lead,
      ),
    ),
    h(
      "details",
      {},
      h("summary", {}, words.take_title),
      h("p", {}, words.take_about),
      h(
        "form",
        { class: "line", onsubmit: trying(() => take(other.value, key.value)) },
        other,
        key,
        h("button", { type: "submit" }, words.take),
      ),
    ),
  ];
}

/** The code, the link and its picture. @param {any} words @param {any} now @param {any} acts */
export function codeDialog(words, now, { close }) {
  const picture = h("img", { class: "qr", alt: words.qr, width: 220, height: 220 });
  const link = h("input", {
    type: "text",
    readonly: true,
    class: "link",
    "aria-label": words.link,
    onfocus: () => link.select(),
  });
  const choice = h("select", { "aria-label": words.address, onchange: () => show() });
  const none = h("p", { class: "note" });
  function show() {
    const one = now.links[Number(choice.value) || 0];
    if (!one) return;
    picture.setAttribute("src", one.picture);
    link.value = one.link;
  }
  function list(tries = 20) {
    if (!now.links.length) {
      if (tries) setTimeout(() => list(tries - 1), 200);
      return;
    }
    choice.replaceChildren(
      ...now.links.map((one, i) => h("option", { value: i }, new URL(one.link).host)),
    );
    choice.hidden = now.links.length < 2;
    const alone = /\/\/(localhost|127\.|\[::1\])/.test(now.links[0].link);
    none.textContent = alone ? words.only_here : "";
    show();
  }
  list();
  const results = async () => save(`heed-${now.code}.csv`, "text/csv", await now.results());
  return [
    shut(words, close),
    h(
      "div",
      { class: "wall" },
      h(
        "div",
        {},
        h("h2", {}, words.wall),
        h("p", { class: "huge", "aria-label": now.code.split("").join(" ") }, spaced(now.code)),
        choice,
        link,
        none,
      ),
      picture,
    ),
    h(
      "details",
      {},
      h("summary", {}, words.second),
      h("p", {}, words.second_about),
      h("code", {}, now.key),
    ),
    h(
      "div",
      { class: "acts" },
      h("button", { type: "button", "data-act": "results", onclick: results }, words.results),
      h("button", { type: "button", class: "main", onclick: close }, words.close),
    ),
  ];
}
