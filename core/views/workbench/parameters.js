// The parameters of a setting.

// All of them, with another value in row `r`, column `c` of the one that a score calls so.
export function changed(parameters, { score, name, r, c, value }) {
  const put = (line) => line.map((old, k) => (k === c ? value : old));
  return parameters.map((one) =>
    one.score === score && one.name === name
      ? { ...one, rows: one.rows.map((line, i) => (i === r ? put(line) : line)) }
      : one,
  );
}
