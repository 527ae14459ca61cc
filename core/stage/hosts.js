// Where a stage stands: a component of Streamlit, or a page of its own.

const mounted = new WeakMap();

// Streamlit calls this with every run of the page; only what changed is drawn again. `data` is the
// one item of a list: Streamlit sends a list as it is, but searches an object for data frames.
export default function component({ data: [data], parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".heed");
  if (!root) parentElement.append((root = h("div", { class: "heed" })));
  const known = mounted.get(parentElement);
  const key = JSON.stringify([data.trace, data.strings, data.projector, data.pick, data.html != null]);
  if (known && known.key === key) {
    if (known.run !== data.run) known.stage.busy(false); // the server has answered
    known.run = data.run;
    known.stage.paint();
  } else {
    // What the person chose in the browser stays when the trace changes, and the step when it does not.
    const kept = known ? { view: address(known.stage.ui).view, table: known.stage.ui.table } : {};
    if (known && known.trace === data.trace) kept.step = known.stage.ui.now;
    if (known) known.stage.destroy();
    const onPick = (choice) => setTriggerValue("pick", { ...choice, nonce: Date.now() });
    const stage = mount(root, { ...data, ...kept, onPick: data.pick ? onPick : null, onStep: remember });
    mounted.set(parentElement, { key, trace: data.trace, run: data.run, stage });
  }
  remember(mounted.get(parentElement).stage.ui);
  return () => setTimeout(() => {
    const current = mounted.get(parentElement);
    if (!current || parentElement.isConnected) return;
    clearTimeout(writing);
    current.stage.destroy();
    mounted.delete(parentElement);
  });
}

const address = (ui) => ({ step: ui.now + 1, view: `${ui.byWord ? "words" : "pieces"}-${ui.kind}`, table: ui.table ? 1 : null });

function written(params, ui) {
  for (const [key, value] of Object.entries(address(ui))) {
    if (value == null) params.delete(key);
    else params.set(key, value);
  }
  return params;
}

// The address bar always holds where one is, without a word to the server. Browsers allow only so
// many changes in a short time: in a quick row of steps only the last is written.
let writing = null, recent = [];
function remember(ui) {
  const write = () => {
    const url = new URL(location.href);
    written(url.searchParams, ui);
    if (url.href === location.href) return;
    recent.push(Date.now());
    history.replaceState(history.state, "", url);
  };
  clearTimeout(writing);
  recent = recent.filter((time) => Date.now() - time < 3000);
  if (recent.length < 15) write();
  else writing = setTimeout(write, 250);
}

// A page of its own keeps the same after the #, where it may.
function standalone(root, data) {
  const asked = new URLSearchParams(location.hash.slice(1)), step = Number(asked.get("step"));
  const onStep = (ui) => {
    try {
      history.replaceState(null, "", `#${written(new URLSearchParams(), ui)}`);
    } catch { /* a frame without an address of its own */ }
  };
  return mount(root, {
    ...data, onStep, step: step >= 1 ? step - 1 : data.step, view: asked.get("view") || data.view, table: asked.get("table") === "1",
  });
}
