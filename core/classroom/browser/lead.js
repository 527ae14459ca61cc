// Leading: what is on this screen goes to everybody's, and what they answer comes back.

import { behind, overlaid, placeOf } from "./scene.js";
import { leaderOf, tab } from "./talk.js";

const LOOK = 2000; // ms between two looks at who follows
const WATCH = 200; // ms between two looks at the address

/** The leader's state, and what may be done with it; `changed()` is called when it is another.
 * @param {{ code: string, key: string, device: string }} led @param {() => void} changed */
export function leading({ code, key, device }, changed) {
  const self = {
    role: "lead",
    code,
    key,
    device,
    lost: false,
    ended: "",
    leads: true,
    screen: "open",
    closed: false, // whether nobody else may come in
    there: 0,
    away: 0,
    behind: 0,
    answers: 0,
    /** @type {any} */
    poll: null,
    /** @type {{ link: string, picture: string }[]} */
    links: [],
    refused: "",
    /** What this page could ask the class: see core/views/predict/poll.js. @type {any} */
    question: null,
    match: 0, // of how many questions it is; 0 for none
    show,
    call: () => post("/call", {}),
    async setScreen(state) {
      if (await post("/screen", { state })) self.screen = state;
      changed();
    },
    async setDoor(closed) {
      if (await post("/door", { state: closed ? "closed" : "open" })) self.closed = closed;
      changed();
    },
    open,
    close: () => pollNow({ do: "close" }),
    reveal: () => pollNow({ do: "reveal", weights: weights() }),
    /** @type {any} */
    asked: null, // the question that is open, with the weights
    get knows() {
      return Boolean(weights());
    },
    take,
    results,
    async end() {
      if (await post("/end", {})) finish("ended");
    },
    leave: quiet,
  };
  const known = leaderOf(code, key);
  let sent = "";
  let sending = false;
  let then = 0; // what had been written at the last look
  /** @type {{ at: string, address: Record<string, any> }} */
  let stood = { at: "", address: {} };
  const listening = new AbortController();
  const { signal } = listening;

  async function post(path, given) {
    try {
      const found = await known.ask(path, { device: self.device, ...given });
      self.lost = false;
      self.refused = "";
      return found;
    } catch (refusal) {
      if (refusal.why === "lost") self.lost = true;
      else if (refusal.why === "leading") self.leads = false;
      else if (refusal.why === "gone" || refusal.why === "key") finish(refusal.message);
      else self.refused = refusal.message;
      changed();
      return null;
    }
  }

  const at = (href) => new URL(href).pathname;
  function sceneNow() {
    const { page, given } = placeOf(location.href);
    const own = stood.at === at(location.href) ? stood.address : {};
    const box = document.querySelector(".st-key-large_choice input");
    const large = Boolean(/** @type {HTMLInputElement | null} */ (box)?.checked);
    return { scene: { ...overlaid(given, own), page }, large };
  }
  /** What is on this screen now, unless it was sent already; one after the other. */
  async function show() {
    if (!self.leads || self.ended || sending) return;
    const now = sceneNow();
    const text = JSON.stringify(now);
    if (text === sent) return;
    sending = true;
    const done = await post("/scene", now);
    sending = false;
    if (done) sent = text;
    if (done && JSON.stringify(sceneNow()) !== text) show();
  }
  document.addEventListener(
    "heed-stands",
    (/** @type {any} */ { detail: { address } }) => {
      const here = at(location.href);
      stood = { at: here, address: { ...(stood.at === here ? stood.address : {}), ...address } };
      show();
      // The address bar says the same in a moment, and what else may come to stand there.
      clearTimeout(forget);
      forget = setTimeout(() => {
        stood = { at: "", address: {} };
      }, 600);
    },
    { signal },
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let forget;
  document.addEventListener(
    "heed-asks",
    (/** @type {any} */ { detail }) => {
      self.question = detail;
      changed();
    },
    { signal },
  );
  const watch = setInterval(show, WATCH);
  const look = setInterval(people, LOOK);

  async function people() {
    try {
      const found = await known.ask("/people", null, { "X-Heed-Device": self.device });
      Object.assign(self, { lost: false, leads: found.leads, away: found.away });
      self.there = found.at.length + found.away;
      self.behind = behind(found.at, then);
      then = found.number;
      if (found.answers != null) self.answers = found.answers;
    } catch (refusal) {
      if (refusal.why === "gone" || refusal.why === "key") finish(refusal.message);
      else self.lost = true;
    }
    changed();
  }

  async function pollNow(given) {
    const found = await post("/poll", given);
    if (!found) return;
    const state = { open: "open", close: "closed", reveal: "revealed" }[given.do];
    self.poll = { ...(found.note ?? self.poll), poll: found.poll, state };
    changed();
  }
  async function open(question, match = 0) {
    self.asked = question;
    self.answers = 0;
    await pollNow({
      do: "open",
      question: question.question,
      choices: question.choices,
      sort: question.sort,
      match,
    });
    tab.write("asked", question);
  }
  /** The model's weights for the poll: as they were when it was asked here, or, on a device that
   * leads since, as they are on a page with the same question. */
  function weights() {
    const choices = JSON.stringify(self.poll?.choices);
    const found = [self.asked, self.question].filter(Boolean);
    return found.find((one) => JSON.stringify(one.choices) === choices)?.weights;
  }
  async function take() {
    const found = await post("/lead", {});
    if (!found) return;
    Object.assign(self, { device: found.device, leads: true });
    remember();
    sent = "";
    changed();
  }
  async function results() {
    const found = await fetch(
      new URL(`api/class/${code}/polls.csv`, new URL("./", location.href)),
      {
        headers: { Authorization: `Bearer ${key}` },
      },
    );
    return found.ok ? found.text() : "";
  }
  function remember() {
    tab.write("now", { role: "lead", code, key, device: self.device });
  }
  function finish(why) {
    self.ended = why;
    quiet();
    changed();
  }
  function quiet() {
    clearInterval(watch);
    clearInterval(look);
    listening.abort();
    tab.write("now", null);
  }
  remember();
  self.asked = tab.read("asked");
  known.ask("/links").then(
    ({ links, notes }) => {
      self.links = links;
      for (const { name, note } of notes) {
        if (name === "screen") self.screen = note.state;
        if (name === "door") self.closed = note.state === "closed";
        if (name === "poll" && note.state !== "revealed") self.poll = note;
      }
      changed();
    },
    () => {},
  );
  document.dispatchEvent(new CustomEvent("heed-asks-again"));
  show();
  people();
  return self;
}
