// Several models on one sentence: a panel each, one step for all, and where their attention
// differs.

import { stageFrame } from "../../stage/frame.js";
import { comparison } from "./together.js";

// The frame stands while sentences come and go; other words or larger type need another one.
/** @typedef {import("../../stage/wire").ComparePayload} Payload */
/** @param {HTMLElement} root
 * @param {import("../../stage/types").Data<Payload>} data */
export default function mountCompare(root, data) {
  let frame;
  let shown;
  let widths;
  const width = (name, node) => (widths[name] ||= node.clientWidth);
  const self = {
    paint: () => frame.paint(),
    busy: (on) => frame.busy(on),
    address: () => shown.address(),
    renew(next, open) {
      const framed = next.language === data.language && next.projector === data.projector;
      const { onPick, onStep } = data;
      data = { ...next, ...open, ...shown.kept(next), onPick, onStep };
      shown.stop();
      frame.ui.tip(null);
      if (framed) shown = comparison(frame, data, self, width);
      else {
        frame.destroy();
        stand();
      }
    },
    destroy() {
      shown.stop();
      frame.destroy();
    },
  };

  function stand() {
    frame = stageFrame(root, data, data.told.title);
    widths = {};
    shown = comparison(frame, data, self, width);
    frame.begin({
      key: (...pressed) => shown.key(...pressed),
      arrange() {
        widths = {};
        shown.arrange();
      },
      redraw: () => shown.update(),
    });
    frame.stage.addEventListener("focusout", ({ target }) => {
      if (target.matches(".heed-points")) shown.unpoint();
    });
  }

  stand();
  return self;
}
