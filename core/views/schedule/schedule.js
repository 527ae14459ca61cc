// Warm-up and decay of a learning rate: two sliders, and the curve that follows.

import { counted, fill, h, s, set } from "../../stage/dom.js";
import { stageFrame } from "../../stage/frame.js";
import { levels, rateAt, scaledAt, short, stepsTo } from "./rate.js";

const SIZES = [64, 128, 256, 512, 1024];
const WARMUPS = [200, 500, 1000, 2000, 4000, 8000, 16000];
const LASTS = [5000, 20000, 100000];
const [LEFT, RIGHT, TOP, BOTTOM] = [66, 14, 14, 34];

/** @typedef {import("../../stage/wire").SchedulePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountSchedule(root, data) {
  const words = data.strings;
  const { stage, ui, paint, begin, destroy } = stageFrame(root, data, words.title);
  const { trained } = data;
  // Vaswani et al. 2017, sections 5.3 and table 3: the base model.
  const now = { size: 512, warmup: 4000, last: 20000, at: 4000 };

  const slider = (name, values, told) => {
    const input = h("input", {
      type: "range",
      min: 0,
      max: values.length - 1,
      step: 1,
      class: "heed-scrub",
      "data-act": name,
      "aria-label": told,
      oninput: () => {
        now[name] = values[Number(input.value)];
        draw();
      },
    });
    const value = h("b", {});
    const node = h("label", { class: "heed-setting" }, h("span", {}, told, " ", value), input);
    return {
      node,
      update() {
        input.value = String(values.indexOf(now[name]));
        const said = counted(ui.language, now[name]);
        input.setAttribute("aria-valuetext", said);
        value.textContent = said;
      },
    };
  };
  const sliders = [
    slider("size", SIZES, words.size),
    slider("warmup", WARMUPS, words.warmup),
    slider("last", LASTS, words.last),
  ];
  const told = h("p", { class: "heed-rate-told", role: "status" });
  const here = h("p", { class: "heed-note" });
  const svg = s("svg", { class: "heed-rate-chart", role: "img" });
  const picture = h("div", { class: "heed-rate-picture" }, svg);
  const legend = h(
    "p",
    { class: "heed-legend" },
    h("span", { class: "heed-rate-own" }, h("i", {}), words.own),
    trained
      ? h(
          "span",
          { class: "heed-rate-trained" },
          h("i", {}),
          fill(words.trained, {
            ...trained,
            warmup: counted(ui.language, trained.warmup),
          }),
        )
      : null,
  );
  stage.append(
    h(
      "div",
      { class: "heed-rate-all" },
      h(
        "div",
        { class: "heed-settings" },
        h(
          "code",
          {},
          "η = d",
          h("sup", {}, "−1/2"),
          " · min(t",
          h("sup", {}, "−1/2"),
          ", t · w",
          h("sup", {}, "−3/2"),
          ")",
        ),
        sliders.map((one) => one.node),
        told,
        here,
      ),
      h("div", {}, picture, legend),
    ),
  );

  let place = (/** @type {number} */ x) => x;
  svg.addEventListener("mousemove", (event) => {
    const box = svg.getBoundingClientRect();
    now.at = Math.max(1, Math.min(now.last, Math.round(place(event.clientX - box.left))));
    draw();
  });

  function draw() {
    for (const one of sliders) one.update();
    const wide = Math.max(260, picture.clientWidth || 560);
    const high = ui.large ? 400 : 320;
    set(svg, { width: wide, height: high });
    const steps = stepsTo(now.last, now.warmup);
    const own = steps.map((step) => rateAt(step, now.size, now.warmup));
    const other = trained ? steps.map((step) => scaledAt(step, trained.rate, trained.warmup)) : [];
    const most = 1.08 * Math.max(...own, ...other);
    const across = wide - LEFT - RIGHT;
    const down = high - TOP - BOTTOM;
    const x = (step) => LEFT + (across * step) / now.last;
    const y = (rate) => TOP + down * (1 - rate / most);
    place = (at) => ((at - LEFT) / across) * now.last;
    const line = (rates) =>
      rates.map((rate, i) => `${i ? "L" : "M"}${x(steps[i]).toFixed(1)} ${y(rate).toFixed(1)}`);
    const at = Math.min(now.at, now.last);
    const rate = rateAt(at, now.size, now.warmup);
    svg.replaceChildren(
      ...levels(most).flatMap((one) => [
        s("line", { class: "heed-level", x1: LEFT, x2: wide - RIGHT, y1: y(one), y2: y(one) }),
        s("text", { x: LEFT - 8, y: y(one) + 4, "text-anchor": "end" }, short(one)),
      ]),
      ...[0, 0.25, 0.5, 0.75, 1].map((part) =>
        s(
          "text",
          {
            x: x(part * now.last),
            y: high - 10,
            "text-anchor": part === 1 ? "end" : "middle",
          },
          counted(ui.language, part * now.last),
        ),
      ),
      s("line", { class: "heed-here", x1: x(at), x2: x(at), y1: TOP, y2: high - BOTTOM }),
      s("path", { class: "heed-rate-line heed-rate-trained", d: line(other).join("") || "M0 0" }),
      s("path", { class: "heed-rate-line heed-rate-own", d: line(own).join("") }),
      s("circle", { class: "heed-rate-dot", cx: x(at), cy: y(rate), r: 4 }),
    );
    const peak = short(rateAt(now.warmup, now.size, now.warmup));
    told.textContent = fill(words.told, { peak, update: counted(ui.language, now.warmup) });
    here.textContent = fill(words.here, {
      update: counted(ui.language, at),
      rate: short(rate),
      share: ((100 * rate) / rateAt(now.warmup, now.size, now.warmup)).toFixed(0),
    });
    svg.setAttribute("aria-label", `${words.title}. ${told.textContent} ${here.textContent}`);
  }

  draw();
  begin({
    key(event) {
      const by = now.last / 40;
      const moves = { ArrowLeft: -by, ArrowRight: by, Home: -now.last, End: now.last };
      if (!(event.key in moves)) return false;
      now.at = Math.round(Math.max(1, Math.min(now.last, now.at + moves[event.key])));
      draw();
      return true;
    },
    arrange: draw,
    redraw: draw,
  });
  return { paint, busy: () => {}, address: () => ({}), kept: () => ({}), destroy };
}
