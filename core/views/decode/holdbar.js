// What can be done to the attention of this step and of all steps, and what was done: menus, undo,
// and a list in which each change is taken back alone.

import { decodeArray } from "../../stage/codec.js";
import { fill, groupName, h } from "../../stage/dom.js";
import { isNothing, toggledUniform, withForbidden, withoutRow } from "./edits.js";
import { only, shuffled, uniform, without } from "./simplex.js";

const popover = (label, ...inside) =>
  h(
    "details",
    { class: "heed-hold-menu" },
    h("summary", {}, label),
    h("div", { class: "heed-items" }, inside),
  );
const item = (text, onclick, act, note) =>
  h(
    "button",
    { type: "button", class: "heed-item", onclick, "data-act": act },
    text,
    note && h("small", {}, note),
  );
const field = (label, control) => h("label", { class: "heed-hold-field" }, label, control);
const option = (value, text, on = false) => h("option", { value, selected: on }, text);

// A menu to choose from that goes back to its first line.
function choose(first, options, act) {
  const node = h(
    "select",
    {
      onchange: () => {
        const at = Number(node.value);
        node.value = "";
        act(at);
      },
    },
    option("", first),
    options.map(([value, text]) => option(value, text)),
  );
  return node;
}

// A row of the average without what may not be read.
const usualOf = (row, unread) =>
  without(
    row,
    Array.from(row, (_, i) => i).filter((i) => unread(i)),
  );

// What one click makes of the current step.
function presets(ui, trace, held) {
  const { hold, words, sources } = ui;
  const count = () => trace.steps[ui.now].weights.length;
  const now = () => trace.steps[ui.now].weights;
  const average = held.average && decodeArray(held.average);
  let seed = 0;
  const texts = sources.map((group, j) => [j, groupName(ui, group)]);
  const steps = trace.steps.map((step, t) => [t, `${t + 1} · ${step.token.piece}`]);
  return popover(
    words.this_step,
    item(words.preset_uniform, () => hold.put(uniform(count(), hold.unread)), "uniform"),
    item(words.preset_off, () => hold.put(null), "off", words.preset_off_note),
    average
      ? item(
          words.preset_average,
          () => hold.put(usualOf(average[ui.now], hold.unread)),
          "average",
          fill(words.preset_average_note, { count: held.averaged }),
        )
      : null,
    item(
      words.preset_shuffled,
      () => {
        seed += 1;
        hold.put(shuffled(now(), seed, hold.unread));
      },
      "shuffled",
      words.preset_shuffled_note,
    ),
    field(
      words.preset_only,
      choose(words.choose_word, texts, (j) => {
        const items = sources[j].items.filter((i) => !hold.unread(i));
        if (items.length) hold.put(only(now(), items));
      }),
    ),
    trace.own
      ? null
      : field(
          words.preset_step,
          choose(words.choose_step, steps, (t) => {
            const row = Array.from(trace.steps[t].weights);
            hold.put(row.some(Boolean) ? row : null);
          }),
        ),
  );
}

// What holds for every step.
function steering(ui, trace, held) {
  const { hold, words, sources } = ui;
  const { edits } = hold;
  const temperature = h(
    "select",
    {
      "data-act": "temperature",
      onchange: () => hold.change({ ...edits, temperature: Number(temperature.value) }),
    },
    held.temperatures.map((one) => option(one, String(one), one === edits.temperature)),
  );
  const even = held.even.map((part) =>
    h(
      "button",
      {
        type: "button",
        class: "heed-hold-choice",
        "aria-pressed": String(edits.uniform.some(({ block }) => block === part.block)),
        onclick: () => hold.change(toggledUniform(edits, part)),
      },
      part.name || words.uniform_all,
    ),
  );
  const off = (items) => items.every((i) => edits.forbidden.includes(i));
  const forbid = ({ items }) => {
    const rest = edits.forbidden.filter((i) => !items.includes(i));
    const next = off(items) ? rest : [...rest, ...items].sort((a, b) => a - b);
    if (next.length < trace.source.length) hold.change(withForbidden(edits, next));
    else ui.say(words.forbid_last);
  };
  return popover(
    words.all_steps,
    field(words.temperature, temperature),
    h("p", { class: "heed-note" }, words.temperature_note),
    h("p", { class: "heed-hold-about" }, words.uniform_everywhere),
    h("div", { class: "heed-hold-choices" }, even),
    ...(trace.own
      ? []
      : [
          h("p", { class: "heed-hold-about" }, words.forbid),
          h(
            "div",
            { class: "heed-hold-choices" },
            sources.map((group) =>
              h(
                "button",
                {
                  type: "button",
                  class: "heed-hold-choice heed-hold-word",
                  "aria-pressed": String(off(group.items)),
                  onclick: () => forbid(group),
                },
                group.label,
              ),
            ),
          ),
          h("p", { class: "heed-note" }, words.forbid_note),
        ]),
  );
}

