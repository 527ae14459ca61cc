// The learning rate of Vaswani et al. 2017, equation 3.

/** d_model^-0.5 · min(step^-0.5, step · warmup^-1.5). @param {number} step counted from 1
 * @param {number} size @param {number} warmup */
export const rateAt = (step, size, warmup) =>
  size ** -0.5 * Math.min(step ** -0.5, step * warmup ** -1.5);

/** The same shape with another peak: up in a line, then down with the root of the updates.
 * @param {number} step counted from 1 @param {number} peak @param {number} warmup */
export const scaledAt = (step, peak, warmup) =>
  peak * Math.min(step / warmup, (warmup / step) ** 0.5);

/** So many steps from 1 to `last`, the peak among them. @param {number} last
 * @param {number} warmup @param {number} count @returns {number[]} */
export function stepsTo(last, warmup, count = 160) {
  const even = Array.from({ length: count }, (_, i) => 1 + ((last - 1) * i) / (count - 1));
  return [...even, ...(warmup <= last ? [warmup] : [])].sort((a, b) => a - b);
}

/** A rate as one reads it: three digits that count. @param {number} rate */
export const short = (rate) => Number(rate.toPrecision(3)).toString();

/** Round levels from 0 to below `most`, three to six. @param {number} most @returns {number[]} */
export function levels(most) {
  const power = 10 ** Math.floor(Math.log10(most / 3));
  const step = power * ([1, 2, 5, 10].findLast((one) => one * power <= most / 3) ?? 1);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) =>
    Number((i * step).toPrecision(6)),
  );
}
