// The residual stream as a column: what each sublayer adds to it, and what could be read off there.

const LENGTH = row(mo("‖"), mi("x"), mo("‖"));
const KINDS = { encoder: "own", self: "self", cross: "cross", feed: "feed" };

function readStream(raw) {
  const rows = ({ dtype, shape, data }) => decodeArray({ dtype, shape, data });
  const sublayers = raw.sublayers.map((one) => {
    const [kind, layer] = one.name.split(".");
    return {
      name: one.name, kind, layer, given: rows(one.given), added: rows(one.added), addedNorm: decodeArray(one.added_norm),
      normedNorm: decodeArray(one.normed_norm), cosine: decodeArray(one.cosine),
    };
  });
  const lens = raw.lens && { ...raw.lens, logProbs: decodeArray(raw.lens.log_probs), entropies: decodeArray(raw.lens.entropies) };
  // The places of the stream by their names: the embedding, then behind each sublayer.
  const places = ["embedding", ...sublayers.map((one) => one.name)];
  return { ...raw, norms: decodeArray(raw.norms), states: raw.states.map(rows), output: rows(raw.output), sublayers, lens, places, steps: raw.reads };
}

const sublayerName = (ui, { kind, layer }) => fill(ui.words[`at_${KINDS[kind]}`], { layer });
const placeName = (ui, stream, place) => (place === 0 ? ui.words.embedding : sublayerName(ui, stream.sublayers[place - 1]));
const probability = (logProb) => { const p = Math.exp(logProb); return p >= 0.0005 ? fixed(p, 3) : p > 0 ? "<0.001" : "0"; };

function streamView(ui, stream) {
  const { words } = ui, { sublayers, lens } = stream;
  const most = Math.max(1e-9, ...stream.norms.flatMap((row) => Array.from(row)));
  const thick = (value) => `${Math.max(1.5, (ui.large ? 44 : 34) * (value / most)).toFixed(1)}px`;
  const scale = Math.max(1e-9, ...sublayers.flatMap((one) => Array.from(one.addedNorm)));

  // What could be read off at a place: its likeliest next tokens and the one that was written.
  function readout(place) {
    const list = h("span", { class: "heed-lens-list" }), own = h("span", { class: "heed-lens-own" });
    return {
      node: h("div", { class: "heed-lens-read" }, list, own),
      update() {
        const t = ui.now, written = stream.writes[t], rank = lens.ranks[place][t];
        list.replaceChildren(...lens.likeliest[place][t].map(([text, logProb], i) => h("span", {
          class: `heed-lens-guess${i + 1 === rank ? " heed-lens-hit" : ""}`, style: `--share:${(100 * Math.exp(logProb)).toFixed(1)}%`, title: `${nameOf(ui, text)} ${fixed(Math.exp(logProb), 5)}`,
        }, h("bdi", {}, piece(text)), h("small", {}, probability(logProb)))));
        own.replaceChildren(h("b", { class: "heed-target" }, h("bdi", {}, ...piece(written))), " ",
          fill(words.rank_p, { rank, p: probability(lens.logProbs[place][t]), entropy: fixed(lens.entropies[place][t], 2) }));
      },
    };
  }

  function line(place) {
    const one = place ? sublayers[place - 1] : null, left = one && one.kind !== "feed";
    const length = h("span", { class: "heed-stream-length" }), stem = h("span", { class: "heed-stream-stem" });
    const read = lens ? readout(place) : null, value = h("span", { class: "heed-value" }), cosine = h("span", { class: "heed-stream-cosine" });
    const bar = h("i"), arm = h("span", { class: "heed-stream-arm" });
    const name = placeName(ui, stream, place);
    const box = h("button", { type: "button", class: "heed-stream-box", "data-at": stream.places[place], "aria-label": name, onclick: () => ui.choose(place) },
      one ? h("span", { class: "heed-nr", "aria-hidden": "true" }, one.layer) : null,
      h("span", { class: "heed-stream-name" }, one ? words[`kind_${KINDS[one.kind]}`] : name),
      one ? h("span", { class: "heed-stream-bar" }, h("span", { class: "heed-bar" }, bar), value, cosine) : null);
    const node = h("div", { class: `heed-stream-row${one ? left ? " heed-stream-left" : " heed-stream-right" : " heed-stream-top"}${one && one.kind === (stream.side === "encoder" ? "encoder" : "self") ? " heed-stream-first" : ""}` },
      h("div", { class: "heed-stream-side" }, left || !one ? box : length), h("div", { class: "heed-stream-mid" }, stem, arm, one ? h("span", { class: "heed-stream-plus", "aria-hidden": "true" }, "+") : null),
      h("div", { class: "heed-stream-side" }, left || !one ? length : box), read ? read.node : null);
    return {
      node, box,
      update() {
        const t = ui.now, before = stream.norms[Math.max(0, place - 1)][t], after = stream.norms[place][t];
        stem.style.setProperty("--from", one ? thick(before) : thick(after));
        stem.style.setProperty("--to", thick(after));
        length.replaceChildren(math(LENGTH), ` ${fixed(after, 2)}`);
        box.setAttribute("aria-pressed", String(place === ui.place));
        node.classList.toggle("heed-stream-now", place === ui.place);
        if (one) {
          const added = one.addedNorm[t];
          arm.style.setProperty("--thick", thick(added));
          bar.style.width = `${(100 * added) / scale}%`;
          value.textContent = fixed(added, 2);
          cosine.textContent = fill(words.cosine_short, { value: fixed(one.cosine[t], 2) });
          set(box, { "aria-label": `${name}: ${fill(words.adds, { value: fixed(added, 2), cosine: fixed(one.cosine[t], 2) })}` });
        }
        if (read) read.update();
      },
    };
  }

  const lines = stream.places.map((_, place) => line(place));
  const heads = h("div", { class: "heed-stream-row heed-stream-heads", "aria-hidden": "true" }, h("span", {}, words.attention_adds), h("span", {}, words.stream_head), h("span", {}, words.feed_adds), lens ? h("span", {}, words.lens_head) : null);
  const end = h("div", { class: "heed-stream-row heed-stream-end" }, h("div", { class: "heed-stream-side" }), h("div", { class: "heed-stream-mid" }, h("span", { class: "heed-stream-arrow", "aria-hidden": "true" }, "↓")),
    h("div", { class: "heed-stream-side heed-stream-out" }), h("div", { class: "heed-lens-read heed-info" }, stream.side === "encoder" ? null : words.last_read));
  end.children[2].textContent = ui.norm === "post" ? words.end_post : stream.side === "encoder" ? words.end_encoder : words.end_decoder;
  const node = h("div", { class: `heed-stream${lens ? "" : " heed-stream-alone"}` }, heads, lines.map((one) => one.node), end);
  return {
    node, layout() {}, light() {}, update: () => lines.forEach((one) => one.update()),
    focus: (place) => lines[place].box.focus({ preventScroll: false }),
  };
}

