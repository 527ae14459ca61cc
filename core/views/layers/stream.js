// The residual stream as a column: what each sublayer adds to it, and what could be read off there.

import { decodeArray } from "../../stage/codec.js";
import { paintSigned, reach } from "../../stage/colours.js";
import {
  chance,
  cut,
  fill,
  fixed,
  h,
  help,
  math,
  nameOf,
  piece,
  set,
  strip,
  textWidth,
} from "../../stage/dom.js";
import { mi, mo, row } from "../../stage/formulas.js";
import { wrapped } from "../../stage/plates.js";
import { sum } from "../../stage/trace.js";

const LENGTH = row(mo("‖"), mi("x"), mo("‖"));
export const KINDS = { encoder: "own", self: "self", cross: "cross", feed: "feed" };

// With the norm first, the stream after a sublayer is the sum in single precision, as the model takes
// it; with the norm last, it is what comes out of the norm.
export function readStream(raw, norm) {
  const states = [decodeArray(raw.start)];
  const sublayers = raw.sublayers.map((one, i) => {
    const [kind, layer] = one.name.split(".");
    const before = states[i];
    const normed = decodeArray(one.normed);
    const added = decodeArray(one.added);
    states.push(
      norm === "pre" ? before.map((row, t) => row.map((value, d) => value + added[t][d])) : normed,
    );
    return {
      name: one.name,
      kind,
      layer,
      given: norm === "pre" ? normed : before,
      added,
      addedNorm: decodeArray(one.added_norm),
      normedNorm: decodeArray(one.normed_norm),
      cosine: decodeArray(one.cosine),
    };
  });
  const lens = raw.lens && {
    ...raw.lens,
    logProbs: decodeArray(raw.lens.log_probs),
    entropies: decodeArray(raw.lens.entropies),
  };
  // The places of the stream by their names: the embedding, then behind each sublayer.
  const places = ["embedding", ...sublayers.map((one) => one.name)];
  return {
    ...raw,
    norms: decodeArray(raw.norms),
    states,
    output: decodeArray(raw.output),
    sublayers,
    lens,
    places,
    steps: raw.reads,
  };
}

const sublayerName = (ui, { kind, layer }) => fill(ui.words[`at_${KINDS[kind]}`], { layer });
export const placeName = (ui, stream, place) =>
  place === 0 ? ui.words.embedding : sublayerName(ui, stream.sublayers[place - 1]);
// The marks that the vocabulary has besides pieces of text; the readout tells of them too.
const MARKED = { "<pad>": "mark_pad", "<unk>": "mark_unknown", "<s>": "mark_start" };
export const calledPiece = (ui, text) =>
  MARKED[text] ? `${text} (${ui.words[MARKED[text]]})` : nameOf(ui, text);
export const probability = (logProb) => chance(Math.exp(logProb));

export function streamView(ui, stream) {
  const { words } = ui;
  const { sublayers, lens } = stream;
  const most = Math.max(1e-9, ...stream.norms.flatMap((row) => Array.from(row)));
  const thick = (value) => `${Math.max(1.5, (ui.large ? 44 : 34) * (value / most)).toFixed(1)}px`;
  const scale = Math.max(1e-9, ...sublayers.flatMap((one) => Array.from(one.addedNorm)));

  // What could be read off at a place: its likeliest next tokens and the one that was written.
  function readout(place) {
    const list = h("span", { class: "heed-lens-list" });
    const own = h("span", { class: "heed-lens-own" });
    return {
      node: h("div", { class: "heed-lens-read" }, list, own),
      update() {
        const t = ui.now;
        const written = stream.writes[t];
        const rank = lens.ranks[place][t];
        list.replaceChildren(
          ...lens.likeliest[place][t].map(([text, logProb], i) =>
            h(
              "span",
              {
                class: `heed-lens-guess${i + 1 === rank ? " heed-lens-hit" : ""}`,
                style: `--share:${(100 * Math.exp(logProb)).toFixed(1)}%`,
                title: `${calledPiece(ui, text)} ${chance(Math.exp(logProb), 5)}`,
              },
              h("bdi", {}, piece(text)),
              h("small", {}, probability(logProb)),
            ),
          ),
        );
        own.replaceChildren(
          h("b", { class: "heed-target" }, h("bdi", {}, ...piece(written))),
          " ",
          fill(words.rank_p, {
            rank,
            p: probability(lens.logProbs[place][t]),
            entropy: fixed(lens.entropies[place][t], 2),
          }),
        );
      },
    };
  }

  function line(place) {
    const one = place ? sublayers[place - 1] : null;
    const left = one && one.kind !== "feed";
    const length = h("span", { class: "heed-stream-length" });
    const stem = h("span", { class: "heed-stream-stem" });
    const read = lens ? readout(place) : null;
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
        class: `heed-stream-row${one ? (left ? " heed-stream-left" : " heed-stream-right") : " heed-stream-top"}${one && one.kind === (stream.side === "encoder" ? "encoder" : "self") ? " heed-stream-first" : ""}`,
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
        length.replaceChildren(`${words.now} `, math(LENGTH), ` = ${fixed(after, 2)}`);
        box.setAttribute("aria-pressed", String(place === ui.place));
        node.classList.toggle("heed-stream-now", place === ui.place);
        if (one) {
          const added = one.addedNorm[t];
          arm.style.setProperty("--thick", thick(added));
          bar.style.width = `${(100 * added) / scale}%`;
          value.textContent = fixed(added, 2);
          cosine.textContent = fill(words.cosine_short, { value: fixed(one.cosine[t], 2) });
          set(box, {
            "aria-label": `${name}: ${fill(words.adds, { value: fixed(added, 2), cosine: fixed(one.cosine[t], 2) })}`,
          });
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

// The vectors of the chosen place: the stream before, what the sublayer reads and adds, the stream after.
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
          h(
            "span",
            { class: "heed-value" },
            math(row(mo("‖"), mo("·"), mo("‖"))),
            ` ${fixed(length, 3)}`,
          ),
        );
      }),
    );
    told.textContent = direction(one, place, t);
  }

  // How what is added lies to the stream: a vector at the angle θ has cos θ of its length along it and
  // sin θ across it, so it goes more along than across from 45° on.
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
