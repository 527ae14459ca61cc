// Speaking with the server: what is asked, what it says, and what of it this tab keeps.

const base = () => new URL("./", location.href.replace(/[?#].*/, ""));

/** @param {string} path */
export const address = (path) => new URL(path, base()).href;

/** What the server does not do, in words for whoever reads them, and why. */
export class Refusal extends Error {
  /** @param {string} why @param {string} told */
  constructor(why, told) {
    super(told);
    this.why = why;
  }
}

const language = () => document.documentElement.lang || "en";

/** An answer in JSON. Throws a Refusal; `why` is "lost" where no server answers.
 * @param {string} path @param {object | null} [given] @param {Record<string, string>} [headers] */
export async function ask(path, given = null, headers = {}) {
  let found;
  try {
    found = await fetch(
      address(`api/class${path}${path.includes("?") ? "&" : "?"}lang=${language()}`),
      {
        method: given ? "POST" : "GET",
        headers: given ? { "Content-Type": "application/json", ...headers } : headers,
        body: given && JSON.stringify(given),
        cache: "no-store",
      },
    );
  } catch {
    throw new Refusal("lost", "");
  }
  const said = await found.json().catch(() => null);
  if (found.ok && said) return said;
  throw new Refusal(said?.why ?? "lost", said?.told ?? "");
}

/** @param {string} code @param {string} key */
export const leaderOf = (code, key) => {
  const known = { Authorization: `Bearer ${key}` };
  return {
    /** @param {string} path @param {object | null} [given] @param {object} [more] */
    ask: (path, given, more) => ask(`/${code}${path}`, given, { ...known, ...more }),
  };
};

/** What this tab, or this browser, keeps; nothing where it may not.
 * @param {() => Storage} store */
const keeping = (store) => ({
  read(name) {
    try {
      return JSON.parse(store().getItem(`heed-class-${name}`) ?? "null");
    } catch {
      return null;
    }
  },
  write(name, value) {
    try {
      if (value == null) store().removeItem(`heed-class-${name}`);
      else store().setItem(`heed-class-${name}`, JSON.stringify(value));
    } catch {
      /* a browser that keeps nothing */
    }
  },
});
export const tab = keeping(() => sessionStorage);

/** The words of a class in the language of the page. */
export async function words() {
  const found = await fetch(address(`api/class-words/${language()}`));
  return found.json();
}

const PATIENCE = 4000; // ms until a stream that says nothing is taken for one that is kept back
const PAUSE = 1000; // ms between two questions where there is no stream
const AGAIN = 2000; // ms until a server that is away is asked again

/** Hears the notes of a class, as they come: by a stream, or by asking where none comes through.
 * `heard(note)`; `lost(true)` when the server is away, `lost(false)` when it is back; `ended(why)`.
 * @param {string} code @param {string} who @param {number} after
 * @param {{ heard: (note: any) => void, lost: (is: boolean) => void,
 *   ended: (refusal: Refusal) => void }} to */
export function listen(code, who, after, to) {
  let number = after;
  let stopped = false;
  let streams = typeof EventSource === "function";
  /** @type {EventSource | undefined} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const take = (note) => {
    if (note.number <= number) return;
    number = note.number;
    to.heard(note);
  };
  const soon = (act, pause) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(act, pause);
  };
  function open() {
    source?.close();
    const path = `api/class/${code}/events?who=${encodeURIComponent(who)}&after=${number}`;
    const own = (source = new EventSource(address(path)));
    soon(() => {
      streams = false; // something on the way keeps it back
      own.close();
      look();
    }, PATIENCE);
    own.addEventListener("hello", () => {
      clearTimeout(timer);
      to.lost(false);
    });
    own.addEventListener("note", ({ data }) => take(JSON.parse(data)));
    own.addEventListener("gone", () => {
      own.close();
      look();
    });
    own.onerror = () => {
      clearTimeout(timer);
      own.close();
      look();
    };
  }
  async function look() {
    clearTimeout(timer);
    try {
      const path = `/${code}/notes?who=${encodeURIComponent(who)}&after=${number}`;
      const { notes } = await ask(path);
      if (stopped) return;
      to.lost(false);
      for (const note of notes) take(note);
      soon(streams ? open : look, streams ? 0 : PAUSE);
    } catch (refusal) {
      if (stopped) return;
      if (["gone", "stranger", "code"].includes(refusal.why)) to.ended(refusal);
      else {
        to.lost(true);
        soon(look, AGAIN);
      }
    }
  }
  if (streams) open();
  else look();
  addEventListener("online", look);
  return () => {
    stopped = true;
    clearTimeout(timer);
    source?.close();
    removeEventListener("online", look);
  };
}