// The lines of Python that make the same translation.
function asPython({ words }, python) {
  const code = h("pre", { tabindex: 0 }, python);
  const told = h("span", { class: "heed-note", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(python);
      told.textContent = words.copied;
    } catch {
      getSelection()?.selectAllChildren(code); // where a page may not write there
      told.textContent = words.copy_by_hand;
    }
  };
  const button = h("button", { type: "button", class: "heed-toggle", onclick: copy }, words.copy);
  return popover(words.python, code, h("div", { class: "heed-hold-copy" }, button, told));
}

// Every change with a button that takes it back.
function list(ui, trace) {
  const { hold, words, sources } = ui;
  const { edits } = hold;
  const end = trace.steps.length - 1;
  /** @param {string} text @param {any} back @param {(() => void) | undefined} go
   * @param {string} quiet */
  const chip = (text, back, go = undefined, quiet = "") =>
    h(
      "li",
      { class: `heed-hold-chip${quiet ? " heed-hold-quiet" : ""}`, title: quiet },
      go ? h("button", { type: "button", class: "heed-hold-go", onclick: go }, text) : text,
      hold.sends
        ? h(
            "button",
            {
              type: "button",
              class: "heed-hold-back",
              "aria-label": fill(words.take_back, { what: text }),
              title: fill(words.take_back, { what: text }),
              onclick: () => hold.change(back),
            },
            "×",
          )
        : null,
    );
  const rows = edits.rows.map((row) => {
    const what = words[row.parts ? "by_hand" : "switched_off"];
    const values = { step: row.step + 1, what, end: end + 1 };
    const text = [fill(words.at_step, values), row.name].filter(Boolean).join(" · ");
    const late = row.step > end ? fill(words.unreached, values) : "";
    return chip(
      late || text,
      withoutRow(edits, row),
      late ? undefined : () => ui.go(row.step),
      late,
    );
  });
  // Words that are forbidden as a whole, and pieces of others.
  const whole = sources.filter(({ items }) => items.every((i) => edits.forbidden.includes(i)));
  const gone = [
    ...whole.map((group) => ({ items: group.items, label: groupName(ui, group) })),
    ...edits.forbidden
      .filter((i) => !whole.some(({ items }) => items.includes(i)))
      .map((i) => ({ items: [i], label: trace.source[i].piece })),
  ];
  return [
    ...rows,
    edits.temperature === 1
      ? null
      : chip(fill(words.temperature_is, { value: edits.temperature }), {
          ...edits,
          temperature: 1,
        }),
    ...gone.map((group) =>
      chip(
        fill(words.forbidden, { token: group.label }),
        withForbidden(
          edits,
          edits.forbidden.filter((i) => !group.items.includes(i)),
        ),
      ),
    ),
    ...edits.uniform.map((one) =>
      chip([words.is_uniform, one.name].filter(Boolean).join(" · "), toggledUniform(edits, one)),
    ),
  ].filter(Boolean);
}

// Where it `steers`, what holds for every step can be chosen, too.
export function holdBar(ui, trace, held, { steers = true } = {}) {
  const { hold, words } = ui;
  const step = (name, sign, act) =>
    h(
      "button",
      {
        type: "button",
        class: "heed-toggle heed-hold-step",
        "data-act": name,
        "aria-label": words[name],
        title: words[name],
        onclick: act,
      },
      sign,
    );
  const back = step("undo", "↶", hold.undo);
  const forth = step("redo", "↷", hold.redo);
  const reset = h(
    "button",
    { type: "button", class: "heed-toggle", "data-act": "reset", onclick: hold.reset },
    words.reset,
  );
  const bar = h(
    "div",
    { class: "heed-hold-bar", role: "group", "aria-label": words.hold },
    presets(ui, trace, held),
    steers ? steering(ui, trace, held) : null,
    back,
    forth,
    reset,
  );
  back.disabled = !hold.undoable();
  forth.disabled = !hold.redoable();
  reset.disabled = isNothing(hold.edits);
  const chips = list(ui, trace);
  const changes = chips.length
    ? h(
        "div",
        { class: "heed-hold-changes" },
        h("span", { class: "heed-tag" }, words.changed),
        h("ul", {}, chips),
        asPython(ui, held.python),
      )
    : null;
  return { bar: hold.sends ? bar : null, changes };
}
