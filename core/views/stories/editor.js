// The story as lines that a person changes: shaded words, what each look rests on, and the ways to
// add, change, move and remove a line.

import { inkOn, weightColour } from "../../stage/colours.js";
import { chance, fill, fixed, h, help } from "../../stage/dom.js";
import { changing } from "./changing.js";
import { sums, wordsOf } from "./read.js";

const FAINT = 0.02; // of a look: words under it are not shaded

export function editorView(ui, trace, data, lines, ask) {
  const { words } = ui;
  const asked = lines.length - 1; // the last line asks
  const { support } = data.truth;
  const looks = trace.steps.map((_, look) => look);
  const button = (act, line, sign, name, does, disabled = false) =>
    h(
      "button",
      {
        type: "button",
        class: "heed-line-act",
        "data-id": `${act}-${line}`,
        "aria-label": fill(name, { line: line + 1 }),
        title: fill(name, { line: line + 1 }),
        disabled,
        onclick: (event) => {
          event.stopPropagation();
          does();
        },
      },
      sign,
    );

  /** @type {{ line: number, field: any } | null} */
  let changed = null; // the field of a line whose change was asked for
  const send = (choice, focus) => {
    if (!ask) return;
    changed = { line: ui.editing, field: list.getRootNode().activeElement };
    ui.editing = null;
    list.querySelector(`[data-id="line-${focus}"]`)?.focus();
    ask(choice);
  };
  const move = (line, by) => {
    const to = line + by;
    if (line < asked && to >= 0 && to < asked) send({ act: "move", line, by }, to);
  };
  const remove = (line) => {
    if (line < asked && asked > 1) send({ act: "remove", line }, Math.min(line, asked - 2));
  };
  const add = (line) => send({ act: "add", line }, line + 1);
  const edit = (line) => {
    if (!ask) return;
    ui.editing = ui.editing === line ? null : line;
    rows.forEach((row) => row.change());
    if (ui.editing === line) rows[line].node.querySelector("select, input")?.focus();
    else rows[line].node.focus();
  };

  const rows = lines.map((group, line) => rowOf(group, line));
  const wide = `--looks:${looks.length}`;
  const list = h(
    "div",
    { style: wide },
    h(
      "ol",
      { class: "heed-lines", "aria-label": words.story },
      rows.slice(0, asked).map((row) => row.node),
    ),
    rows[asked].node,
  );

  function rowOf(group, line) {
    const tokens = wordsOf(trace, group).map(({ i, before, word }) => ({
      i,
      before,
      node: h("span", { class: "heed-word" }, word),
    }));
    const sentence = h(
      "span",
      { class: "heed-sentence", lang: ui.tongues?.source },
      tokens.flatMap(({ before, node }) => [before, node]),
    );
    const question = line === asked;
    const bars = looks.map((look) => {
      const length = h("i");
      const value = h("span", { class: "heed-value" });
      const node = h(
        "span",
        { class: "heed-look", onclick: () => ui.go(look) },
        h("span", { class: "heed-bar" }, length),
        value,
      );
      return { node, length, value };
    });
    const supports = support.includes(line);
    const holder = h("div", { class: "heed-changing" });
    const node = h(
      question ? "div" : "li",
      {
        class: `heed-line${question ? " heed-asks" : ""}${supports ? " heed-supports" : ""}`,
        "data-id": `line-${line}`,
        tabindex: 0,
        onclick: (event) => event.detail === 2 && edit(line),
      },
      h("span", { class: "heed-line-number" }, question ? "?" : String(line + 1)),
      sentence,
      h(
        "span",
        { class: "heed-line-support", title: supports ? words.supports : null },
        supports ? h("span", { role: "img", "aria-label": words.supports }, "●") : null,
      ),
      question ? answerOf() : bars.map((bar) => bar.node),
      ask
        ? h(
            "span",
            { class: "heed-line-acts" },
            button("edit", line, "✎", words.edit, () => edit(line)),
            question
              ? null
              : [
                  button("up", line, "↑", words.up, () => move(line, -1), line === 0),
                  button("down", line, "↓", words.down, () => move(line, 1), line === asked - 1),
                  button("add", line, "+", words.add, () => add(line), asked >= data.most),
                  button("remove", line, "×", words.remove, () => remove(line), asked === 1),
                ],
          )
        : null,
      holder,
    );
    return {
      node,
      change() {
        const open = ui.editing === line;
        holder.replaceChildren(
          ...(open ? [changing(ui, data, line, (choice) => send(choice, line))] : []),
        );
        node.classList.toggle("heed-open", open);
      },
      update() {
        const step = trace.steps[ui.now];
        tokens.forEach(({ i, node: word }) => {
          const weight = step.visible[i] ? step.weights[i] : 0;
          const shaded = weight >= FAINT;
          const colour = weightColour(weight);
          word.style.background = shaded ? colour : "";
          word.style.color = shaded ? inkOn(colour) : "";
          word.title = step.visible[i] ? `${words.weight} ${fixed(step.weights[i], 3)}` : "";
        });
        bars.forEach((bar, look) => {
          const weight = shares[look][line];
          bar.length.style.width = `${100 * weight}%`;
          bar.value.textContent = fixed(weight, 2);
          bar.value.classList.toggle("heed-strong", weight >= 0.1);
          bar.node.classList.toggle("heed-now", look === ui.now);
          bar.node.title = `${ui.look(look)}: ${fixed(weight, 3)}`;
        });
      },
    };
  }

  function answerOf() {
    const [{ token, logProb }] = trace.steps;
    const { answer, told } = data.truth;
    const right = answer != null && answer === token.piece;
    return h(
      "span",
      { class: "heed-answer" },
      h("b", { class: "heed-target", lang: ui.tongues?.target }, token.piece),
      ` ${chance(Math.exp(logProb))} `,
      h("span", { class: `heed-truth${answer != null && !right ? " heed-wrong" : ""}` }, told),
    );
  }

  const shares = trace.steps.map((step) => sums(step, lines));
  const heads = looks.map((look) =>
    h(
      "button",
      {
        type: "button",
        class: "heed-look-head",
        "data-id": `look-${look}`,
        onclick: () => ui.go(look),
      },
      ui.look(look),
    ),
  );
  const node = h(
    "section",
    { class: "heed-pane heed-told" },
    h(
      "div",
      { class: "heed-line-heads", style: wide },
      h(
        "div",
        {},
        h("h2", { class: "heed-tag" }, words.story),
        help(words.story_help, words.story),
        support.length ? h("span", { class: "heed-info" }, `● ${words.supports}`) : null,
      ),
      heads,
    ),
    list,
  );

  // Alt with an arrow moves a line, and Escape closes the fields of one, wherever in them one is;
  // the frame leaves such keys to whom they belong.
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && ui.editing != null) {
      event.preventDefault();
      edit(ui.editing);
      return;
    }
    const line = rows.findIndex((row) => row.node === event.target);
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (line < 0 || !event.altKey || !by) return;
    event.preventDefault();
    move(line, by);
  });

  return {
    node,
    layout() {},
    // The server has answered, and the story is what it was: what was said of a line was refused,
    // and is there to be said otherwise.
    refused() {
      if (changed?.line == null || !changed.field?.isConnected) return;
      ui.editing = changed.line;
      changed.field.focus();
      changed = null;
    },
    update() {
      heads.forEach((head, look) => head.setAttribute("aria-pressed", String(look === ui.now)));
      rows.forEach((row) => row.update());
    },
    light({ source }) {
      const group = source == null ? null : ui.sources[source];
      rows.forEach((row, line) =>
        row.node.classList.toggle(
          "heed-lit",
          Boolean(group) && group.items.some((i) => lines[line].items.includes(i)),
        ),
      );
    },
    // Keys of a line: arrows lead to the next, Enter changes it, Delete takes it out, + adds one.
    key(event, origin) {
      const line = rows.findIndex((row) => row.node === origin);
      if (line < 0) return false;
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (by) rows[Math.max(0, Math.min(asked, line + by))].node.focus();
      else if (event.key === "Enter") edit(line);
      else if (event.key === "Delete") remove(line);
      else if (event.key === "+") add(Math.min(line, asked - 1));
      else return false;
      return true;
    },
  };
}
