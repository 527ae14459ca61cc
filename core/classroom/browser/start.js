// The class on every page: its bar at the foot of the screen, its dialogs, its polls.

import { h } from "../../stage/dom.js";
import { lightOf, systemLight } from "../../stage/light.js";
import { followBar, followCard, leadBar, leadCard } from "./bar.js";
import { codeDialog, doorDialog } from "./dialogs.js";
import { following } from "./follow.js";
import { leading } from "./lead.js";
import { linkTo } from "./scene.js";
import { ask, leaderOf, tab, words as wordsNow } from "./talk.js";

/** @param {string} style */
export default function start(style) {
  const host = h("div", { id: "heed-class" });
  const root = host.attachShadow({ mode: "open" });
  const bar = h("section", { class: "bar", hidden: true });
  const card = h("section", { class: "card", hidden: true });
  const blank = h("div", { class: "blank", hidden: true });
  const live = h("p", { class: "live", "aria-live": "polite" });
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", {}));
  root.append(h("style", {}, style), blank, card, bar, dialog, live);
  document.body.append(host);
  const room = h("style", {});
  document.head.append(room);

  /** @type {any} */
  let words = {};
  /** @type {any} */
  let now = null; // who leads or follows in this tab
  let told = "";
  const inside = (event) => event.composedPath().includes(host);

  // A part of the screen is made anew when what it says is another; the keyboard stays where it is.
  const drawn = new WeakMap();
  function put(node, model, make) {
    node.hidden = !model;
    const key = JSON.stringify([model, words.lead]);
    if (drawn.get(node) === key) return;
    drawn.set(node, key);
    const act = /** @type {HTMLElement | null} */ (root.activeElement)?.dataset.act;
    const had = node.contains(root.activeElement);
    node.replaceChildren(...(model ? make().filter(Boolean) : []));
    const again = had && act ? node.querySelector(`[data-act="${act}"]`) : null;
    if (again instanceof HTMLElement) again.focus();
  }
  const modelOf = (one) => one && JSON.parse(JSON.stringify(one)); // without what it does

  function changed() {
    host.dataset.theme =
      lightOf(getComputedStyle(document.body).backgroundColor) ??
      lightOf(
        getComputedStyle(document.querySelector(".stApp") ?? document.body).backgroundColor,
      ) ??
      systemLight();
    host.classList.toggle(
      "large",
      Boolean(/** @type {any} */ (document.querySelector(".st-key-large_choice input"))?.checked),
    );
    const model = modelOf(now);
    const acts = { ask: poll, onward, code: showCode, leave, door };
    const leads = now?.role === "lead";
    put(bar, model, () => (leads ? leadBar : followBar)(words, now, acts));
    const asks = model?.poll && !now.ended && !now.away;
    put(card, asks ? { ...model, there: 0, behind: 0 } : null, () =>
      (leads ? leadCard : followCard)(words, now, { ...acts, close: closeCard }),
    );
    blank.hidden = !(now && !leads && !now.ended && now.screen === "blank");
    if (!blank.hidden) blank.textContent = words.blanked ?? "";
    const say = now ? announced() : "";
    if (say && say !== told) live.textContent = told = say;
    // The page ends where the bar begins, and nothing lies under it.
    const high = now ? `${Math.ceil(bar.getBoundingClientRect().height)}px` : "0px";
    const rule = `.stApp { bottom: ${high} !important; }`;
    if (room.textContent !== rule) room.textContent = rule;
  }
  function announced() {
    if (now.ended) return now.role === "follow" ? words.over : "";
    if (now.lost) return words.lost;
    if (now.role === "lead") return now.leads ? "" : words.not_leading;
    if (now.screen === "blank") return words.blanked;
    if (now.poll?.state === "open") return `${words.asked}: ${now.poll.question}`;
    return now.away ? words.away : words.following;
  }
  function closeCard() {
    now.poll = null;
    changed();
  }

  function poll(match = 0) {
    if (now?.question) now.open(now.question, match);
  }
  // The next question of a match: the page turns to it, and says so at once.
  function onward(match) {
    const number = (now.question?.number ?? 0) + 1;
    now.poll = null;
    document.dispatchEvent(new CustomEvent("heed-go", { detail: { number: String(number) } }));
    if (now.question?.number === number) poll(match);
    else changed();
  }
  function leave() {
    now?.leave();
    now = null;
    changed();
  }
  async function join(typed) {
    const code = encodeURIComponent(typed.replace(/[\s-]/g, "").toUpperCase() || "-");
    const { code: own, who } = await ask(`/${code}/join`, {});
    now?.leave();
    now = following({ code: own, who }, changed, inside);
    dialog.close();
    changed();
  }
  async function lead() {
    const led = await ask("", {});
    now?.leave();
    now = leading(led, changed);
    changed();
    showCode();
  }
  async function take(typed, key) {
    const code = typed.replace(/[\s-]/g, "").toUpperCase();
    const leader = leaderOf(encodeURIComponent(code || "-"), key.trim());
    const { device } = await leader.ask("/lead", {});
    const { notes } = await leader.ask("/links");
    now?.leave();
    // What the class is shown stays: this device goes there, and leads on from it.
    tab.write("now", { role: "lead", code, key: key.trim(), device });
    const scene = notes.find((one) => one.name === "scene")?.note;
    if (scene) location.assign(linkTo(scene, location.href));
    else location.reload();
  }
  function open(nodes) {
    dialog.replaceChildren(...nodes);
    if (!dialog.open) dialog.showModal();
  }
  function showCode() {
    open(codeDialog(words, now, { close: () => dialog.close() }));
  }
  function door(refused = "", typed = "") {
    if (now && !now.ended && now.role === "lead") showCode();
    else open(doorDialog(words, { join, lead, take, close: () => dialog.close() }, refused, typed));
  }
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest?.(".heed-class-door")) door();
  });
  addEventListener(
    "keydown",
    (event) => {
      const typing = /** @type {HTMLElement} */ (event.composedPath()[0]).closest?.(
        "input, textarea, select, [contenteditable]",
      );
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !now || now.role !== "follow")
        return;
      if (event.code === "KeyB" && now.away) now.back();
      else if (/^Digit[1-9]$/.test(event.code) && !card.hidden && now.poll?.state === "open") {
        const choice = Number(event.code.slice(5)) - 1;
        if (choice < now.poll.choices.length) now.answer(choice);
      } else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );

  async function speak() {
    words = await wordsNow().catch(() => words);
    changed();
  }
  async function arrive() {
    const url = new URL(location.href);
    const code = url.searchParams.get("class");
    if (code == null) return;
    // The app may write it again: a link is followed once in a tab.
    url.searchParams.delete("class");
    history.replaceState(history.state, "", url.href);
    if (tab.read("arrived") === code) return;
    tab.write("arrived", code);
    try {
      if (code) await join(code);
      else door();
    } catch (refusal) {
      if (refusal.why !== "gone" && refusal.why !== "code") tab.write("arrived", null);
      door(refusal.message || words.lost, code);
    }
  }
  speak().then(() => {
    const before = tab.read("now");
    if (before?.role === "lead") now = leading(before, changed);
    else if (before?.role === "follow") now = following(before, changed, inside);
    changed();
    arrive();
  });
  new MutationObserver(speak).observe(document.documentElement, { attributeFilter: ["lang"] });
  setInterval(() => now && changed(), 1000); // light and dark, large type
}
