// Pixels on a canvas, and the veil that lets through what is looked at.

import { pixelsOf, veil } from "./read.js";

const DARK = [14, 16, 30];

/** @param {HTMLCanvasElement} canvas @param {string} pixels as they travelled
 * @param {number} side */
export const paintPixels = (canvas, pixels, side) =>
  canvas.getContext("2d")?.putImageData(new ImageData(pixelsOf(pixels), side, side), 0, 0);

/** A canvas of one pixel a cell; none is dark where no weights are given.
 * @param {HTMLCanvasElement} canvas @param {ArrayLike<number> | null} weights */
export function paintVeil(canvas, weights) {
  const brush = canvas.getContext("2d");
  if (!brush) return;
  const image = brush.createImageData(canvas.width, canvas.height);
  const dark = weights ? veil(weights) : [];
  dark.forEach((share, i) => image.data.set([...DARK, Math.round(255 * share)], 4 * i));
  brush.putImageData(image, 0, 0);
}
