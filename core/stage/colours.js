// Colour scales that hold for every kind of colour vision, the same for the same quantity.

export const SEQUENTIAL = [
  [18, 30, 66],
  [38, 83, 124],
  [44, 140, 140],
  [128, 190, 110],
  [253, 231, 76],
];
const DIVERGING = {
  light: [
    [0, 78, 137],
    [96, 160, 204],
    [250, 249, 246],
    [226, 146, 90],
    [158, 58, 0],
  ],
  dark: [
    [140, 205, 250],
    [58, 112, 154],
    [28, 30, 38],
    [158, 92, 50],
    [255, 176, 122],
  ],
};
export const SHADES = 255; // odd, so that zero has a colour of its own

export function ramp(stops, x) {
  const place = Math.max(0, Math.min(1, x)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  return stops[i].map((a, k) => Math.round(a + (stops[i + 1][k] - a) * (place - i)));
}

export const rgb = (c) => `rgb(${c[0]},${c[1]},${c[2]})`;

// Weights, 0 to 1: brighter is more. The power lifts small weights out of the dark.
export const weightColour = (value) => rgb(ramp(SEQUENTIAL, Math.max(0, value) ** 0.75));

// Anything signed, over -limit to limit; zero is the colour of the paper.
export const signedColour = (value, limit, theme) =>
  rgb(ramp(DIVERGING[theme], 0.5 + (0.5 * value) / (limit || 1)));

// The ink that stands out more from a colour, "rgb(…)": dark or white (WCAG 2, relative luminance).
export function inkOn(colour) {
  const [r, g, b] = colour.match(/\d+/g).map((part) => {
    const x = part / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

// The same scale as packed pixels, for strips of many values.
export const packed = Object.fromEntries(
  Object.entries(DIVERGING).map(([theme, stops]) => [
    theme,
    Uint32Array.from({ length: SHADES }, (_, i) => {
      const [r, g, b] = ramp(stops, i / (SHADES - 1));
      return new Uint32Array(new Uint8ClampedArray([r, g, b, 255]).buffer)[0];
    }),
  ]),
);

// Paints one row of pixels, one a value.
export function paintSigned(canvas, values, limit, theme) {
  if (canvas.width !== values.length || canvas.height !== 1) {
    canvas.width = values.length;
    canvas.height = 1;
  }
  const paint = canvas.getContext("2d");
  const image = paint.createImageData(values.length, 1);
  const pixels = new Uint32Array(image.data.buffer);
  const shades = packed[theme];
  const half = (SHADES - 1) / 2;
  for (let i = 0; i < values.length; i += 1) {
    pixels[i] =
      shades[Math.max(0, Math.min(SHADES - 1, Math.round(half + (half * values[i]) / limit)))] || 0;
  }
  paint.putImageData(image, 0, 0);
}

export const largest = (values) =>
  values.reduce((a, v) => (Number.isFinite(v) ? Math.max(a, Math.abs(v)) : a), 0);

// The size that all but one in a hundred values stay under, as a number with two digits.
export function reach(arrays) {
  const sizes = Float32Array.from(arrays.flatMap((array) => Array.from(array, Math.abs))).sort();
  return Number((sizes[Math.floor(0.99 * (sizes.length - 1))] || 1).toPrecision(2));
}
