// Arrays as they travel, read: what codec.py writes. Maps are flat, row by row.

/** @typedef {{ dtype: string, shape: number[], data: string }} Packed */
/** @typedef {{ low: number[], step: number[], bits: number[], data: string }} Quantised */

/** Bytes of each number, and how it is read.
 * @type {Record<string, [number, (view: DataView, at: number) => number]>} */
const READERS = {
  f2: [2, half],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  b1: [1, (view, at) => view.getUint8(at)],
};

/** @param {DataView} view */
function half(view, at) {
  const bits = view.getUint16(at, true);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @param {string} text */
function bytesOf(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** All numbers of an array, whatever its dimensions.
 * @param {Packed} packed */
export function decodeFlat({ dtype, data }) {
  const [size, read] = READERS[dtype];
  const view = new DataView(bytesOf(data).buffer);
  const numbers = new Float32Array(view.byteLength / size);
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = read(view, size * i);
  return numbers;
}

/** An array of one dimension, or the rows of one that has two.
 * @param {Packed} packed
 * @returns {any} Float32Array, or an array of them */
export function decodeArray(packed) {
  const flat = decodeFlat(packed);
  if (packed.shape.length === 1) return flat;
  const [rows, columns] = packed.shape.slice(-2);
  return Array.from({ length: rows }, (_, r) => flat.subarray(r * columns, (r + 1) * columns));
}

// The number of `width` bits (25 at most) that begins at a bit.
const numberAt = (bytes, at, width) => {
  const i = at >> 3;
  const four = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
  return (four << (at & 7)) >>> (32 - width);
};

/** @param {string} text @param {number} count */
export function decodeBits(text, count) {
  const bytes = bytesOf(text);
  return Uint8Array.from({ length: count }, (_, i) => numberAt(bytes, i, 1));
}

/** The scores of maps with one mask, one array a map; what is masked is not a number.
 * @param {Quantised} quantised @param {ArrayLike<number>} visible */
export function decodeScores({ low, step, bits, data }, visible) {
  const bytes = bytesOf(data);
  let at = 0;
  return low.map((least, map) => {
    const scores = new Float32Array(visible.length); // a loop: there are millions in a large model
    const [one, width] = [step[map], bits[map]];
    for (let i = 0; i < scores.length; i += 1) {
      if (!visible[i]) {
        scores[i] = NaN;
        continue;
      }
      scores[i] = least + one * numberAt(bytes, at, width);
      at += width;
    }
    return scores;
  });
}
