// Whether what lies under something is light or dark.

/** Of a colour as `getComputedStyle` tells it; null where nothing can be seen of it.
 * @param {string} colour @returns {"light" | "dark" | null} */
export function lightOf(colour) {
  const parts = colour.match(/[\d.]+/g);
  if (!parts || parts.length < 3 || Number(parts[3]) === 0) return null;
  const [r, g, b] = parts.map(Number);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128 ? "dark" : "light";
}

/** What the system asks for.
 * @returns {"light" | "dark"} */
export const systemLight = () =>
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
