// How one line is changed: its words by menus where they are known, or the whole line by typing.

import { fill, h } from "../../stage/dom.js";

// `done` hears what the line should be: a template and what fills it, or a text.
export function changing(ui, data, line, done) {
  const { words } = ui;
  const { text, parts } = data.lines[line];
  const question = line === data.lines.length - 1;
  const forms = question ? data.menus.questions : data.menus.statements;
  const nodes = [];

  const menu = (name, options, chosen, act) => {
    const node = h(
      "select",
      { "aria-label": words[name], onchange: () => act(node.value) },
      options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
    );
    nodes.push(node);
  };
  if (data.menus.people.length) {
    const now = parts ?? { form: 0, who: data.menus.people[0], what: "", place: "" };
    const form = forms[now.form];
    const filled = (holes, next) => {
      const one = forms[next];
      const of = (hole, known) => (known.includes(holes[hole]) ? holes[hole] : known[0]);
      return {
        act: "fill",
        line,
        form: next,
        who: of("who", data.menus.people),
        what: of("what", one.what === "place" ? data.menus.places : data.menus.things),
        place: of("place", data.menus.places),
      };
    };
    const change = (hole) => (value) => done(filled({ ...now, [hole]: value }, now.form));
    const same = (list) => list.map((one) => [one, one]);
    if (parts) {
      if (form.who) menu("who", same(data.menus.people), now.who, change("who"));
      if (form.what)
        menu(
          form.what,
          same(form.what === "place" ? data.menus.places : data.menus.things),
          now.what,
          change("what"),
        );
      if (form.place) menu("place", same(data.menus.places), now.place, change("place"));
    }
    menu(
      question ? "asks" : "does",
      forms.map(({ label }, i) => [String(i), label]),
      parts ? String(now.form) : "",
      (value) => done(filled(now, Number(value))),
    );
    if (!parts) {
      const node = /** @type {HTMLSelectElement} */ (nodes[0]);
      node.prepend(h("option", { value: "", selected: true }, words.by_menu));
    }
  }
  const say = () => {
    if (field.reportValidity()) done({ act: "say", line, text: field.value });
  };
  const field = h("input", {
    type: "text",
    required: true,
    pattern: ".*\\S.*",
    value: text,
    "aria-label": fill(words.typed, { line: line + 1 }),
    lang: ui.tongues?.source,
    maxlength: 200,
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      say();
    },
  });
  const button = h(
    "button",
    {
      type: "button",
      class: "heed-toggle",
      onclick: say,
    },
    words.apply,
  );
  return h("div", { class: "heed-changing-fields" }, nodes, field, button);
}
