// What the lost heads did: the output beside the plain one, and the probability of each plain
// token.

import { apart, chance, fill, fixed, h, nameOf, piece, signed, spoken } from "../../stage/dom.js";
import { FADE, scrolling } from "../../stage/overflow.js";
import { grouped, sum } from "../../stage/trace.js";

export function outcomeView(ui, data) {
  const { words } = ui;
  const total = (values) => sum(values);
  const words_ = (tokens, differs) => {
    const groups = grouped(tokens, true).filter((group) => !group.mark);
    // Punctuation stands close to its word, as it was written.
    return groups.flatMap((group) => [
      /^\s/.test(tokens[group.items[0]].text) ? " " : null,
      h(
        "span",
        { class: differs && group.items.some((t) => differs[t]) ? "heed-outcome-differs" : null },
        spoken(ui, "target", group.text),
      ),
    ]);
  };
  const said = (title, { tokens, log_probs: logProbs, cut_off: cutOff }, differs) =>
    h(
      "div",
      { class: "heed-outcome" },
      h("span", { class: "heed-info" }, title),
      h(
        "p",
        { dir: "auto" },
        words_(tokens, differs),
        cutOff
          ? h(
              "i",
              { class: "heed-outcome-cut" },
              ` ${fill(words.stopped, { count: tokens.length })}`,
            )
          : null,
      ),
      h(
        "span",
        { class: "heed-info" },
        fill(words.log_prob_total, { value: fixed(total(logProbs), 3), count: logProbs.length }),
      ),
    );
  const count = data.switched.length;
  const whole = total(data.plain.log_probs);
  const without = total(data.forced);
  const same = count && !data.free.differs.some(Boolean) && data.free.text === data.plain.text;
  const rows = data.plain.tokens.map((one, t) => {
    const [p, q] = [data.plain.log_probs[t], data.forced[t]].map(Math.exp);
    const bar = (value, className) =>
      h(
        "span",
        { class: `heed-bar ${className}` },
        h("i", { style: `width:${(100 * value).toFixed(2)}%` }),
      );
    const change = data.forced[t] - data.plain.log_probs[t];
    const numbers = { p: chance(p), q: chance(q), change: signed(change, 3) };
    return h(
      "div",
      {
        class: "heed-outcome-row",
        role: "option",
        id: `heed-outcome-${ui.id}-${t}`,
        onclick: () => ui.go(t),
        "aria-label": `${nameOf(ui, one.piece)}: ${fill(words.with_and_without, numbers)}`,
      },
      h("span", { class: "heed-target heed-name" }, spoken(ui, "target", piece(one.piece))),
      h(
        "span",
        { class: "heed-outcome-bars" },
        bar(p, ""),
        count ? bar(q, "heed-outcome-without") : null,
      ),
      h("span", { class: "heed-value" }, chance(p)),
      h("span", { class: "heed-value heed-outcome-q" }, count ? chance(q) : ""),
      h(
        "span",
        { class: `heed-value heed-outcome-change${change < -0.1 ? " heed-outcome-worse" : ""}` },
        count ? signed(change, 3) : "",
      ),
    );
  });
  const list = h(
    "div",
    {
      class: "heed-rows heed-outcome-rows",
      role: "listbox",
      tabindex: 0,
      "aria-label": words.tokens_label,
    },
    rows,
  );
  const node = h(
    "div",
    { class: "heed-outcomes" },
    h(
      "p",
      { class: "heed-outcome-read", dir: "auto" },
      h("bdi", { class: "heed-source", lang: ui.tongues?.source }, data.typed),
    ),
    said(words.with_all, data.plain),
    count
      ? said(fill(words.without, { count }), data.free, data.free.differs)
      : h(
          "div",
          { class: "heed-outcome" },
          h("span", { class: "heed-info" }, words.without_none),
          h("p", { class: "heed-none" }, words.switch_some),
        ),
    count
      ? h(
          "p",
          { class: "heed-outcome-verdict" },
          same ? words.same_output : words.other_output,
          " ",
          fill(words.forced_total, {
            plain: fixed(whole, 3),
            without: fixed(without, 3),
            change: signed(apart(whole, without, 3), 3),
          }),
        )
      : null,
    h(
      "div",
      { class: "heed-outcome-row heed-outcome-heads", "aria-hidden": "true" },
      h("span", {}, words.plain_token),
      h("span", {}, words.its_probability),
      h("span", {}, words.with_short),
      h("span", {}, count ? words.without_short : ""),
      h("span", {}, count ? "Δ log p" : ""),
    ),
    scrolling(list),
  );
  return {
    node,
    list,
    layout() {},
    light() {},
    update() {
      rows.forEach((one, t) => {
        one.classList.toggle("heed-now", t === ui.now);
        one.setAttribute("aria-selected", String(t === ui.now));
      });
      if (!rows.length) return;
      list.setAttribute("aria-activedescendant", rows[ui.now].id);
      const now = rows[ui.now];
      const over = now.offsetTop;
      if (
        over < list.scrollTop ||
        over + now.offsetHeight > list.scrollTop + list.clientHeight - FADE
      )
        list.scrollTop = over - list.clientHeight / 2;
    },
  };
}
