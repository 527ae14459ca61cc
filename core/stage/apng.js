// Several pictures as one that moves: an animated PNG, made of the PNGs of its frames. What cannot
// play it shows the first frame. See "APNG" in the third edition of the PNG specification (W3C).

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** The check sum of PNG. @param {Uint8Array} bytes */
export function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** The chunks of a PNG: [name, data]. @param {Uint8Array} png
 * @returns {[string, Uint8Array][]} */
export function chunks(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  /** @type {[string, Uint8Array][]} */
  const found = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const size = view.getUint32(at);
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8));
    found.push([name, png.subarray(at + 8, at + 8 + size)]);
    at += 12 + size;
  }
  return found;
}

/** @param {string} name @param {Uint8Array} data */
function chunk(name, data) {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(
    [...name].map((letter) => letter.charCodeAt(0)),
    4,
  );
  out.set(data, 8);
  view.setUint32(8 + data.length, crc(out.subarray(4, 8 + data.length)));
  return out;
}

/** Numbers as they stand in a chunk: of four bytes, or of [value, bytes].
 * @param {(number | [number, number])[]} values */
function numbers(...values) {
  return Uint8Array.from(
    values.flatMap((one) => {
      const [value, bytes] = Array.isArray(one) ? one : [one, 4];
      return Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 255);
    }),
  );
}

/** Frames of one size, each shown for so many ms, again and again.
 * @param {Uint8Array[]} frames PNGs @param {number} delay ms @returns {Uint8Array} */
export function animated(frames, delay) {
  const read = frames.map(chunks);
  const header = read[0].find(([name]) => name === "IHDR")?.[1] ?? new Uint8Array();
  const size = new DataView(header.buffer, header.byteOffset, 8);
  const [width, height] = [size.getUint32(0), size.getUint32(4)];
  let sequence = 0;
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("acTL", numbers(frames.length, 0)),
  ];
  read.forEach((found, i) => {
    const control = numbers(sequence, width, height, 0, 0, [delay, 2], [1000, 2], [0, 1], [0, 1]);
    parts.push(chunk("fcTL", control));
    sequence += 1;
    for (const [name, data] of found) {
      if (name !== "IDAT") continue;
      if (i) {
        parts.push(chunk("fdAT", Uint8Array.from([...numbers(sequence), ...data])));
        sequence += 1;
      } else parts.push(chunk("IDAT", data));
    }
  });
  parts.push(chunk("IEND", new Uint8Array()));
  const out = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
