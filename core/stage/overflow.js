// A box that scrolls says so: it fades, and an arrow points to where there is more.

import { h } from "./dom.js";

export const FADE = 44; // px at its lower end

export function scrolling(box) {
  const mark = (way, sign) =>
    h(
      "span",
      { class: `heed-beyond heed-beyond-${way}`, "aria-hidden": "true", hidden: true },
      sign,
    );
  const right = mark("right", "→");
  const down = mark("down", "↓");
  const node = h("div", { class: "heed-scrolling" }, box, right, down);
  const update = () => {
    right.hidden = box.scrollWidth - box.clientWidth - box.scrollLeft <= 2;
    down.hidden = box.scrollHeight - box.clientHeight - box.scrollTop <= 2;
  };
  box.addEventListener("scroll", update, { passive: true });
  const sized = new ResizeObserver(update);
  [box, ...box.children].forEach((one) => sized.observe(one));
  return node;
}
