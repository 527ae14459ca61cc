// Traces as they travel, small enough to be checked by hand.

const packed = (dtype, values) => ({
  dtype,
  shape: [values.length],
  data: Buffer.from(
    dtype === "b1" ? Uint8Array.from(values).buffer : Float32Array.from(values).buffer,
  ).toString("base64"),
});

// Rows of an array that has two dimensions of one before them, as layers and heads.
const rows = (values, dtype = "f4") => ({
  ...packed(dtype, values.flat()),
  shape: [1, 1, values.length, values[0].length],
});

// "I know that" -> "Je sav ais", with its end: the second step's end was a candidate too.
export function trace() {
  const written = [
    [11, "▁Je", "Je", 0],
    [12, "▁sav", " sav", 1],
    [13, "ais", "ais", 1],
    [3, "</s>", "", 2, null, null, true],
  ];
  const weights = [
    [0.5, 0.25, 0.25, 0],
    [0.125, 0.5, 0.375, 0],
    [0.25, 0.25, 0.5, 0],
    [0, 0.5, 0.5, 0],
  ];
  return {
    model: { name: "eng-fra-general", has: ["recurrence", "encoder", "cross-attention"] },
    typed: "I know",
    axes: [
      {
        name: "source",
        kind: "text",
        items: [
          [21, "▁I", "I", 0, 0, 1],
          [22, "▁kn", " kn", 1, 2, 4],
          [23, "ow", "ow", 1, 4, 6],
          [3, "</s>", "", 2, null, null, true],
        ],
        states: rows([
          [1, 0],
          [0, 1],
          [2, 2],
          [4, 4],
        ]),
      },
      { name: "written", kind: "path", items: [], states: null },
    ],
    attentions: [
      {
        block: "cross",
        queries: "written",
        keys: "source",
        scores: rows(weights.map(() => [Math.log(2), 0, 1, 5])),
        weights: rows(weights),
        visible: rows(
          weights.map(() => [1, 1, 1, 0]),
          "b1",
        ),
        values: null,
        sums_states: true,
      },
    ],
    tree: tree(written),
  };
}

const tree = (written) => ({
  search: { beam: 1, sampling: null },
  start: "<s>",
  end: "</s>",
  leaves: [3],
  steps: written.map((token, t) => ({
    token,
    parent: t ? t - 1 : null,
    expansion: t,
    log_prob: -0.5,
    total: -0.5 * (t + 1),
    score: -0.5 * (t + 1),
    rank: 1,
    fate: t === 3 ? "ended" : "kept",
    forced: false,
  })),
  expansions: written.map(([id, piece], t) => ({
    run: t,
    step: t ? t - 1 : null,
    entropy: 0.5,
    replaced: false,
    candidates: [
      [id, piece, -0.5, -0.5 * (t + 1), -0.5 * (t + 1), t === 3 ? "ended" : "kept", 1, null],
      [90 + t, `▁w${t}`, -2, -2 - 0.5 * t, -2 - 0.5 * t, "cut", 2, null],
    ],
    context: rows([[1, 2]]),
    state: packed("f4", [3, 4]),
    combined: packed("f4", [5, 6]),
  })),
});
