import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { animated, chunks, crc } from "../../core/stage/apng.js";
import { HIGH, placed, WIDE } from "../../core/stage/slide.js";

const bytes = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function chunk(name, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length);
  out.write(name, 4, "latin1");
  Buffer.from(data).copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

// A grey picture of 2 × 1 pixels.
function png(grey) {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const data = deflateSync(Buffer.from([0, grey, grey]));
  const parts = [chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]));
}

test("the check sum is that of PNG", () => {
  assert.equal(crc(bytes("IEND")), 0xae426082);
  assert.equal(crc(bytes("123456789")), 0xcbf43926);
});

test("frames become one animated PNG, whose first frame is also the still picture", () => {
  const frames = [png(0), png(120), png(255)];
  const found = chunks(animated(frames, 900));
  assert.deepEqual(
    found.map(([name]) => name),
    ["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"],
  );
  const view = (data) => new DataView(data.buffer, data.byteOffset, data.byteLength);
  assert.equal(view(found[1][1]).getUint32(0), 3);
  const order = found.filter(([name]) => ["fcTL", "fdAT"].includes(name));
  assert.deepEqual(
    order.map(([, data]) => view(data).getUint32(0)),
    [0, 1, 2, 3, 4],
  );
  assert.equal(view(found[2][1]).getUint16(20), 900);
  const own = chunks(frames[1]).find(([name]) => name === "IDAT")[1];
  assert.deepEqual([...found[5][1].subarray(4)], [...own]);
});

test("a panel lies inside a slide, whatever its form", () => {
  for (const [width, height] of [
    [300, 200],
    [2000, 150],
    [200, 1500],
  ]) {
    const { scale, x, y } = placed(width, height);
    assert.ok(x >= 0 && y >= 0 && x + width * scale <= WIDE && y + height * scale <= HIGH);
  }
  assert.equal(WIDE / HIGH, 16 / 9);
});
