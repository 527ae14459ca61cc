// Give it away: the link of what stands here, its QR code, and any panel as a picture for slides.

import { animated } from "./apng.js";
import { h } from "./dom.js";
import { save, svgText } from "./download.js";
import { panelsHere } from "./panels.js";
import { lit, pixelsOf, slideOf } from "./slide.js";

const STEP = 900; // ms that a step of an animated picture is shown
const MOST = 60; // steps of one
const mounted = new WeakMap();

/** @param {any} host */
export default function sharer({ data: [told], parentElement, setTriggerValue }) {
  const known = mounted.get(parentElement);
  if (known?.language === told.language) {
    known.hear(told);
    return;
  }
  parentElement.querySelector(".heed-shares")?.remove();
  const words = told;
  const address = h("input", { type: "text", readonly: true, "aria-label": words.link });
  address.addEventListener("focus", () => address.select());
  const code = h("img", { class: "heed-code", alt: words.code, hidden: true });
  const note = h("p", { class: "heed-sh-note", role: "status" });
  const list = h("select", { "aria-label": words.which });
  const theme = h(
    "select",
    { "aria-label": words.theme },
    ["light", "dark"].map((one) => h("option", { value: one }, words[one])),
  );
  const button = (name, act, more = {}) =>
    h("button", { type: "button", onclick: act, "data-act": name, ...more }, words[name]);
  const animate = button("animated", takeSteps);
  const box = h(
    "div",
    { class: "heed-sh-box", popover: "auto", role: "dialog", "aria-label": words.share },
    h("h2", {}, words.link),
    h("div", { class: "heed-sh-row" }, address, button("copy", copy)),
    code,
    note,
    h("h2", {}, words.pictures),
    h("div", { class: "heed-sh-row" }, list, theme),
    h(
      "div",
      { class: "heed-sh-row" },
      button("svg", () => take("svg")),
      button("png", () => take("png")),
      animate,
    ),
    h("p", { class: "heed-sh-note" }, words.pictures_about),
  );
  const opens = button("share", open, { title: words.hint });
  const holder = h("div", { class: "heed-shares" }, opens, box);
  parentElement.append(holder);
  /** @type {import("./panels").Panel[]} */
  let panels = [];

  function open() {
    panels = panelsHere((number) => `${words.panel} ${number}`);
    list.replaceChildren(...panels.map(({ name }, i) => h("option", { value: i }, name)));
    for (const one of box.querySelectorAll("select, [data-act=svg], [data-act=png]"))
      one.disabled = !panels.length;
    const first = panels[0]?.host;
    if (first) theme.value = first.ui.theme();
    still();
    address.value = location.href;
    code.hidden = true;
    note.textContent = "";
    box.showPopover();
    setTriggerValue?.("pick", { link: location.href, nonce: Date.now() });
  }

  // Only what steps can be animated; whoever wants no motion gets the still picture.
  function still() {
    const steps = panels[Number(list.value) || 0]?.host?.stage.querySelector(".heed-scrub");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    animate.hidden = !steps;
    animate.textContent = calm ? words.animated_still : words.animated;
  }
  list.addEventListener("change", still);

  async function copy() {
    try {
      await navigator.clipboard.writeText(address.value);
      note.textContent = words.copied;
    } catch {
      address.focus(); // a page without https may not: it is chosen, to be copied by hand
      note.textContent = words.copy_by_hand;
    }
  }

  const chosen = () => panels[Number(list.value) || 0];
  const named = (panel) =>
    ["heed", panel.host?.data.stage, panel.name, theme.value].filter((one) => one).join("-");

  async function take(format) {
    const panel = chosen();
    const svg = await lit(panel.host, theme.value, () => slideOf(panel, words));
    if (format === "svg") save(`${named(panel)}.svg`, "image/svg+xml", svgText(svg));
    else save(`${named(panel)}.png`, "image/png", await blobOf(await pixelsOf(svg, 2)));
  }

  async function takeSteps() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      take("png");
      return;
    }
    const panel = chosen();
    const { host } = panel;
    if (!host) return;
    /** @type {HTMLInputElement | null} */
    const scrub = host.stage.querySelector(".heed-scrub");
    if (!scrub) return;
    const press = (key) => host.key(new KeyboardEvent("keydown", { key }), true, host.stage);
    const before = Number(scrub.value);
    const count = Math.min(MOST, Number(scrub.max) - Number(scrub.min) + 1);
    animate.disabled = true;
    const frames = await lit(host, theme.value, async () => {
      const found = [];
      press("Home");
      for (let i = 0; i < count; i += 1) {
        const again = panelsHere(() => "").find(({ name }) => name === panel.name) ?? panel;
        const canvas = await pixelsOf(slideOf(again, words), 1);
        found.push(new Uint8Array(await (await blobOf(canvas)).arrayBuffer()));
        press("ArrowRight");
      }
      press("Home");
      for (let i = Number(scrub.min); i < before; i += 1) press("ArrowRight");
      return found;
    });
    animate.disabled = false;
    save(
      `${named(panel)}-steps.png`,
      "image/png",
      new Blob([/** @type {any} */ (animated(frames, STEP))]),
    );
  }

  // The server's answer: the link with an address that others reach, and its code.
  function hear({ answer }) {
    if (!answer) return;
    address.value = answer.link;
    code.src = answer.code;
    code.hidden = !answer.code;
    note.textContent = answer.told;
  }
  mounted.set(parentElement, { language: told.language, hear });
  hear(told);
}

const blobOf = (canvas) => new Promise((done) => canvas.toBlob(done, "image/png"));
