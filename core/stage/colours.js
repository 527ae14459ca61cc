// Colour scales that hold for every kind of colour vision, the same for the same quantity.

const SEQUENTIAL = [[18, 30, 66], [38, 83, 124], [44, 140, 140], [128, 190, 110], [253, 231, 76]];
const DIVERGING = {
  light: [[0, 90, 150], [250, 249, 246], [184, 74, 0]],
  dark: [[107, 183, 240], [28, 30, 38], [255, 157, 92]],
};

function ramp(stops, x) {
  const place = Math.max(0, Math.min(1, x)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  return stops[i].map((a, k) => Math.round(a + (stops[i + 1][k] - a) * (place - i)));
}

const rgb = (c) => `rgb(${c[0]},${c[1]},${c[2]})`;

// Weights, 0 to 1: brighter is more. The power lifts small weights out of the dark.
const weightColour = (value) => rgb(ramp(SEQUENTIAL, Math.max(0, value) ** 0.75));

// Anything signed, over -limit to limit; zero is the colour of the paper.
const signedColour = (value, limit, theme) => rgb(ramp(DIVERGING[theme], 0.5 + (0.5 * value) / (limit || 1)));

const largest = (values) => values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
