import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceAfter } from "../../core/stage/choices.js";
import {
  inkOn,
  largest,
  ramp,
  reach,
  SEQUENTIAL,
  signedColour,
  weightColour,
} from "../../core/stage/colours.js";
import { apart, bound, chance, counted, fill, fixed, half, signed } from "../../core/stage/dom.js";
import { exact, filesOf, quote } from "../../core/stage/download.js";
import { headNames, ofHead } from "../../core/stage/picker.js";
import { csvLines } from "../../core/stage/plates.js";
import { percent, tiny } from "../../core/stage/powers.js";

const luminance = (colour) => {
  const [r, g, b] = colour.match(/\d+/g).map(Number);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

test("brighter is more", () => {
  const shades = Array.from({ length: 21 }, (_, i) => luminance(weightColour(i / 20)));
  assert.deepEqual(
    shades,
    shades.toSorted((a, b) => a - b),
  );
  assert.deepEqual(ramp(SEQUENTIAL, -1), SEQUENTIAL[0]);
  assert.deepEqual(ramp(SEQUENTIAL, 2), SEQUENTIAL.at(-1));
});

test("zero has the colour of the paper, and what is beyond the limit that of the limit", () => {
  assert.equal(signedColour(0, 3, "light"), "rgb(250,249,246)");
  assert.equal(signedColour(0, 3, "dark"), "rgb(28,30,38)");
  assert.equal(signedColour(9, 3, "light"), signedColour(3, 3, "light"));
  assert.notEqual(signedColour(-3, 3, "light"), signedColour(3, 3, "light"));
});

test("ink stands out", () => {
  assert.equal(inkOn(weightColour(1)), "#000000");
  const luminance = (colour) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => {
      const x = Number(colour.match(/\d+/g)[i]) / 255;
      return sum + share * (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    }, 0);
  for (let weight = 0; weight <= 1; weight += 0.01) {
    const colour = weightColour(weight);
    const [under, ink] = [luminance(colour), inkOn(colour) === "#000000" ? 0 : 1];
    const [low, high] = [Math.min(under, ink), Math.max(under, ink)];
    assert.ok((high + 0.05) / (low + 0.05) >= 4.5, colour); // WCAG 2, AA
  }
  assert.equal(inkOn(weightColour(0)), "#ffffff");
});

test("scales leave out what is no number", () => {
  assert.equal(largest([1, -3, NaN, Infinity]), 3);
  const many = Array.from({ length: 1000 }, (_, i) => (i < 995 ? 0.1234 : 50));
  assert.equal(reach([many]), 0.12);
  assert.equal(reach([[0, 0]]), 1);
});

test("numbers are written as a person writes them", () => {
  assert.equal(fixed(-1.005, 2), "−1.00");
  assert.equal(fixed(-Infinity, 2), "−∞");
  assert.equal(fixed(NaN, 2), "–");
  assert.equal(chance(0.0001), "<0.001");
  assert.equal(signed(-0.0001, 2), "0.00");
  assert.equal(signed(0.126, 2), "+0.13");
  assert.equal(apart(0.124, 0.126, 2), 0.01); // of 0.12 and 0.13, as they are shown
  assert.equal(tiny(0.0000013), "1.3 × 10⁻⁶");
  assert.equal(tiny(0.5), "0.500");
  assert.equal(percent(0.051), "5.1%");
  assert.equal(percent(0.51), "51%");
});

test("a file has the fewest digits that name a number", () => {
  assert.equal(exact(Math.fround(0.1)), "0.1");
  assert.equal(exact(Math.fround(1 / 3)), "0.33333334");
  assert.equal(exact(NaN), "");
  assert.equal(exact(-Infinity), "-Infinity");
  assert.equal(Math.fround(Number(exact(Math.fround(Math.PI)))), Math.fround(Math.PI));
});

test("a number in half precision has no digits that nobody knows", () => {
  assert.equal(half(-158.875), "−158.9"); // of −158.9374, whose fourth decimal was lost
  assert.equal(half(0.0123519897), "0.01235");
  assert.equal(half(2.5), "2.5");
  assert.equal(half(1024), "1024");
  assert.equal(half(0), "0");
  for (const value of [Math.PI, 0.1, 77.7, 0.00031]) {
    const place = 2 ** (Math.floor(Math.log2(value)) - 10);
    assert.ok(Math.abs(Number(half(value)) - value) <= place / 2);
  }
});

test("the end of a scale is the number that has its colour", () => {
  assert.deepEqual([20.73, 1, 0.163, 0.0449, 0].map(bound), [
    "20.7",
    "1.0",
    "0.16",
    "0.045",
    "0.0",
  ]);
});

test("a file's name has the sentence and the step in it", () => {
  const exports = { name: "heed-eng-fra-general" };
  const named = filesOf({ exports, typed: " L'été, c'est fini? " }, "heed");
  assert.equal(named(), "heed-eng-fra-general-L-été-c-est-fini");
  assert.equal(named(0), "heed-eng-fra-general-L-été-c-est-fini-step-1");
  assert.equal(filesOf({ typed: "나는 학생입니다." }, "heed")(2), "heed-나는-학생입니다-step-3");
  assert.equal(filesOf({ typed: ["a b", "../c"] }, "heed")(), "heed-a-b-c");
  assert.equal(filesOf({ typed: "?!" }, "heed")(), "heed");
  assert.equal(filesOf({}, "heed")(), "heed");
  assert.equal(filesOf({ typed: "😀".repeat(9) + "x".repeat(99) }, "h")(), `h-${"x".repeat(39)}`);
});

test("a table keeps quotes and commas", () => {
  assert.equal(csvLines([["a", quote('b"c, d')]]), 'a,"b""c, d"\r\n');
});

test("blanks that have no value stay", () => {
  assert.equal(fill("{a} {b} {a}", { a: 1 }), "1 {b} 1");
});

test("heads have names, and of several there is the mean", () => {
  const shape = { layers: 2, heads: 2 };
  assert.deepEqual(headNames(shape), ["all", "1", "1.1", "1.2", "2", "2.1", "2.2"]);
  const flat = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  assert.deepEqual(Array.from(ofHead(flat, "2.1", shape, 2)), [5, 6]);
  assert.deepEqual(Array.from(ofHead(flat, "2", shape, 2)), [6, 7]);
  assert.deepEqual(Array.from(ofHead(flat, "all", shape, 2)), [4, 5]);
});

test("a text takes the form that its number asks for, in its language", () => {
  const pieces = { language: "en", one: "{count} piece", other: "{count} pieces" };
  assert.equal(fill(pieces, { count: 1 }), "1 piece");
  assert.equal(fill(pieces, { count: 0 }), "0 pieces");
  assert.equal(fill(pieces, { count: 20000 }), "20,000 pieces");
  const polish = { language: "pl", one: "{n} a", few: "{n} b", many: "{n} c", other: "{n} d" };
  const said = (n) => fill({ ...polish, by: "n" }, { n });
  assert.deepEqual([1, 2, 5, 22, 1.5].map(said), ["1 a", "2 b", "5 c", "22 b", "1,5 d"]);
  assert.equal(
    fill({ language: "ko", other: "{what} {count}개" }, { what: "조각", count: 1 }),
    "조각 1개",
  );
  assert.equal(fill("{a} {b}", { a: 1 }), "1 {b}"); // what has no forms is filled in as it is
});

test("a count is written as the reader writes it", () => {
  assert.equal(counted("en", 20000), "20,000");
  assert.equal(counted("de", 20000), "20.000");
  assert.equal(counted("ko", 20000), "20,000");
});

test("an arrow leads from token to token, and into the list from outside", () => {
  const from = (at, key) => sourceAfter(at, key, 3);
  assert.deepEqual(
    [undefined, 0, 1, 2].map((at) => from(at, "ArrowDown")),
    [0, 1, 2, 2],
  );
  assert.deepEqual(
    [undefined, 2, 1, 0].map((at) => from(at, "ArrowUp")),
    [2, 1, 0, 0],
  );
});
