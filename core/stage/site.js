// A page of the course as a plain file: its card and its picture, or the home page, drawn from data
// that stand beside it. No server is asked: what needs a model says so.

import { h } from "./dom.js";
import { standAt } from "./place.js";
import { spotlight } from "./spot.js";

/** @typedef {{ parts: string[], open: Record<string, any>, more: Record<string, any> }} Drawn */

const site = /** @type {any} */ (globalThis).heedSite;

// Another script of the site, which brings a stage or data.
const fetched = new Map();
/** @param {string} path @returns {Promise<void>} */
function load(path) {
  if (!fetched.has(path))
    fetched.set(
      path,
      new Promise((done, fail) => {
        const script = h("script", { src: path });
        script.onload = () => done(undefined);
        script.onerror = () => fail(new Error(path));
        document.head.append(script);
      }),
    );
  return fetched.get(path);
}

// One place of the page, in a shadow of its own, as the styles of two stages may disagree.
/** @param {Element} place @param {(choice: any) => void} [onPick] */
function holder(place, onPick) {
  const shadow = place.shadowRoot ?? place.attachShadow({ mode: "open" });
  /** @type {any} */
  let stage = null;
  let asked = 0;
  const tell = (kind) => stage && standAt(kind, stage.address());
  let kind = "";
  const draw = async (/** @type {Drawn} */ { parts, open, more }, /** @type {any} */ at = {}) => {
    const now = (asked += 1);
    await Promise.all(parts.map((name) => load(`data/${name}.js`)));
    const data = Object.assign({}, ...parts.map((name) => site.data[name]), more);
    await load(`scripts/${data.stage}.js`);
    if (now !== asked) return;
    stage?.destroy();
    const root = h("div", { class: "heed" });
    shadow.replaceChildren(h("style", {}, site.styles[data.stage]), root);
    spotlight(/** @type {any} */ (shadow), data.spot);
    kind = data.stage;
    stage = site.stages[data.stage](root, {
      ...data,
      ...open,
      ...at,
      onPick,
      onStep: () => tell(kind),
    });
    tell(kind);
  };
  return { draw, again: () => tell(kind) };
}

/** A lesson: `cards` by their order, each with its scenes. @param {any} page */
function lesson({ cards, before, after }) {
  const names = cards.map(({ name }) => name);
  const asked = () => new URLSearchParams(location.hash.slice(1));
  const beside = document.createElement("div");
  const picture = document.createElement("div");
  document.querySelector("main")?.append(beside, picture);
  beside.className = "site-card";
  picture.className = "site-picture";
  const card = holder(beside, turn);
  /** @type {ReturnType<typeof holder>[]} */
  const pictures = [];

  function show() {
    const at = Math.max(0, names.indexOf(asked().get("card")));
    const { scenes, drawn, choices } = cards[at];
    const scene = asked().get("scene") ?? "";
    const name = scene in scenes ? scene : choices[0];
    const { stages, given, needs } = scenes[name];
    while (pictures.length < stages.length) {
      const place = document.createElement("div");
      picture.append(place);
      pictures.push(holder(place));
    }
    [...picture.children].forEach((place, i) => {
      place.toggleAttribute("hidden", i >= stages.length);
    });
    const own = { ...drawn, more: { ...drawn.more, scene: name, asked: given, needs } };
    Promise.all(stages.map((one, i) => pictures[i].draw(one)))
      .then(() => card.draw(own))
      .then(() => pictures.slice(0, stages.length).forEach((one) => one.again())); // it hears now
    scrollTo(0, 0);
  }

  function turn({ go, scene }) {
    const at = Math.max(0, names.indexOf(asked().get("card")));
    const to = { back: at - 1, next: at + 1, scene: at }[go];
    if (go === "lesson" || to >= names.length) location.href = after;
    else if (to < 0) location.href = before;
    else location.hash = `card=${names[to]}${scene ? `&scene=${scene}` : ""}`;
  }

  addEventListener("hashchange", show);
  show();
}

/** @param {any} page */
function home({ stages }) {
  for (const one of stages) {
    const place = document.createElement("div");
    document.querySelector("main")?.append(place);
    holder(place).draw(one);
  }
}

/** Draws the page that this script stands in. */
export default function begin() {
  const page = JSON.parse(document.getElementById("heed-page")?.textContent ?? "{}");
  if (page.cards) lesson(page);
  else home(page);
  const corner = document.querySelector(".site-present");
  if (!corner) return;
  load("scripts/presenter.js").then(() => {
    const shadow = corner.attachShadow({ mode: "open" });
    shadow.append(h("style", {}, site.styles.presenter));
    site.presenter({ data: [page.presenter], parentElement: shadow });
  });
}
