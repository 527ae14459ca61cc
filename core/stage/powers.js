// Very small numbers, as a person writes them.

import { fixed, minus } from "./dom.js";

const RAISED = {
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
};

// 0.0000013 -> 1.3 × 10⁻⁶; what has room as it is stays so.
export function tiny(value, digits = 3) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 10 ** -digits) return fixed(value, digits);
  const [front, power] = value.toExponential(1).split("e");
  return `${minus(front)} × 10${Array.from(power, (letter) => RAISED[letter]).join("")}`;
}

export const percent = (share) => `${fixed(100 * share, share > 0 && share < 0.0995 ? 1 : 0)}%`;
