// The stage of the workbench: a setting that a person changes, and the server's answer to it.
// Arrows and fields follow at once; every score, weight and context is worked out by the server.

import { workbench } from "./bench.js";

// Other words or larger type need the stage anew; what the person did stays.
export default function mountWorkbench(root, data) {
  let inner = workbench(root, data);
  const outer = {
    paint: () => inner.paint(),
    busy: (on) => inner.busy(on),
    address: () => inner.address(),
    kept: () => inner.kept(),
    destroy: () => inner.destroy(),
    renew(next) {
      if (next.language === data.language && next.projector === data.projector) inner.renew(next);
      else {
        const kept = inner.kept();
        inner.destroy();
        data = { ...data, ...next, ...kept };
        inner = workbench(root, data);
      }
    },
  };
  return outer;
}
