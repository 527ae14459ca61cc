// The switchboard: every head of every attention as a switch, a layer or an attention at once.

import { fill, h, set } from "../../stage/dom.js";

// Off heads are named "cross.2.5": attention, layer and head, from 1.
export function switchboardView(ui, data) {
  const { words } = ui;
  const switches = new Map();
  const groups = [];
  const costs = new Map(data.costs.map(([head, value]) => [head, value]));
  const most = Math.max(1e-9, ...costs.values());
  const node = h(
    "div",
    { class: "heed-switches" },
    data.blocks.map(([block, layers, heads]) => {
      const names = (layer) =>
        Array.from({ length: heads }, (_, k) => `${block}.${layer}.${k + 1}`);
      const all = Array.from({ length: layers }, (_, i) => names(i + 1));
      const several = (own, text, about, className) => {
        const button = h(
          "button",
          {
            type: "button",
            class: `heed-switch-all ${className}`,
            "data-act": about,
            onclick: () => ui.flip(own, !own.every((name) => ui.off.has(name))),
          },
          text,
        );
        groups.push({ button, own, text: about });
        return button;
      };
      return h(
        "fieldset",
        { class: "heed-switch-block", "data-block": block },
        h(
          "legend",
          {},
          words[`block_${block}`],
          " ",
          several(
            all.flat(),
            words.whole_attention,
            words[`block_${block}`],
            "heed-switch-block-all",
          ),
        ),
        h(
          "div",
          {
            class: "heed-switch-grid",
            role: "group",
            "aria-label": words[`block_${block}`],
            style: `--heads:${heads}`,
          },
          all.map((own, i) =>
            h(
              "div",
              { class: "heed-switch-row" },
              several(
                own,
                fill(words.layer, { layer: i + 1 }),
                `${words[`block_${block}`]}, ${fill(words.layer, { layer: i + 1 })}`,
                "heed-switch-layer",
              ),
              own.map((name, k) => {
                const cost = costs.get(name);
                const share = cost == null ? 0 : Math.max(0, cost) / most;
                const button = h(
                  "button",
                  {
                    type: "button",
                    class: "heed-switch",
                    "data-act": name,
                    tabindex: -1,
                    onclick: () => {
                      ui.choose(name);
                      ui.flip([name], !ui.off.has(name));
                    },
                    onmousemove: (event) => ui.tip(event, ui.told(name)),
                    onmouseleave: () => ui.tip(null),
                  },
                  h("span", {}, String(k + 1)),
                  cost == null ? null : h("i", { style: `height:${(100 * share).toFixed(1)}%` }),
                );
                switches.set(name, button);
                return button;
              }),
            ),
          ),
        ),
      );
    }),
  );

  // Arrows go from head to head, through layers and attentions, without switching.
  function along(key) {
    const [block, layer, head] = ui.head.split(".");
    const at = data.blocks.findIndex(([name]) => name === block);
    const [, layers, heads] = data.blocks[at];
    let [b, i, k] = [at, Number(layer), Number(head)];
    if (key === "ArrowRight") k += 1;
    if (key === "ArrowLeft") k -= 1;
    if (key === "ArrowDown") i += 1;
    if (key === "ArrowUp") i -= 1;
    if (k > heads || k < 1) {
      b += k < 1 ? -1 : 1;
      if (!data.blocks[b]) return;
      k = k < 1 ? data.blocks[b][2] : 1;
      i = Math.min(i, data.blocks[b][1]);
    }
    if (i < 1 || i > layers) return;
    ui.choose(`${data.blocks[b][0]}.${i}.${k}`);
    switches.get(ui.head).focus();
  }

  function update() {
    for (const [name, button] of switches) {
      const off = ui.off.has(name);
      set(button, {
        "aria-pressed": String(!off),
        "aria-label": `${ui.called(name)}: ${off ? words.is_off : words.is_on}`,
        tabindex: name === ui.head ? 0 : -1,
      });
      button.classList.toggle("heed-switch-chosen", name === ui.head);
    }
    for (const { button, own, text } of groups) {
      const off = own.filter((name) => ui.off.has(name)).length;
      set(button, {
        "aria-pressed": off === 0 ? "true" : off === own.length ? "false" : "mixed",
        "aria-label": `${text}: ${off === own.length ? words.switch_on : words.switch_off}`,
        title: off === own.length ? words.switch_on : words.switch_off,
      });
    }
  }
  return { node, update, along, layout() {}, light() {} };
}