// The vectors of the chosen place: the stream before, what the sublayer reads and adds, the stream after.
function vectorsView(ui, stream) {
  const { words } = ui, { sublayers } = stream, { norm } = ui;
  const streamLimit = reach(stream.states.flat()), normLimit = reach([...sublayers.flatMap((one) => one.given), ...stream.output]);
  const addLimit = reach(sublayers.flatMap((one) => one.added)), title = h("h2", { class: "heed-tag" }), body = h("div", { class: "heed-strips" }), told = h("p", { class: "heed-strips-told" });
  const node = h("section", { class: "heed-pane" }, h("div", { class: "heed-pane-head" }, title, help(norm === "pre" ? words.vectors_help : words.vectors_post_help, words.vectors)), body, told,
    h("p", { class: "heed-note" }, fill(words.strips_scale, { size: stream.states[0][0].length, stream: String(streamLimit), read: String(normLimit), added: String(addLimit) })));

  // [label, vector, limit, length, class]
  function strips() {
    const { place, now: t } = ui, one = place ? sublayers[place - 1] : null;
    if (!one) return [[words.x_start, stream.states[0][t], streamLimit, stream.norms[0][t], ""]];
    const before = [words.x_before, stream.states[place - 1][t], streamLimit, stream.norms[place - 1][t], ""];
    const after = [norm === "pre" ? words.x_after : words.x_after_post, stream.states[place][t], streamLimit, stream.norms[place][t], ""];
    const added = [fill(words.x_added, { kind: words[`kind_${KINDS[one.kind]}`] }), one.added[t], addLimit, one.addedNorm[t], "heed-context"];
    const read = [words.x_read, one.given[t], normLimit, one.normedNorm[t], ""];
    return norm === "pre" ? [before, read, added, after] : [before, added, after];
  }

  function update() {
    const { place, now: t } = ui, one = place ? sublayers[place - 1] : null;
    title.textContent = fill(words.vectors_at, { place: placeName(ui, stream, place), step: t + 1 });
    body.replaceChildren(...strips().map(([name, values, limit, length, className]) => {
      const canvas = strip(ui, "heed-tall", name);
      canvas.update(values, limit);
      return h("div", { class: `heed-strips-row ${className}` }, h("span", {}, name), canvas, h("span", { class: "heed-value" }, math(row(mo("‖"), mo("·"), mo("‖"))), ` ${fixed(length, 3)}`));
    }));
    if (one) {
      const cosine = one.cosine[t], way = Math.abs(cosine) < 0.15 ? "across" : cosine > 0 ? "along" : "against";
      told.textContent = fill(words[`direction_${way}`], { cosine: fixed(cosine, 3), share: fixed(one.addedNorm[t] / (stream.norms[place - 1][t] || 1), 2) });
    } else told.textContent = words.direction_start;
  }
  return { node, update, layout() {}, light() {} };
}
