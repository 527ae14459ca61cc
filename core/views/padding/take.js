// Padding to take home.

import { PASSES } from "../../stage/cover.js";
import { cut, fill } from "../../stage/dom.js";
import { exact, quote } from "../../stage/download.js";
import { calledHead, severalHeads } from "../../stage/picker.js";
import { keyOn, MARGIN, plate, wrapped } from "../../stage/plates.js";
import { proven, translated } from "./proof.js";

// Both maps as they stand, and below each what the padding does to its sentence.
export function paddingPicture({ rows, light, words, ui, data, compared }) {
  const grids = rows.map(({ grid }) => grid.again(light));
  const gap = 40;
  const mute = { colour: "--heed-mute", size: 12 };
  const sizes = grids.map((grid) => grid.size());
  const wide = Math.max(620, ...sizes.map(([across]) => across));
  const tall = Math.max(...sizes.map(([, down]) => down));
  const shown = [
    words[ui.pass === "bare" ? "in_batch_off" : "in_batch_on"],
    calledHead(words, ui.head),
    words[ui.kind],
  ];
  const paper = plate(
    light,
    { model: data.model },
    words.title,
    [shown.join(" · ")],
    2 * MARGIN + 2 * wide + gap,
  );
  const { out, from, write, block, top } = paper;
  const under = top + 56 + tall;
  rows.forEach(({ which, about, cover }) => {
    const x = MARGIN + which * (wide + gap);
    write(
      x,
      top + 8,
      cut(`${fill(words.row, { index: which + 1 })}: ${data.typed[which]}`, 13, wide),
      { bold: true },
    );
    from(x, top + 20);
    grids[which].drawing(write, block);
    from(0, 0);
    out.append(cover.shape(light, grids[which], x, top + 20));
    wrapped(about.textContent, 12, wide).forEach((line, k) =>
      write(x, under + 14 + 16 * k, line, mute),
    );
    write(x, under + 60, cut(translated({ words, data }, which), 13, wide), { bold: true });
    const at = [x, x + wide * 0.44, x + wide * 0.72, x + wide];
    compared.forEach((text, i) =>
      write(at[i + 1], under + 82, text, { ...mute, size: 10.5, anchor: "end" }),
    );
    proven({ words, data }, which).forEach((line, k) =>
      line.forEach((text, i) =>
        write(at[i], under + 102 + 18 * k, text, { size: 12, anchor: i ? "end" : "start" }),
      ),
    );
  });
  keyOn(paper, light, MARGIN, under - 22);
  return paper.done(under + 148, []);
}

// One line a sentence, head, row and column, counted from 1; `masked` says which keys the mask
// hides.
export function paddingCsv({ rows, names, map, count, labels }) {
  const written = [
    "sentence,layer,head,query_index,query,key_index,key,masked,score_with,weight_with,score_lifted,weight_lifted",
  ];
  for (const { which, length } of rows)
    for (const one of names.filter((head) => !severalHeads(head))) {
      const numbers = PASSES.flatMap((pass) =>
        ["scores", "weights"].map((kind) => map(which, pass, kind, one)),
      );
      for (let i = 0; i < length; i += 1)
        for (let j = 0; j < count; j += 1)
          written.push(
            [
              which + 1,
              ...one.split("."),
              i + 1,
              quote(labels[which][i]),
              j + 1,
              quote(labels[which][j]),
              j >= length,
              ...numbers.map((values) => exact(values[i * count + j])),
            ].join(","),
          );
    }
  return `${written.join("\r\n")}\r\n`;
}
