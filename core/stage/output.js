// Around the frames in the output cells of a notebook: each is as tall as what it shows, and as
// light or dark as the notebook. What a frame says of itself comes from `inFrame` in stage.js.

import { lightOf, systemLight } from "./light.js";

const SOON = 300; // ms after which a notebook that changes its colours has done so

/** What is under a node: the first ground of its ancestors that is not clear.
 * @param {Element | null} node @returns {"light" | "dark"} */
function lightUnder(node) {
  if (node)
    return lightOf(getComputedStyle(node).backgroundColor) ?? lightUnder(node.parentElement);
  const schemes = getComputedStyle(document.documentElement).colorScheme;
  return /dark/.test(schemes) ? systemLight() : "light"; // what a page without a ground stands on
}

// Once for all frames of a notebook, however often it is asked for.
export default function listen() {
  const known = /** @type {any} */ (globalThis);
  if (known.heedOutput) return;
  known.heedOutput = true;
  /** @returns {HTMLIFrameElement[]} */
  const frames = () =>
    [...document.querySelectorAll("iframe")].filter((one) => one.title === "Heed");
  const tell = (frame) =>
    frame.contentWindow?.postMessage({ heedTheme: lightUnder(frame.parentElement) }, "*");
  addEventListener("message", ({ source, data }) => {
    const frame = frames().find((one) => one.contentWindow === source);
    if (!frame?.parentElement || data?.heedHeight == null) return;
    tell(frame);
    if (!(data.heedHeight > 0)) return;
    const still = /** @type {HTMLElement | null} */ (frame.previousElementSibling);
    if (still) still.style.display = "none";
    frame.parentElement.style.height = `${Math.ceil(data.heedHeight)}px`;
  });
  const again = new MutationObserver(() => setTimeout(() => frames().forEach(tell), SOON));
  for (const node of [document.documentElement, document.body])
    again.observe(node, { attributes: true });
}
