// The map: the parts of an encoder-decoder as boxes that are links, one plan of two at a time.

import { h, s, segments, set } from "../../stage/dom.js";
import { follow } from "../../stage/door.js";

const NARROW = 900; // px below which the boxes stand one under the other

/** @typedef {import("../../stage/wire").HomePlan} Plan */
/** @param {any} ui @param {Record<string, Plan>} plans @param {string} [first] */
export function mapView(ui, plans, first) {
  const { words } = ui;
  const names = Object.keys(plans);
  let shown = first && first in plans ? first : names[0];
  const choice = segments(
    words.which,
    names.map((name) => [name, words[`plan_${name}`]]),
    (name) => {
      shown = name;
      layout();
    },
  );
  const svg = s("svg", { class: "heed-plan", role: "group" });
  const node = h(
    "section",
    { class: "heed-map-pane", id: "map", "data-present": "" },
    h("div", { class: "heed-pane-head" }, h("h2", {}, words.map), choice.node),
    svg,
  );

  function box(part, tall) {
    const { name, x, y, width, colour, href } = part;
    const middle = x + width / 2;
    return s(
      "a",
      { href, class: `heed-part heed-part-${colour}`, target: "_self", onclick: follow },
      s("title", {}, words[`door_${name}`]),
      s("rect", { x, y, width, height: tall, rx: 10 }),
      s("text", { x: middle, y: y + tall / 2 - 3, "text-anchor": "middle" }, words[`part_${name}`]),
      s(
        "text",
        { x: middle, y: y + tall / 2 + 15, "text-anchor": "middle", class: "heed-part-more" },
        words[`more_${name}`],
      ),
    );
  }

  function arrow(from, to, tall) {
    const same = from.y === to.y && from.x < to.x;
    const [x, y] = same ? [from.x + from.width, from.y + tall / 2] : [from.x + from.width / 2, 0];
    if (same) return s("path", { d: `M${x} ${y}H${to.x - 7}`, "marker-end": "url(#heed-tip)" });
    const [u, v] = [from.y + tall, to.y - 7];
    const end = to.x + to.width / 2;
    const half = (u + v) / 2;
    return s("path", {
      d: `M${x} ${u}C${x} ${half} ${end} ${half} ${end} ${v}`,
      "marker-end": "url(#heed-tip)",
    });
  }

  function layout() {
    const plan = plans[shown];
    const room = node.clientWidth || 1100;
    const narrow = room < NARROW;
    const { tall } = plan;
    const step = tall + 22;
    const boxes = plan.boxes.map((one, i) =>
      narrow ? { ...one, x: 8, y: 4 + i * step, width: room - 60 } : one,
    );
    const width = narrow ? room - 44 : plan.width;
    const height = narrow ? boxes.length * step : plan.height;
    const by = Object.fromEntries(boxes.map((one) => [one.name, one]));
    const pairs = narrow ? boxes.slice(1).map((one, i) => [boxes[i].name, one.name]) : plan.arrows;
    const [last, start] = plan.again.map((name) => by[name]);
    const [a, b] = [last.x + last.width / 2, start.x + start.width / 2];
    const floor = last.y + tall;
    const low = floor + 34;
    set(svg, {
      viewBox: `0 0 ${width} ${height}`,
      "aria-label": words[`plan_${shown}`],
      style: `max-height:${height * 1.15}px`,
    });
    svg.replaceChildren(
      s(
        "defs",
        {},
        s(
          "marker",
          { id: "heed-tip", viewBox: "0 0 8 8", refX: 2, refY: 4, markerWidth: 7, orient: "auto" },
          s("path", { d: "M0 0L8 4L0 8z", class: "heed-arrow-tip" }),
        ),
      ),
      s(
        "g",
        { class: "heed-arrows" },
        pairs.map(([from, to]) => arrow(by[from], by[to], tall)),
      ),
      ...(narrow
        ? []
        : [
            s("path", {
              class: "heed-again",
              d: `M${a} ${floor}C${a} ${low} ${b} ${low} ${b} ${floor + 5}`,
              "marker-end": "url(#heed-tip)",
            }),
            s(
              "text",
              { x: (a + b) / 2, y: low + 6, "text-anchor": "middle", class: "heed-part-more" },
              words[`again_${shown}`],
            ),
          ]),
      ...boxes.map((one) => box(one, tall)),
    );
    choice.current(shown);
  }

  return { node, layout, shown: () => shown };
}
