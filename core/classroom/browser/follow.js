// Following: what the class is shown is on this screen, until whoever sits here looks around.

import { rightOf } from "./poll.js";
import { alike, asksOf, linkTo, placeOf } from "./scene.js";
import { ask, listen, tab } from "./talk.js";

const WORD = 1000; // ms between two words of where one is
const BEAT = 10000; // ms after which one is still there

/** Sets the pictures on this page as an address would. @param {Record<string, string>} view */
const show = (view) => document.dispatchEvent(new CustomEvent("heed-go", { detail: view }));

/** Followers' state, and what may be done with it; `changed()` is called when it is another.
 * @param {{ code: string, who: string, number?: number }} joined @param {() => void} changed
 * @param {(event: Event) => boolean} inside whether something happened in the class's own bar */
export function following({ code, who }, changed, inside) {
  const self = {
    role: "follow",
    code,
    who,
    away: false,
    lost: false,
    ended: "",
    screen: "open",
    /** @type {any} */
    poll: null,
    /** @type {Record<string, number>} */
    answers: tab.read(`answers-${code}`) ?? {},
    refused: "",
    /** @type {{ right: number[], asked: number[] }} */
    scored: tab.read(`scored-${code}`) ?? { right: [], asked: [] },
    /** @type {any} */
    question: null, // what this page would ask, in the language of whoever sits here
    leave,
    stray,
    back,
    answer,
  };
  /** @type {import("./scene.js").Scene | null} */
  let scene = null;
  let number = 0;
  const asked = () => {
    const seen = /** @type {any} */ (globalThis).heedOwn?.[location.pathname] ?? [];
    return asksOf(placeOf(location.href).given, [...seen, ...Object.keys(scene?.view ?? {})]);
  };
  let settled = asked(); // what this page was asked when it was last as the class's
  let touched = false; // by whoever sits here, since then
  let spoke = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let speaking;
  const listening = new AbortController();
  const { signal } = listening;

  function tell(now = false) {
    clearTimeout(speaking);
    const pause = now ? 0 : Math.max(0, spoke + WORD - Date.now());
    speaking = setTimeout(() => {
      spoke = Date.now();
      ask(`/${code}/here`, { who, number, away: self.away }).catch(() => {});
    }, pause);
  }
  const beat = setInterval(() => tell(), BEAT);

  function apply(leaving = false) {
    if (!scene || self.away || self.screen === "frozen") return;
    const here = placeOf(location.href);
    touched = false;
    // What of its question the page leaves out as usual, or has put otherwise, stays so.
    const same = here.page === scene.page && (alike(asked(), scene.asks) || was(scene.asks));
    if (same && !leaving) show(scene.view);
    else turn(leaving);
  }
  /** @type {{ page: string, asks: Record<string, string> } | null} */
  let turned = null;
  const was = (asks) => turned && alike(turned.asks, asks) && alike(settled, asked());
  function turn(leaving) {
    if (!scene) return;
    const link = linkTo(scene, location.href);
    // The way here stays as long as one follows; from a place of one's own one may come back to it.
    history[leaving ? "pushState" : "replaceState"]({}, "", link);
    turned = { page: scene.page, asks: scene.asks };
    settled = asked();
    dispatchEvent(new PopStateEvent("popstate"));
  }
  /** @type {boolean | null} */
  let sized = null; // which size of type was taken over last
  function large() {
    const box = /** @type {HTMLInputElement | null} */ (
      document.querySelector(".st-key-large_choice input")
    );
    if (!scene || !box || sized === scene.large) return;
    sized = scene.large;
    if (box.checked !== sized) box.click();
  }

  function hear({ number: at, name, note }) {
    number = at;
    if (name === "scene") {
      scene = note;
      apply();
    } else if (name === "screen") {
      const before = self.screen;
      self.screen = note.state;
      if (before === "frozen" && note.state !== "frozen") apply();
    } else if (name === "call") {
      if (self.away) back();
    } else if (name === "poll") {
      self.poll = note;
      self.refused = "";
      if (note.state === "revealed" && note.match) score(note);
    } else if (name === "ended") {
      end("ended");
    }
    tab.write("now", { role: "follow", code, who });
    tell();
    changed();
  }
  // Of a match: how many of its questions one had right, for oneself alone.
  function score({ poll, match, weights }) {
    if (match === 1) self.scored = { right: [], asked: [] };
    if (self.scored.asked.includes(poll)) return;
    self.scored.asked.push(poll);
    if (self.answers[poll] === rightOf(weights)) self.scored.right.push(poll);
    tab.write(`scored-${code}`, self.scored);
  }
  function end(why) {
    self.ended = why || "ended";
    quiet();
    changed();
  }

  document.addEventListener(
    "heed-asks",
    (/** @type {any} */ { detail }) => {
      self.question = detail;
      changed();
    },
    { signal },
  );
  // A picture stands, or has moved: by a hand here, or because it was made.
  document.addEventListener(
    "heed-stands",
    (/** @type {any} */ { detail: { address } }) => {
      if (!scene || self.away || self.ended) return;
      const other = Object.entries(address).some(
        ([name, value]) => String(value ?? "") !== (scene?.view[name] ?? ""),
      );
      if (other && touched) stray();
      else if (other && placeOf(location.href).page === scene.page) {
        const view = scene.view;
        queueMicrotask(() => show(view));
      }
    },
    { signal },
  );
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(
      kind,
      (event) => {
        if (event.isTrusted && !inside(event)) touched = true;
      },
      { capture: true, signal },
    );
  const watch = setInterval(() => {
    if (self.away || self.ended || !scene) return;
    large();
    const now = asked();
    const moved = placeOf(location.href).page !== (turned?.page ?? scene.page);
    if (touched && (moved || !alike(now, settled))) stray();
    else if (!touched) settled = now;
  }, 200);

  function stray() {
    self.away = true;
    tell(true);
    changed();
  }
  function back() {
    const page = placeOf(location.href).page;
    const far = page !== scene?.page || !alike(asked(), settled);
    self.away = false;
    apply(far);
    tell(true);
    changed();
  }
  async function answer(choice) {
    const poll = self.poll.poll;
    try {
      await ask(`/${code}/answer`, { who, poll, choice });
      self.answers[poll] = choice;
      tab.write(`answers-${code}`, self.answers);
      self.refused = "";
    } catch (refusal) {
      self.refused = refusal.message || "lost";
    }
    changed();
  }
  const silence = listen(code, who, 0, {
    heard: hear,
    lost: (is) => {
      if (self.lost === is) return;
      self.lost = is;
      changed();
    },
    ended: (refusal) => end(refusal.message),
  });
  function quiet() {
    silence();
    clearInterval(beat);
    clearInterval(watch);
    clearTimeout(speaking);
    listening.abort();
    tab.write("now", null);
  }
  function leave() {
    quiet();
    tab.write(`answers-${code}`, null);
  }
  document.dispatchEvent(new CustomEvent("heed-asks-again"));
  tell(true);
  tab.write("now", { role: "follow", code, who });
  return self;
}
