// Of a picture the parts that are in question, lit, and the others dimmed or not there. A part is
// whatever says so by `data-part`; the rules hold for what is drawn later, too.

/** @typedef {{ only: string[], light: string[] }} Spot */

/** @param {string[]} parts */
const others = (parts) => {
  const own = `:is(${parts.map((name) => `[data-part="${CSS.escape(name)}"]`).join(",")})`;
  return `[data-part]:not(${own}, :has(${own}), ${own} *)`;
};

/** The rules of style, as text.
 * @param {Spot | undefined} spot */
export const rules = (spot) =>
  [
    spot?.only.length ? `${others(spot.only)} { display: none !important; }` : "",
    spot?.light.length ? `${others(spot.light)} { opacity: 0.25; transition: opacity 0.3s; }` : "",
  ].join("\n");

/** @param {Element} parent @param {Spot} [spot] */
export function spotlight(parent, spot) {
  let style = parent.querySelector("style.heed-spot");
  if (!spot && !style) return;
  if (!style) {
    style = document.createElement("style");
    style.className = "heed-spot";
    parent.append(style);
  }
  style.textContent = rules(spot);
  parent.querySelector(".heed")?.toggleAttribute("data-only", Boolean(spot?.only.length));
}
