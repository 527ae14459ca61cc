// How this token came about: scores, softmax, context, combination, next token, left to right.

const mi = (text) => ["mi", text];
const mo = (text) => ["mo", text];
const sub = (base, index) => ["msub", mi(base), mi(index)];
const bar = (base) => ["mover", mi(base), mo("¯")];
const tilde = (base) => ["mover", mi(base), mo("~")];
const row = (...parts) => ["math", ["mrow", ...parts]];
const STATE = row(sub("h", "t")), CONTEXT = row(sub("c", "t")), COMBINED = row(["msub", tilde("h"), mi("t")]);
const ENCODED = ["msub", bar("h"), mi("s")];
const SOFTMAX = row(sub("α", "ts"), mo("="), mi("exp"), mo("("), sub("e", "ts"), mo(")"), mo("/"),
  sub("∑", "s′"), mi("exp"), mo("("), sub("e", "ts′"), mo(")"));
const WEIGHTED = row(sub("c", "t"), mo("="), ["munder", mo("∑"), mi("s")], sub("α", "ts"), ENCODED);
const JOINED = row(["msub", tilde("h"), mi("t")], mo("="), mi("tanh"), mo("("), sub("W", "c"), mo("["),
  sub("c", "t"), mo(";"), sub("h", "t"), mo("]"), mo(")"));
const ALONE = row(["msub", tilde("h"), mi("t")], mo("="), mi("tanh"), mo("("), sub("W", "c"), sub("h", "t"), mo(")"));
const READOUT = row(mi("p"), mo("="), mi("softmax"), mo("("), mi("E"), ["msub", tilde("h"), mi("t")], mo("+"), mi("b"), mo(")"));

