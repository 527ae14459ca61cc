// The bar of a class, and the card of a poll above it.

import { fill, h } from "../../stage/dom.js";
import { choicesView, outcome, rightOf } from "./poll.js";
import { spaced } from "./scene.js";

const button = (act, text, onclick, more = {}) =>
  h("button", { type: "button", "data-act": act, onclick, ...more }, text);
const pressed = (act, text, on, onclick) =>
  button(act, text, onclick, { "aria-pressed": String(on) });
const status = (text, style = "") => h("span", { class: `status ${style}` }, text);
const code = (text) => h("b", { class: "code" }, spaced(text));

/** @param {any} words @param {any} now @param {any} acts */
export function leadBar(words, now, acts) {
  if (now.ended)
    return [
      status(now.ended === "ended" ? words.you_ended : now.ended, "warn"),
      button("leave", words.close, acts.leave),
    ];
  if (!now.leads)
    return [
      code(now.code),
      status(words.not_leading, "warn"),
      button("take", words.take_back, now.take, { class: "main" }),
      button("leave", words.close, acts.leave),
    ];
  const who = [
    fill(words.follow, { count: now.there }),
    now.behind ? fill(words.behind, { count: now.behind }) : null,
    now.away ? fill(words.look_around, { count: now.away }) : null,
  ].filter(Boolean);
  return [
    h(
      "button",
      {
        type: "button",
        class: "codes",
        "data-act": "code",
        title: words.show_code,
        onclick: acts.code,
      },
      code(now.code),
    ),
    status(now.lost ? words.lost : now.refused || who.join(" · "), now.lost ? "warn" : ""),
    now.question && !now.poll
      ? button("ask", words.ask, () => acts.ask(), { class: "main" })
      : null,
    now.question && !now.poll
      ? button("match", words.match, () => acts.ask(1), { title: words.match_about })
      : null,
    button("call", words.call, now.call),
    pressed("blank", words.blank, now.screen === "blank", () =>
      now.setScreen(now.screen === "blank" ? "open" : "blank"),
    ),
    pressed("freeze", words.freeze, now.screen === "frozen", () =>
      now.setScreen(now.screen === "frozen" ? "open" : "frozen"),
    ),
    button("door", words.shut, () => now.setDoor(!now.closed), {
      "aria-pressed": String(now.closed),
      title: words.shut_about,
    }),
    button("end", words.end, now.end),
  ];
}

/** @param {any} words @param {any} now @param {any} acts */
export function followBar(words, now, acts) {
  if (now.ended)
    return [
      status(now.ended === "ended" ? words.over : now.ended, "warn"),
      button("again", words.another, () => {
        acts.leave();
        acts.door();
      }),
      button("leave", words.close, acts.leave),
    ];
  const state = now.lost
    ? words.lost
    : now.screen === "frozen"
      ? words.frozen
      : now.away
        ? words.away
        : words.following;
  return [
    code(now.code),
    status(state, now.lost ? "warn" : now.away ? "away" : "on"),
    now.away
      ? h(
          "button",
          { type: "button", class: "main", "data-act": "back", onclick: now.back },
          words.back,
          " ",
          h("kbd", {}, "B"),
        )
      : button("stray", words.stray, now.stray),
    button("leave", words.leave, acts.leave),
  ];
}

// A question is in the language of whoever leads; where this page has the same one, it is said in
// the language of whoever reads it.
function spoken(now) {
  const { poll, question } = now;
  const same = question && JSON.stringify(question.choices) === JSON.stringify(poll.choices);
  return same ? { ...poll, question: question.question } : poll;
}

const head = (words, poll) =>
  h(
    "header",
    {},
    h(
      "span",
      { class: "tag" },
      poll.match
        ? fill(words.match_of, { number: poll.match })
        : fill(words.poll, { number: poll.poll }),
    ),
    h("h2", {}, h("bdi", {}, poll.question)),
  );

const outcomes = (said) =>
  h(
    "div",
    { class: "outcome", role: "status" },
    said.filter(Boolean).map((one) => h("p", {}, one)),
  );

/** A poll as the leader sees it. @param {any} words @param {any} now @param {any} acts */
export function leadCard(words, now, acts) {
  const poll = spoken(now);
  const { state, match } = poll;
  const shown = state === "revealed";
  const more = shown && match && match < 10 && now.question;
  return [
    head(words, poll),
    choicesView(words, poll, undefined, null),
    shown
      ? outcomes(outcome(words, poll))
      : h("p", { class: "answers" }, fill(words.answers, { count: now.answers })),
    shown || now.knows ? null : h("p", { class: "answers" }, words.reveal_where),
    h(
      "div",
      { class: "acts" },
      [
        state === "open" ? button("close", words.close_poll, now.close) : null,
        !shown && now.knows ? button("reveal", words.reveal, now.reveal, { class: "main" }) : null,
        shown ? button("done", words.done, acts.close, { class: more ? "" : "main" }) : null,
        more
          ? button("next", words.next_question, () => acts.onward(match + 1), { class: "main" })
          : null,
      ].filter(Boolean),
    ),
  ];
}

/** A poll as a follower sees it. @param {any} words @param {any} now @param {any} acts */
export function followCard(words, now, acts) {
  const poll = spoken(now);
  const mine = now.answers[poll.poll];
  const open = poll.state === "open";
  const shown = poll.state === "revealed";
  const waiting = open ? (mine == null ? words.choose : words.taken) : words.closed;
  const own = () =>
    mine == null ? null : mine === rightOf(poll.weights) ? words.you_right : words.you_wrong;
  const { right, asked } = now.scored;
  return [
    head(words, poll),
    choicesView(words, poll, mine, open ? now.answer : null),
    shown
      ? outcomes([
          own(),
          ...outcome(words, poll),
          poll.match
            ? fill(words.score, { right: String(right.length), asked: String(asked.length) })
            : null,
        ])
      : h("p", { class: "answers", role: "status" }, now.refused || waiting),
    shown
      ? h("div", { class: "acts" }, button("done", words.done, acts.close, { class: "main" }))
      : null,
  ];
}
