// The residual stream as a column: what each sublayer adds to it, and what could be read off there.

import { classes, cut, fill, fixed, h, math, set, textWidth } from "../../stage/dom.js";
import { sum } from "../../stage/trace.js";
import { KINDS, placeName, probability, toldOfAdded } from "./read.js";
import { readout } from "./readout.js";

export function streamView(ui, stream) {
  const { formulas, words } = ui;
  const { sublayers, lens } = stream;
  const most = Math.max(1e-9, ...stream.norms.flatMap((row) => Array.from(row)));
  const thick = (value) => `${Math.max(1.5, (ui.large ? 44 : 34) * (value / most)).toFixed(1)}px`;
  const scale = Math.max(1e-9, ...sublayers.flatMap((one) => Array.from(one.addedNorm)));

  function line(place) {
    const one = place ? sublayers[place - 1] : null;
    const left = one && one.kind !== "feed";
    const length = h("span", { class: "heed-stream-length" });
    const stem = h("span", { class: "heed-stream-stem" });
    const read = lens ? readout(ui, stream, place) : null;
    const value = h("span", { class: "heed-value" });
    const cosine = h("span", { class: "heed-stream-cosine" });
    const bar = h("i");
    const arm = h("span", { class: "heed-stream-arm" });
    const name = placeName(ui, stream, place);
    const box = h(
      "button",
      {
        type: "button",
        class: "heed-stream-box",
        "data-at": stream.places[place],
        "aria-label": name,
        onclick: () => ui.choose(place),
      },
      one ? h("span", { class: "heed-nr", "aria-hidden": "true" }, one.layer) : null,
      h("span", { class: "heed-stream-name" }, one ? words[`kind_${KINDS[one.kind]}`] : name),
      one
        ? h(
            "span",
            { class: "heed-stream-bar" },
            h("span", { class: "heed-bar" }, bar),
            value,
            cosine,
          )
        : null,
    );
    const node = h(
      "div",
      {
        class: classes({
          "heed-stream-row": true,
          "heed-stream-top": !one,
          "heed-stream-left": one && left,
          "heed-stream-right": one && !left,
          "heed-stream-first": one && one.kind === (stream.side === "encoder" ? "encoder" : "self"),
        }),
      },
      h("div", { class: "heed-stream-side" }, left || !one ? box : length),
      h(
        "div",
        { class: "heed-stream-mid" },
        stem,
        arm,
        one ? h("span", { class: "heed-stream-plus", "aria-hidden": "true" }, "+") : null,
      ),
      h("div", { class: "heed-stream-side" }, left || !one ? length : box),
      read ? read.node : null,
    );
    return {
      node,
      box,
      update() {
        const t = ui.now;
        const before = stream.norms[Math.max(0, place - 1)][t];
        const after = stream.norms[place][t];
        stem.style.setProperty("--from", one ? thick(before) : thick(after));
        stem.style.setProperty("--to", thick(after));
        const size = ` = ${fixed(after, 2)}`;
        length.replaceChildren(`${words.now} `, math(formulas.stream_length), size);
        box.setAttribute("aria-pressed", String(place === ui.place));
        node.classList.toggle("heed-stream-now", place === ui.place);
        if (one) {
          const added = one.addedNorm[t];
          arm.style.setProperty("--thick", thick(added));
          bar.style.width = `${(100 * added) / scale}%`;
          value.textContent = fixed(added, 2);
          cosine.textContent = fill(words.cosine_short, { value: fixed(one.cosine[t], 2) });
          set(box, { "aria-label": toldOfAdded(ui, stream, place, t) });
        }
        if (read) read.update();
      },
    };
  }

  const lines = stream.places.map((_, place) => line(place));
  const heads = h(
    "div",
    { class: "heed-stream-row heed-stream-heads", "aria-hidden": "true" },
    h("span", {}, words.attention_adds),
    h("span", {}, words.stream_head),
    h("span", {}, words.feed_adds),
    lens ? h("span", {}, words.lens_head) : null,
  );
  const end = h(
    "div",
    { class: "heed-stream-row heed-stream-end" },
    h("div", { class: "heed-stream-side" }),
    h(
      "div",
      { class: "heed-stream-mid" },
      h("span", { class: "heed-stream-arrow", "aria-hidden": "true" }, "↓"),
    ),
    h("div", { class: "heed-stream-side heed-stream-out" }),
    h(
      "div",
      { class: "heed-lens-read heed-info" },
      stream.side === "encoder" ? null : words.last_read,
    ),
  );
  end.children[2].textContent =
    ui.norm === "post"
      ? words.end_post
      : stream.side === "encoder"
        ? words.end_encoder
        : words.end_decoder;
  const node = h(
    "div",
    { class: `heed-stream${lens ? "" : " heed-stream-alone"}` },
    heads,
    lines.map((one) => one.node),
    end,
    h("p", { class: "heed-note heed-stream-note" }, words.column_note),
  );

  // The same column as shapes, for a picture to take home.
  const tall = 42;
  const boxed = 206;
  const middle = boxed + 48;
  const far = middle + 48;
  const reads = far + boxed + 30;
  const guess = ([text, logProb]) => `${text} ${probability(logProb)}`;
  const roomFor = (text) => textWidth(text, 12) + 14;
  const size = () => [
    lens
      ? reads +
        Math.max(
          ...lens.likeliest.map((at) => sum(at[ui.now].map((one) => roomFor(guess(one)) + 6))),
        )
      : far + boxed,
    24 + stream.places.length * tall,
  ];
  function drawing(write, block) {
    const t = ui.now;
    const written = (x, text, more) => write(x, 12, text, { colour: "--heed-mute", ...more });
    const mid = (i) => 24 + (i + 0.5) * tall;
    const breadth = (value) => parseFloat(thick(value));
    const stem = { fill: ui.colour("--heed-border"), opacity: 0.55 };
    written(boxed, words.attention_adds, { anchor: "end" });
    written(middle, words.stream_head, { anchor: "middle" });
    written(far, words.feed_adds);
    if (lens) written(reads, words.lens_head);
    stream.places.forEach((_, place) => {
      const one = place ? sublayers[place - 1] : null;
      const after = stream.norms[place][t];
      const before = stream.norms[Math.max(0, place - 1)][t];
      const y = mid(place);
      const left = !one || one.kind !== "feed";
      const x = left ? 0 : far;
      const chosen = place === ui.place;
      for (const [from, value] of [...(one ? [[y - tall / 2, before]] : []), [y, after]])
        block({
          x: middle - breadth(value) / 2,
          y: from,
          width: breadth(value),
          height: tall / 2,
          ...stem,
        });
      if (one)
        block({
          x: left ? boxed : middle,
          y: y - breadth(one.addedNorm[t]) / 2,
          width: 48,
          height: breadth(one.addedNorm[t]),
          fill: ui.colour("--heed-context"),
          opacity: 0.75,
        });
      block({
        x,
        y: y - 18,
        width: boxed,
        height: 36,
        rx: 9,
        fill: ui.colour("--heed-card"),
        stroke: ui.colour(chosen ? "--heed-ring" : "--heed-line"),
        "stroke-width": chosen ? 2 : 1,
      });
      write(x + 10, one ? y - 3 : y + 5, cut(placeName(ui, stream, place), 13, boxed - 20), {
        bold: true,
      });
      if (one) {
        block({
          x: x + 10,
          y: y + 4,
          width: Math.max(1, (60 * one.addedNorm[t]) / scale),
          height: 8,
          rx: 3,
          fill: ui.colour("--heed-context"),
        });
        write(x + 124, y + 12, fixed(one.addedNorm[t], 2), { size: 12, bold: true, anchor: "end" });
        write(
          x + boxed - 10,
          y + 12,
          fill(words.cosine_short, { value: fixed(one.cosine[t], 2) }),
          { size: 12, colour: "--heed-mute", anchor: "end" },
        );
      }
      write(left ? far + 10 : boxed - 10, y + 5, `${words.now} ‖x‖ = ${fixed(after, 2)}`, {
        size: 12,
        colour: "--heed-mute",
        anchor: left ? "start" : "end",
      });
      if (!lens) return;
      const rank = lens.ranks[place][t];
      let across = reads;
      lens.likeliest[place][t].forEach((one, i) => {
        const told = guess(one);
        const wide = roomFor(told);
        const hit = i + 1 === rank;
        block({
          x: across,
          y: y - 13,
          width: Math.max(1, wide * Math.exp(one[1])),
          height: 26,
          rx: 6,
          fill: ui.colour("--heed-target"),
          opacity: 0.24,
        });
        block({
          x: across,
          y: y - 13,
          width: wide,
          height: 26,
          rx: 6,
          fill: "none",
          stroke: ui.colour(hit ? "--heed-target" : "--heed-line"),
          "stroke-width": hit ? 2 : 1,
        });
        write(across + 7, y + 4, told, {
          size: 12,
          bold: hit,
          colour: hit ? "--heed-target" : "--heed-ink",
        });
        across += wide + 6;
      });
    });
  }

  return {
    node,
    size,
    drawing,
    layout() {},
    light() {},
    update: () => lines.forEach((one) => one.update()),
    focus: (place) => lines[place].box.focus({ preventScroll: false }),
  };
}
