// Traces as they travel, small enough to be checked by hand.

const packed = (dtype, values) => ({
  dtype,
  shape: [values.length],
  data: Buffer.from(
    dtype === "b1" ? Uint8Array.from(values).buffer : Float32Array.from(values).buffer,
  ).toString("base64"),
});

const rows = (values) => ({
  ...packed("f4", values.flat()),
  shape: [values.length, values[0].length],
});

// "I know that" -> "Je sav ais", with its end: the second step's end was a candidate too.
export function trace() {
  const written = [
    [11, "▁Je", "Je", 0],
    [12, "▁sav", " sav", 1],
    [13, "ais", "ais", 1],
    [3, "</s>", "", 2],
  ];
  const weights = [
    [0.5, 0.25, 0.25, 0],
    [0.125, 0.5, 0.375, 0],
    [0.25, 0.25, 0.5, 0],
    [0, 0.5, 0.5, 0],
  ];
  return {
    model: { name: "eng-fra-general", wiring: "luong" },
    search: { beam: 1, sampling: null },
    typed: "I know",
    source: [
      [21, "▁I", "I", 0],
      [22, "▁kn", " kn", 1],
      [23, "ow", "ow", 1],
      [3, "</s>", "", 2],
    ],
    source_states: rows([
      [1, 0],
      [0, 1],
      [2, 2],
      [4, 4],
    ]),
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
      step: t ? t - 1 : null,
      entropy: 0.5,
      replaced: false,
      candidates: [
        [id, piece, -0.5, -0.5 * (t + 1), -0.5 * (t + 1), t === 3 ? "ended" : "kept", 1, null],
        [90 + t, `▁w${t}`, -2, -2 - 0.5 * t, -2 - 0.5 * t, "cut", 2, null],
      ],
      attention: [
        {
          block: "cross",
          scores: packed("f4", [Math.log(2), 0, 1, 5]),
          weights: packed("f4", weights[t]),
          visible: packed("b1", [1, 1, 1, 0]),
        },
      ],
      context: packed("f4", [1, 2]),
      state: packed("f4", [3, 4]),
      combined: packed("f4", [5, 6]),
    })),
  };
}
