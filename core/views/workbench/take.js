// The workbench to take home, and to read.

import { inkOn, weightColour } from "../../stage/colours.js";
import { fill, s, set } from "../../stage/dom.js";
import { exact, menu, quote, save, saveCsv, savePng, svgText } from "../../stage/download.js";
import { sheet, styled } from "../../stage/sheet.js";
import { table } from "../../stage/table.js";
import { keyName, numberText, pairOf } from "./plane.js";

// The numbers of an answer as lines: one a score function and key.
function benchCsv({ setting, key_lengths: lengths, cosines, scored }) {
  const number = (value) => (value == null ? "" : exact(value));
  const lines = [
    "score_function,temperature,query_x,query_y,key,key_x,key_y,key_length,cosine,score,weight,context_x,context_y",
  ];
  for (const { name, scores, weights, context } of scored)
    setting.keys.forEach((key, j) =>
      lines.push(
        [
          quote(name),
          setting.temperature,
          ...setting.query,
          j + 1,
          ...key,
          ...[lengths[j], cosines[j], scores[j], weights[j], ...context].map(number),
        ].join(","),
      ),
    );
  return `${lines.join("\r\n")}\r\n`;
}

const parameterLine = ({ parameters }) =>
  parameters
    .map(({ name, rows }) => `${name} = [${rows.map((line) => line.join(", ")).join("; ")}]`)
    .join(" · ");

export function benchTables(
  words,
  { setting, query_length: length, key_lengths: lengths, cosines, scored },
) {
  const vector = ([a, b]) => [numberText(a, 2), numberText(b, 2)];
  return [
    table(
      words.table_keys,
      [
        "",
        "x",
        "y",
        words.length,
        words.cosine,
        ...scored.flatMap(({ name }) => [`${name}: ${words.score}`, `${name}: ${words.weight}`]),
      ],
      [
        [
          "h",
          ...vector(setting.query),
          numberText(length, 4),
          ...Array(1 + 2 * scored.length).fill(""),
        ],
        ...setting.keys.map((key, j) => [
          keyName(j),
          ...vector(key),
          numberText(lengths[j], 4),
          numberText(cosines[j], 4),
          ...scored.flatMap((one) => [numberText(one.scores[j], 4), numberText(one.weights[j], 5)]),
        ]),
      ],
    ),
    table(
      words.table_contexts,
      [words.function, "c x", "c y", words.entropy, words.parameters],
      scored.map((one) => [
        one.name,
        ...one.context.map((value) => numberText(value, 4)),
        numberText(one.entropy, 4),
        parameterLine(one),
      ]),
    ),
  ];
}

// The plane and the weights under every score, as one picture to take home.
function benchPicture(bench, plane) {
  const { ui, words, answer } = bench;
  const { out, write, block } = sheet(ui);
  const pad = 28;
  const wide = 62;
  const tall = 44;
  const size = plane.size();
  const left = pad + size + 40;
  const keys = answer.setting.keys;
  const width = left + 120 + wide * keys.length + 110 + pad;
  const top = 92;
  const learned = answer.scored.filter((one) => one.parameters.length);
  const under = top + 50 + tall * answer.scored.length;
  const height = Math.max(top + size, under + 22 * learned.length) + 64;
  const paper = s("rect", { width, height, fill: ui.colour("--heed-card") });
  out.append(paper);
  write(pad, 38, words[`situation_${bench.situation}`], { size: 18, bold: true });
  write(
    pad,
    62,
    `τ = ${answer.setting.temperature} · ${fill(words.weighs, { score: bench.score })}`,
    { colour: "--heed-mute" },
  );
  const copy = styled(plane.node);
  set(copy, { x: pad, y: top });
  out.append(copy);
  keys.forEach((_, j) =>
    write(left + 120 + (j + 0.5) * wide, top + 14, keyName(j), {
      colour: "--heed-source",
      bold: true,
      anchor: "middle",
    }),
  );
  write(left + 120 + wide * keys.length + 54, top + 14, "c", {
    colour: "--heed-context",
    bold: true,
    anchor: "middle",
  });
  answer.scored.forEach((one, i) => {
    const y = top + 30 + i * tall;
    write(left, y + 18, one.name, { bold: true });
    one.weights.forEach((value, j) => {
      const x = left + 120 + j * wide;
      if (value == null) return;
      const colour = weightColour(value);
      block({ x: x + 2, y, width: wide - 4, height: 24, rx: 4, fill: colour });
      out.append(
        s(
          "text",
          {
            x: x + wide / 2,
            y: y + 17,
            "font-size": 13,
            "text-anchor": "middle",
            fill: inkOn(colour),
          },
          numberText(value, 2),
        ),
      );
      write(x + wide / 2, y + 37, numberText(one.scores[j], 2), {
        size: 11,
        colour: "--heed-mute",
        anchor: "middle",
      });
    });
    write(left + 120 + wide * keys.length + 54, y + 17, pairOf(one.context), {
      colour: "--heed-context",
      anchor: "middle",
    });
  });
  learned.forEach((one, i) =>
    write(left, under + 22 * i, `${one.name}: ${parameterLine(one)}`, {
      size: 12,
      colour: "--heed-mute",
    }),
  );
  write(pad, height - 22, `${words.plane_info} · ${words.values_are_keys}`, {
    size: 12,
    colour: "--heed-mute",
  });
  set(out, { width, height, viewBox: `0 0 ${width} ${height}` });
  return out;
}

export function benchSummary({ bench, words }) {
  const { name, weights, context } = bench.chosen();
  if (weights.includes(null)) return name;
  const best = weights.indexOf(Math.max(...weights));
  return fill(words.summary, {
    score: name,
    key: best + 1,
    weight: numberText(weights[best], 2),
    x: numberText(context[0], 2),
    y: numberText(context[1], 2),
  });
}

export function benchMenu(bench, plane) {
  const { words } = bench;
  return menu(words.download, [
    [
      words.as_svg,
      () => save("heed-workbench.svg", "image/svg+xml", svgText(benchPicture(bench, plane))),
    ],
    [words.as_png, () => savePng(benchPicture(bench, plane), "heed-workbench.png")],
    [
      words.as_json,
      () => save("heed-workbench.json", "application/json", JSON.stringify(bench.answer, null, 1)),
    ],
    [words.as_csv, () => saveCsv("heed-workbench", benchCsv(bench.answer))],
  ]);
}

// A setting as an address holds it.
export function benchAddress(bench, data) {
  const written = (rows) => rows.map((line) => line.join("_")).join("*");
  return {
    situation: bench.situation,
    score: bench.score,
    q: written([bench.setting.query]),
    k: written(bench.setting.keys),
    t: bench.setting.temperature,
    ...Object.fromEntries(
      bench.setting.parameters.map(({ score, name, rows }) => [`${score}.${name}`, written(rows)]),
    ),
    table: bench.table ? 1 : null,
    lang: data.language,
    projector: data.projector ? 1 : null,
  };
}
