// Under the maps: target and softmax of one step, gradients by layer, one update taken apart.

import { chance, fill, fixed, h, signed } from "../../stage/dom.js";
import { frameAt, logPlace, short, targetOf } from "./read.js";

const [LOW, HIGH] = [-4, 1]; // powers of ten of a gradient's norm

/** @param {any} ui @param {any[]} runs @param {(step: number) => void} pick */
export function softmaxView(ui, runs, pick) {
  const { words } = ui;
  const choose = h("select", {
    class: "heed-speed",
    "aria-label": words.step_choose,
    onchange: () => pick(Number(choose.value)),
  });
  const lists = runs.map((_, n) => h("div", { class: `heed-guesses heed-run-${n}` }));
  const node = h(
    "section",
    { class: "heed-panel" },
    h("h4", {}, words.softmax, choose),
    h("div", { class: "heed-side-by-side" }, lists),
    h("p", { class: "heed-note" }, words.softmax_note),
  );
  let named = "";

  function update(at, step) {
    const target = runs[0].target;
    const names = target.join(" ");
    if (names !== named) {
      named = names;
      choose.replaceChildren(
        ...target.map((token, t) => h("option", { value: t }, `${t + 1}: ${token}`)),
      );
    }
    choose.value = String(step);
    runs.forEach((run, n) => {
      const frame = run.frames.length ? frameAt(run.frames, at) : null;
      const guesses = frame?.softmax[step] ?? [];
      lists[n].replaceChildren(
        ...guesses.map(([token, p, wanted]) => {
          const goal = targetOf(frame?.smoothing ?? 0, run.tokens, Boolean(wanted));
          const told = fill(words.guess_told, { token, p: chance(p), target: chance(goal) });
          return h(
            "div",
            { class: `heed-guess${wanted ? " heed-wanted" : ""}`, title: told },
            h("b", {}, token),
            h(
              "span",
              { class: "heed-guess-bar", role: "img", "aria-label": told },
              h("i", { style: `width:${100 * p}%` }),
              h("u", { style: `left:${100 * goal}%` }),
            ),
            h("span", { class: "heed-guess-p" }, chance(p)),
          );
        }),
      );
    });
  }
  return { node, update };
}

/** @param {any} ui @param {any[]} runs @param {Record<string, string>} layers */
export function normsView(ui, runs, layers) {
  const { words } = ui;
  const list = h("div", { class: "heed-norms" });
  const node = h(
    "section",
    { class: "heed-panel" },
    h("h4", {}, words.norms),
    list,
    h("p", { class: "heed-note" }, words.norms_note),
  );
  const called = (name) => {
    const [part, number] = name.split(".");
    const text = layers[part] ?? part;
    return number ? `${text} ${number}` : text;
  };

  function update(at) {
    const shown = runs.map((run) => new Map(frameAt(run.frames, at)?.norms ?? []));
    const names = [...new Set(shown.flatMap((one) => [...one.keys()]))];
    list.replaceChildren(
      ...names.map((name) =>
        h(
          "div",
          { class: "heed-norm" },
          h("span", {}, called(name)),
          h(
            "span",
            { class: "heed-norm-bars" },
            shown.map((one, n) =>
              one.has(name)
                ? h(
                    "span",
                    {
                      class: `heed-norm-bar heed-run-${n}`,
                      title: `${runs[n].label}: ${short(one.get(name) ?? 0)}`,
                    },
                    h("i", { style: `width:${100 * logPlace(one.get(name) ?? 0, LOW, HIGH)}%` }),
                    h("small", {}, short(one.get(name) ?? 0)),
                  )
                : null,
            ),
          ),
        ),
      ),
    );
  }
  return { node, update };
}

/** @param {any} ui @param {any[]} runs */
export function apartView(ui, runs) {
  const { words } = ui;
  const body = h("div", { class: "heed-side-by-side" });
  const node = h("section", { class: "heed-panel", hidden: true }, h("h4", {}, words.apart), body);

  function one(run, n) {
    const a = run.apart;
    if (!a) return null;
    const line = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
    return h(
      "dl",
      { class: `heed-apart-of heed-run-${n}`, "aria-label": run.label },
      line(words.apart_update, a.update.toLocaleString(ui.language)),
      line(
        words.apart_loss,
        `${fixed(a.loss_before, 4)} → ${fixed(a.loss_after, 4)} (${signed(a.loss_after - a.loss_before, 4)})`,
      ),
      line(
        words.apart_norm,
        a.clip < 1
          ? fill(words.apart_clipped, { norm: short(a.norm), clip: fixed(a.clip, 3) })
          : short(a.norm),
      ),
      line(words.apart_weight, h("code", {}, a.weight)),
      line(words.apart_gradient, short(a.gradient)),
      line(
        words.apart_change,
        `−${short(a.rate)} · ${short(a.mean)} / ${short(a.root)} = ${short(a.after - a.before)}`,
      ),
      line(words.apart_value, `${fixed(a.before, 5)} → ${fixed(a.after, 5)}`),
    );
  }

  function update() {
    const told = runs.map(one);
    node.hidden = !told.some(Boolean);
    body.replaceChildren(...told.filter((each) => each !== null));
  }
  return { node, update };
}
