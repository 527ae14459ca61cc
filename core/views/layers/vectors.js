// The vectors of one place of the stream.

import { paintSigned, reach } from "../../stage/colours.js";
import { fill, fixed, h, help, math, strip } from "../../stage/dom.js";
import { wrapped } from "../../stage/plates.js";
import { KINDS, placeName } from "./read.js";

// The vectors of the chosen place: the stream before, what the sublayer reads and adds, the stream
// after.
export function vectorsView(ui, stream) {
  const { words } = ui;
  const { sublayers } = stream;
  const { norm } = ui;
  const streamLimit = reach(stream.states.flat());
  const normLimit = reach([...sublayers.flatMap((one) => one.given), ...stream.output]);
  const addLimit = reach(sublayers.flatMap((one) => one.added));
  const scale = fill(words.strips_scale, {
    size: stream.states[0][0].length,
    stream: String(streamLimit),
    read: String(normLimit),
    added: String(addLimit),
  });
  const title = h("h2", { class: "heed-tag" });
  const body = h("div", { class: "heed-strips" });
  const told = h("p", { class: "heed-strips-told" });
  const node = h(
    "section",
    { class: "heed-pane" },
    h(
      "div",
      { class: "heed-pane-head" },
      title,
      help(norm === "pre" ? words.vectors_help : words.vectors_post_help, words.vectors),
    ),
    body,
    told,
    h("p", { class: "heed-note" }, scale),
  );

  // [label, vector, limit, length, class]
  function strips() {
    const { place, now: t } = ui;
    const one = place ? sublayers[place - 1] : null;
    if (!one) return [[words.x_start, stream.states[0][t], streamLimit, stream.norms[0][t], ""]];
    const before = [
      words.x_before,
      stream.states[place - 1][t],
      streamLimit,
      stream.norms[place - 1][t],
      "",
    ];
    const after = [
      norm === "pre" ? words.x_after : words.x_after_post,
      stream.states[place][t],
      streamLimit,
      stream.norms[place][t],
      "",
    ];
    const added = [
      fill(words.x_added, { kind: words[`kind_${KINDS[one.kind]}`] }),
      one.added[t],
      addLimit,
      one.addedNorm[t],
      "heed-context",
    ];
    const read = [words.x_read, one.given[t], normLimit, one.normedNorm[t], ""];
    return norm === "pre" ? [before, read, added, after] : [before, added, after];
  }

  function update() {
    const { place, now: t } = ui;
    const one = place ? sublayers[place - 1] : null;
    title.textContent = fill(words.vectors_at, {
      place: placeName(ui, stream, place),
      step: t + 1,
    });
    body.replaceChildren(
      ...strips().map(([name, values, limit, length, className]) => {
        const canvas = strip(ui, "heed-tall", name);
        canvas.update(values, limit);
        return h(
          "div",
          { class: `heed-strips-row ${className}` },
          h("span", {}, name),
          canvas,
          h("span", { class: "heed-value" }, math(ui.formulas.length), ` ${fixed(length, 3)}`),
        );
      }),
    );
    told.textContent = direction(one, place, t);
  }

  // How what is added lies to the stream: a vector at the angle θ has cos θ of its length along it
  // and sin θ across it, so it goes more along than across from 45° on.
  function direction(one, place, t) {
    if (!one) return words.direction_start;
    const cosine = one.cosine[t];
    const size = Math.abs(cosine);
    const way =
      size < 0.1
        ? "across"
        : `${size < Math.SQRT1_2 ? "partly" : "mostly"}_${cosine > 0 ? "along" : "against"}`;
    const degrees = (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
    return fill(words[`direction_${way}`], {
      cosine: fixed(cosine, 3),
      angle: degrees.toFixed(0),
      share: fixed(one.addedNorm[t] / (stream.norms[place - 1][t] || 1), 2),
      along: fixed(size, 2),
      across: fixed(Math.sqrt(Math.max(0, 1 - cosine * cosine)), 2),
    });
  }

  // The same strips as a picture, `wide` across: how tall they are.
  function drawing(write, pixels, wide) {
    write(0, 14, title.textContent, { bold: true });
    const shown = strips();
    const lines = wrapped(told.textContent, 13, wide);
    shown.forEach(([name, values, limit, length, className], i) => {
      const canvas = document.createElement("canvas");
      const top = 30 + 26 * i;
      paintSigned(canvas, values, limit, ui.theme());
      write(0, top + 13, name, { bold: true, colour: className ? "--heed-context" : "--heed-ink" });
      pixels(canvas, { x: 190, y: top, width: wide - 290, height: 18 });
      write(wide, top + 13, `‖·‖ ${fixed(length, 3)}`, { anchor: "end" });
    });
    lines.forEach((line, i) => write(0, 52 + 26 * shown.length + 19 * i, line));
    return 42 + 26 * shown.length + 19 * lines.length;
  }
  return { node, update, drawing, scale, layout() {}, light() {} };
}
