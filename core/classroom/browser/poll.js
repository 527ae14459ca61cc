// A question to the room: its choices, and what came of it: the room's answers as ghost chips
// beside the model's weights, how far both are apart, and the commonest mistake.

import { fill, fixed, h } from "../../stage/dom.js";

const CHIPS = 10; // that stand for the whole room

/** Ten chips shared out by counts, the largest remainders first.
 * @param {number[]} counts @returns {number[]} */
export function chipsOf(counts) {
  const all = counts.reduce((a, b) => a + b, 0);
  if (!all) return counts.map(() => 0);
  const exact = counts.map((count) => (CHIPS * count) / all);
  const found = exact.map(Math.floor);
  const left = CHIPS - found.reduce((a, b) => a + b, 0);
  const order = exact.map((one, i) => [one - found[i], i]).sort(([a, i], [b, j]) => b - a || i - j);
  for (const [, i] of order.slice(0, left)) found[i] += 1;
  return found;
}

/** Which choice the model weighs most. @param {number[]} weights */
export const rightOf = (weights) => weights.indexOf(Math.max(...weights));

/** What came of a poll, in sentences. @param {any} words @param {any} poll @returns {string[]} */
export function outcome(words, poll) {
  const { counts, weights, choices, distance, mistake, sort } = poll;
  const all = counts.reduce((a, b) => a + b, 0);
  if (!all) return [words.nobody];
  const right = rightOf(weights);
  const share = (i) => fixed((100 * counts[i]) / all, 0);
  const said = [
    sort === "weights"
      ? fill(words.far, { distance: fixed(distance, 2) })
      : fill(words.right_share, { share: share(right) }),
  ];
  if (mistake == null) said.push(words.no_mistake);
  else
    said.push(
      fill(words.mistake, {
        taken: choices[mistake],
        right: choices[right],
        part: counts[mistake],
        count: all,
      }),
    );
  return said;
}

/** The choices of a poll: to be taken, or with what came of them.
 * @param {any} words @param {any} poll @param {number | undefined} mine
 * @param {((choice: number) => void) | null} take */
export function choicesView(words, poll, mine, take) {
  const shown = poll.state === "revealed";
  const chips = shown ? chipsOf(poll.counts) : [];
  const right = shown ? rightOf(poll.weights) : -1;
  return h(
    "div",
    { class: "choices", role: take ? "radiogroup" : "list", "aria-label": poll.question },
    poll.choices.map((text, i) => {
      const own = mine === i;
      const inside = [
        h("kbd", { "aria-hidden": "true" }, `${i + 1}`),
        h("span", { class: "choice-text" }, h("bdi", {}, text)),
        own && !take ? h("span", { class: "mine" }, words.yours) : null,
      ];
      if (take)
        return h(
          "button",
          {
            type: "button",
            role: "radio",
            class: "choice",
            "data-act": `choice-${i}`,
            "aria-checked": String(own),
            onclick: () => take(i),
          },
          inside,
        );
      if (!shown)
        return h("div", { class: `choice ${own ? "own" : ""}`, role: "listitem" }, inside);
      const weight = poll.weights[i];
      return h(
        "div",
        { class: `choice result ${i === right ? "right" : ""}`, role: "listitem" },
        inside,
        h(
          "span",
          {
            class: "ghosts",
            role: "img",
            "aria-label": fill(words.count_of, { count: poll.counts[i] }),
          },
          Array.from({ length: chips[i] }, () => h("i", {})),
          h("small", {}, `${poll.counts[i]}`),
        ),
        h(
          "span",
          {
            class: "weight",
            role: "img",
            "aria-label": fill(words.model_weight, { weight: fixed(weight, 2) }),
          },
          h("i", { style: `width:${100 * weight}%` }),
          h(
            "small",
            {},
            poll.sort === "weights" ? fixed(weight, 2) : i === right ? `✓ ${words.model}` : "",
          ),
        ),
      );
    }),
  );
}
