// The lessons of a course as a list, with what this browser has done of each; and for a teacher a
// link to some of them in an order of their own.

import { fill, h } from "../../stage/dom.js";
import { follow } from "../../stage/door.js";
import { stageFrame } from "../../stage/frame.js";
import { progress } from "../card/progress.js";

/** @typedef {import("../../stage/wire").CoursePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountCourse(root, data) {
  const words = data.strings;
  const { stage, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const known = progress();
  const did = ({ name, cards }) => cards.filter((one) => known[name]?.includes(one)).length;
  const first = data.items.find((one) => did(one) < one.cards.length);

  const lesson = (one) => {
    const count = did(one);
    const whole = count === one.cards.length;
    const told = whole
      ? words.whole
      : count
        ? fill(words.part, { done: count, cards: one.cards.length })
        : fill(words.minutes, { count: one.minutes });
    return h(
      "li",
      { class: whole ? "heed-whole" : "" },
      h(
        "a",
        {
          href: data.link.replace("{lesson}", one.name),
          target: "_self",
          onclick: follow,
          "aria-current": one === first ? "step" : null,
        },
        h("b", {}, one.title),
        h("span", {}, one.about),
      ),
      h("span", { class: "heed-info" }, told),
    );
  };

  // A teacher's order: names, and which are in.
  let order = [
    ...data.items.map((one) => ({ ...one, on: true })),
    ...data.all
      .filter((one) => !data.items.some((own) => own.name === one.name))
      .map((one) => ({ ...one, on: false })),
  ];
  const own = h("ol", { class: "heed-own-order" });
  const address = h("input", {
    type: "text",
    readonly: true,
    class: "heed-own-link",
    "aria-label": words.own_link,
    onfocus: () => address.select(),
  });
  const move = (i, by) => {
    const next = [...order];
    [next[i], next[i + by]] = [next[i + by], next[i]];
    order = next;
    arrange();
    /** @type {any} */ (own.children[i + by]?.querySelector("button:not(:disabled)"))?.focus();
  };
  function arrange() {
    own.replaceChildren(
      ...order.map((one, i) => {
        const arrow = (text, name, by) =>
          h(
            "button",
            {
              type: "button",
              disabled: i + by < 0 || i + by >= order.length,
              "aria-label": `${one.title}: ${name}`,
              onclick: () => move(i, by),
            },
            text,
          );
        return h(
          "li",
          {},
          arrow("↑", words.up, -1),
          arrow("↓", words.down, 1),
          h(
            "label",
            {},
            h("input", {
              type: "checkbox",
              checked: one.on,
              onchange: (event) => {
                one.on = event.target.checked;
                tell();
              },
            }),
            ` ${one.title}`,
          ),
        );
      }),
    );
    tell();
  }
  function tell() {
    const names = order.filter((one) => one.on).map((one) => one.name);
    address.value = new URL(
      data.course_link.replace("{course}", names.join(".")),
      location.href,
    ).href;
  }

  stage.classList.add("heed-course");
  stage.append(
    h("ol", { class: "heed-course-list" }, data.items.map(lesson)),
    h(
      "details",
      { class: "heed-own" },
      h("summary", {}, words.own),
      h("p", { class: "heed-note" }, words.own_about),
      own,
      address,
    ),
  );
  arrange();
  begin({ key: () => false, arrange() {}, redraw() {} });
  return { address: () => ({}), kept: () => ({}), busy, paint, destroy };
}
