// Below the sentence that plays: three ways in, and the map of the whole.

import { h } from "../../stage/dom.js";
import { follow } from "../../stage/door.js";
import { stageFrame } from "../../stage/frame.js";
import { mapView } from "./mapping.js";
import { picture } from "./pictures.js";

/** @typedef {import("../../stage/wire").HomePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountHome(root, data) {
  const words = data.strings;
  const { stage, ui, busy, paint, begin, destroy } = stageFrame(root, data, words.title);
  const map = mapView(ui, data.plans, data.plan);
  const link = (attributes, ...children) =>
    h("a", { target: "_self", onclick: follow, ...attributes }, ...children);
  const card = (name, ...children) =>
    h(
      "section",
      { class: `heed-way heed-way-${name}` },
      h("h2", {}, words[name]),
      h("p", {}, words[`${name}_line`]),
      ...children,
    );
  const lessons = h(
    "ol",
    { class: "heed-lesson-list" },
    data.lessons.map(({ title, href }) => h("li", {}, link({ href }, title))),
  );
  const tile = ({ title, line, href, kind, picture: drawn }) =>
    link(
      { href, class: "heed-tile" },
      h("span", { class: "heed-tile-picture" }, kind ? picture(kind, drawn) : null),
      h("span", { class: "heed-tile-words" }, h("b", {}, title), h("span", {}, line)),
    );
  const pages = h("div", { class: "heed-tiles" });
  const [first] = data.lessons;
  stage.classList.add("heed-home");
  stage.append(
    h(
      "div",
      { class: "heed-ways" },
      card("learn", lessons, first && link({ href: first.href, class: "heed-start" }, words.start)),
      card("explore", pages),
      card(
        "teach",
        data.teach.map(({ title, line, href }) =>
          h(
            "div",
            { class: "heed-teach" },
            href ? link({ href, class: "heed-teach-link" }, title) : h("b", {}, title),
            h("p", {}, line),
          ),
        ),
      ),
    ),
    map.node,
  );
  const draw = () => {
    pages.replaceChildren(...data.pages.map(tile));
    map.layout();
  };
  draw();
  begin({ key: () => false, arrange: map.layout, redraw: draw });
  return { address: () => ({}), kept: () => ({ plan: map.shown() }), busy, paint, destroy };
}
