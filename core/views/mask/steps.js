// What is read, written and hidden at each step; what became of the loss.

import { largest } from "../../stage/colours.js";
import { apart, chance, fill, fixed, h, help, piece, signed, spoken } from "../../stage/dom.js";
import { percent } from "../../stage/powers.js";

// The probability of each right next token with the mask and without it; a click goes to its step.
export function stepsView(ui, lifted) {
  const { words } = ui;
  const { masked, bare } = lifted.passes;
  const { gain } = lifted;
  const most = largest(gain) || 1;
  const wide = (one) => (50 * Math.abs(one)) / most;
  const value = (text) => h("span", { class: "heed-value" }, text);
  const pair = (pass, className, t) =>
    h(
      "div",
      { class: "heed-cell-pair heed-mask-pair" },
      value(chance(lifted.chance(pass, t))),
      value(fixed(lifted.passes[pass].logProbs[t], 2)),
      h(
        "div",
        { class: `heed-bar ${className}` },
        h("i", { style: `width:${100 * lifted.chance(pass, t)}%` }),
      ),
    );
  const change = (one, t) =>
    h(
      "div",
      { class: "heed-cell-pair" },
      value(signed(lifted.shift(t, 2), 2)),
      h(
        "div",
        { class: "heed-bar heed-signed" },
        h("i", {
          class: one < 0 ? "heed-below" : "",
          style: `left:${50 + (50 * Math.min(0, one)) / most}%;right:auto;width:${wide(one)}%`,
        }),
      ),
    );
  const rows = lifted.target.map((one, t) => {
    const share = value("");
    const instead =
      bare.likeliest[t] === one.piece
        ? words.the_same
        : spoken(ui, "target", piece(bare.likeliest[t]));
    const node = h(
      "div",
      { class: "heed-mask-row", role: "option", id: `heed-mask-${t}`, onclick: () => ui.go(t) },
      h("span", { class: "heed-name heed-target", lang: ui.tongues?.target }, piece(one.piece)),
      pair("masked", "heed-mask-with", t),
      pair("bare", "heed-mask-without", t),
      change(gain[t], t),
      share,
      h("span", { class: "heed-mask-instead" }, instead),
    );
    return { node, share };
  });
  const heads = [
    [""],
    [words.with_mask, words.p_and_log],
    [words.without_mask, words.p_and_log],
    [words.change, words.change_sign],
    [words.on_future],
    [words.instead],
  ];
  const list = h(
    "div",
    { class: "heed-mask-list", role: "listbox", tabindex: 0, "aria-label": words.steps_label },
    rows.map((one) => one.node),
  );
  const mean = (text) =>
    h("div", { class: "heed-cell-pair heed-mask-pair" }, h("span"), value(text), h("span"));
  const total = h(
    "div",
    { class: "heed-mask-row heed-mask-total" },
    h("span", { class: "heed-name" }, words.mean_log_p),
    mean(fixed(-masked.loss, 3)),
    mean(fixed(-bare.loss, 3)),
    h(
      "div",
      { class: "heed-cell-pair" },
      value(signed(apart(-masked.loss, -bare.loss, 3), 3)),
      h("span"),
    ),
    h("span"),
    h("span"),
  );
  const node = h(
    "section",
    { class: "heed-flow", "data-part": "steps", "data-present": "" },
    h(
      "div",
      { class: "heed-pane-head" },
      h("h2", { class: "heed-tag" }, words.steps),
      help(words.steps_help, words.steps),
    ),
    h(
      "div",
      { class: "heed-mask-row heed-mask-names", "aria-hidden": "true" },
      heads.map(([name, more]) => h("span", {}, name, more ? h("small", {}, more) : null)),
    ),
    list,
    total,
    h("p", { class: "heed-note" }, verdict(ui, lifted)),
  );
  list.addEventListener("keydown", (event) => {
    const to = { ArrowUp: ui.now - 1, ArrowDown: ui.now + 1 }[event.key];
    if (to == null || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    ui.go(to);
  });

  function update() {
    const shares = lifted.share("future", ui.head);
    rows.forEach(({ node: row, share }, t) => {
      row.classList.toggle("heed-lit", t === ui.now);
      row.setAttribute("aria-selected", String(t === ui.now));
      share.textContent = percent(shares[t]);
    });
    list.setAttribute("aria-activedescendant", `heed-mask-${ui.now}`);
  }

  return { node, update };
}

// What lifting the mask did as a whole; a step changed where its change can be seen.
export function verdict({ words }, { gain, shift, passes: { masked, bare } }) {
  const seen = gain.map((_, t) => Math.sign(shift(t, 2)));
  const count = (sign) => seen.filter((one) => one === sign).length;
  const [before, after] = [masked.loss, bare.loss].map((loss) => fixed(loss, 2));
  const loss = fill(
    before === after
      ? words.loss_same
      : bare.loss > masked.loss
        ? words.loss_worse
        : words.loss_better,
    { before, after },
  );
  return fill(words.verdict, {
    up: count(1),
    down: count(-1),
    same: count(0),
    steps: gain.length,
    loss,
  });
}
