// Layers of a large model that have not travelled yet: each is asked for once until it comes.

/** @param {(layer: string) => void} ask */
export function layersToCome(ask) {
  /** @type {Set<string>} */
  const asked = new Set();
  return {
    /** @param {string} layer */
    want(layer) {
      if (asked.has(layer)) return;
      asked.add(layer);
      ask(layer);
    },
    /** @param {string} layer */
    came: (layer) => asked.delete(layer),
  };
}
