// One panel of a page as a slide, 16:9: its title, the sentence, the model, the panel with its
// formula, and the key to its colours.

import { boxesOf } from "./boxes.js";
import { cut, FONT, s } from "./dom.js";
import { scaleOn } from "./plates.js";
import { drawable, sheet } from "./sheet.js";

export const WIDE = 1280;
export const HIGH = 720;
const MARGIN = 48;
const TOP = 116;
const FOOT = 52;

/** How a picture of that size lies in the room a slide has: how many times as large, and where.
 * @param {number} width @param {number} height */
export function placed(width, height) {
  const room = { width: WIDE - 2 * MARGIN, height: HIGH - TOP - FOOT };
  const scale = Math.min(3, room.width / width, room.height / height);
  const x = MARGIN + (room.width - width * scale) / 2;
  return { scale, x, y: TOP + (room.height - height * scale) / 2 };
}

/** The sentence as far as it is written. @param {import("./hosts").Host} host */
function sentenceOf({ ui, data }) {
  const plain = (groups) =>
    groups
      .filter((one) => !one.mark)
      .map((one) => (one.text || one.label).replaceAll("▁", ""))
      .join(" ");
  if (ui.sources && ui.targets && Number.isInteger(ui.now)) {
    const written = ui.targets.filter((one) => one.items[0] <= ui.now);
    return [plain(ui.sources), plain(written)];
  }
  return [[data.typed ?? ""].flat().join(" · "), ""];
}

/** @param {import("./panels").Panel} panel
 * @param {Record<string, any>} words @returns {SVGElement} */
export function slideOf({ host, node, name }, words) {
  /** @type {any} */
  const own = host?.ui ?? plainLight();
  const { out, write, block } = sheet(own);
  for (const [key, value] of Object.entries({ width: WIDE, height: HIGH, "font-family": FONT }))
    out.setAttribute(key, String(value));
  out.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  out.append(s("title", {}, drawable(name)));
  block({ x: 0, y: 0, width: WIDE, height: HIGH, fill: own.colour("--heed-card") });
  write(MARGIN, 52, cut(name, 26, WIDE - 2 * MARGIN - 330), { size: 26, bold: true });
  const [source, target] = host ? sentenceOf(host) : ["", ""];
  write(MARGIN, 88, cut(source, 22, WIDE / 2 - MARGIN), {
    size: 22,
    bold: true,
    colour: "--heed-source",
  });
  if (target)
    write(WIDE / 2 + 16, 88, cut(target, 22, WIDE / 2 - MARGIN - 16), {
      size: 22,
      bold: true,
      colour: "--heed-target",
    });
  const count = host?.stage.querySelector(".heed-count")?.textContent ?? "";
  const model = host?.data.model ?? host?.data.exports?.name?.replace(/^heed-/, "") ?? "";
  const told = [typeof model === "string" ? model : "", count && `${words.step} ${count}`];
  write(WIDE - MARGIN, 52, told.filter((one) => one).join(" · "), {
    size: 16,
    colour: "--heed-mute",
    anchor: "end",
  });
  const { group, width, height } = boxesOf(node);
  const { scale, x, y } = placed(width, height);
  group.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
  out.append(group);
  // The key of the colours, where the panel has none of its own.
  const coloured = node.querySelector(".heed-heat-body, .heed-grid, .heed-mosaic, .heed-cells");
  if (host && coloured && !node.querySelector(".heed-legend")) {
    const scores = own.kind === "scores";
    const kind = scores ? "scores" : "weights";
    const named = scores ? words.score : words.weight;
    scaleOn({ write, block }, MARGIN, HIGH - 30, named, kind, own.limit ?? 1, own.theme());
  }
  write(WIDE - MARGIN, HIGH - 20, "Heed", { size: 14, colour: "--heed-mute", anchor: "end" });
  return out;
}

// Of a chart that stands in no stage.
const plainLight = () => ({
  theme: () => "light",
  colour: (name) => ({ "--heed-card": "#fff", "--heed-mute": "#62606c" })[name] ?? "#1d1c24",
});

/** Draws with that theme, and puts back what was. @param {import("./hosts").Host | null} host
 * @param {string} theme @param {() => any} act */
export async function lit(host, theme, act) {
  if (!host) return act();
  const before = host.data.theme;
  host.data.theme = theme;
  host.paint();
  try {
    return await act();
  } finally {
    host.data.theme = before;
    host.paint();
  }
}

/** A drawing as pixels. @param {SVGElement} svg @param {number} times as large
 * @returns {Promise<HTMLCanvasElement>} */
export const pixelsOf = (svg, times) =>
  new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = WIDE * times;
      canvas.height = HIGH * times;
      canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
      done(canvas);
    };
    image.onerror = () => fail(new Error("no picture"));
    const text = new XMLSerializer().serializeToString(svg);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  });