function flowView(ui, trace, formula, onPick) {
  const { sources, words } = ui;
  const limit = largest(trace.steps.flatMap((step) => [...step.state, ...step.combined, ...(step.context || [])]));
  const head = (number, key, expression) => h("div", { class: `heed-panel-head heed-p-${key}` },
    h("h3", {}, `${number} ${words[key]}`, help(words[`${key}_help`], words[key])),
    h("div", { class: "heed-formula" }, expression ? math(expression) : null));

  const parts = [];
  if (trace.attends) parts.push(attentionPanels());
  const strips = [["context", CONTEXT], ["state", STATE], ["combined", COMBINED]]
    .filter(([key]) => key !== "context" || trace.attends)
    .map(([key, symbol]) => {
      const canvas = strip(ui, `heed-tall heed-strip-${key}`, words[key]);
      return { key, canvas, node: h("div", { class: `heed-vector heed-${key}` }, h("span", {}, `${words[key]} `, math(symbol)), canvas) };
    });
  const number = trace.attends ? 4 : 1;
  const combine = h("section", { class: "heed-panel heed-combine" },
    head(number, "combine", trace.attends ? JOINED : ALONE), strips.map((one) => one.node),
    h("p", { class: "heed-note" }, fill(words.strip_scale, { limit: fixed(limit, 2), size: trace.steps[0].state.length })));

  const entropy = h("p", { class: "heed-note" });
  const list = h("ol", { class: "heed-candidates" });
  const extra = h("p", { class: "heed-note" });
  const next = h("section", { class: "heed-panel heed-next" }, head(number + 1, "next", READOUT), list, extra, entropy);
  const choices = trace.steps[0].candidates.map(() => {
    const name = h("span", { class: "heed-piece" }), fillBar = h("i"), value = h("span", { class: "heed-value" });
    const button = h(onPick ? "button" : "div", { type: onPick && "button", class: "heed-candidate", onclick: onPick && (() => onPick(button.choice)) },
      name, h("span", { class: "heed-bar" }, fillBar), value);
    list.append(h("li", {}, button));
    return { button, name, fillBar, value };
  });
  const info = h("span", { class: "heed-info" });
  const title = h("h2", { class: "heed-tag heed-token-title" });
  const flow = h("div", { class: `heed-flow-panels${trace.attends ? "" : " heed-alone"}` }, parts.map((p) => p.node), combine, next);
  const node = h("div", { class: "heed-flow" }, h("div", { class: "heed-pane-head" }, title, info), flow);

  function attentionPanels() {
    const all = trace.steps.flatMap((step) => columns(step, sources).filter((c) => c.visible).map((c) => c.score));
    const low = Math.min(0, ...all), span = Math.max(0, ...all) - low || 1, zero = (-100 * low) / span;
    const grid = h("div", { class: "heed-rows", tabindex: 0, role: "group", "aria-label": words.rows_label });
    const heads = h("div", { class: "heed-row-heads" }, h("span"), head(1, "score_panel", formula), head(2, "softmax", SOFTMAX), head(3, "context_panel", WEIGHTED));
    const rows = sources.map((group, j) => {
      const score = h("i"), weight = h("i");
      const line = {
        score, weight,
        scoreText: h("span", { class: "heed-value" }), weightText: h("span", { class: "heed-value" }),
        canvas: strip(ui, "", `${words.contribution} ${group.label}`),
      };
      line.node = h("div", { class: "heed-flow-row", "data-source": j, onmouseenter: () => ui.light("source", j), onmouseleave: () => ui.light() },
        h("span", { class: "heed-source heed-name" }, ui.byWord ? group.label : piece(group.label)),
        h("span", { class: "heed-cell-pair" }, line.scoreText, h("span", { class: "heed-bar heed-signed" }, score)),
        h("span", { class: "heed-cell-pair" }, line.weightText, h("span", { class: "heed-bar" }, weight)),
        line.canvas);
      line.node.style.setProperty("--zero", `${zero}%`);
      return line;
    });
    const total = strip(ui, "heed-tall", words.context);
    const totalText = h("span", { class: "heed-value" });
    const foot = h("div", { class: "heed-flow-row heed-total" }, h("span", { class: "heed-name heed-context" }, math(CONTEXT)),
      h("span", { class: "heed-cell-pair" }), h("span", { class: "heed-cell-pair" }, totalText, h("span", { class: "heed-note" }, words.sum)), total);
    grid.append(...rows.map((line) => line.node));
    const update = (step) => {
      const seen = columns(step, sources);
      rows.forEach((line, j) => {
        const { score, weight, visible } = seen[j];
        line.scoreText.textContent = fixed(score, 2);
        line.weightText.textContent = visible ? fixed(weight, 3) : "";
        const share = (100 * Math.abs(score)) / span;
        line.score.style.left = `${score < 0 ? zero - share : zero}%`;
        line.score.style.width = `${share}%`;
        line.score.className = score < 0 ? "heed-below" : "";
        line.weight.style.width = `${100 * weight}%`;
        line.canvas.update(contribution(trace, step, sources[j].items), limit);
        line.node.classList.toggle("heed-quiet", weight < 0.01);
      });
      total.update(step.context, limit);
      totalText.textContent = fixed(sum(seen.map((c) => c.weight)), 3);
    };
    return { node: h("section", { class: "heed-attention" }, heads, grid, foot), update };
  }

  function update() {
    const { now } = ui, step = trace.steps[now];
    title.replaceChildren(...titled(words.came_about, h("b", { class: "heed-target" }, step.token.piece === END ? END : ui.byWord ? step.token.text.trim() || step.token.piece : step.token.piece)));
    info.textContent = ui.stepInfo();
    parts.forEach((part) => part.update(step));
    strips.forEach(({ key, canvas }) => canvas.update(step[key], limit));
    step.candidates.forEach((candidate, i) => {
      const one = choices[i], p = Math.exp(candidate.logProb), chosen = candidate.id === step.token.id;
      one.button.choice = { step: now, id: candidate.id, piece: candidate.piece };
      one.name.replaceChildren(...piece(candidate.piece));
      one.fillBar.style.width = `${100 * p}%`;
      one.value.textContent = fixed(p, 3);
      one.button.classList.toggle("heed-chosen", chosen);
      one.button.setAttribute("aria-current", chosen);
      one.button.setAttribute("title", chosen ? words.chosen : onPick ? fill(words.pick, { piece: candidate.piece }) : candidate.piece);
    });
    const listed = step.candidates.some((candidate) => candidate.id === step.token.id);
    extra.textContent = step.forced ? fill(words.forced_with, { piece: step.token.piece, p: fixed(Math.exp(step.logProb), 5) })
      : listed ? "" : fill(words.chosen_with, { piece: step.token.piece, p: fixed(Math.exp(step.logProb), 5) });
    entropy.textContent = fill(words.entropy, { value: fixed(step.entropy, 2) });
  }

  return { node, layout() {}, update };
}

// "How {token} came about" with an element in the place of {token}.
function titled(text, element) {
  const [before, after] = text.split("{token}");
  return [before, element, after];
}

// A question mark that opens an explanation.
function help(text, about) {
  return h("details", { class: "heed-help" }, h("summary", { "aria-label": about, title: about }, "?"), h("p", {}, text));
}
