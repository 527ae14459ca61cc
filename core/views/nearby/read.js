// Points as they are drawn: the room that they take, and the parts of a sentence around a token.

/** How points (pairs of numbers) are laid into a box: one scale for both axes, since distances are
 * what is looked at. @param {number[][]} points
 * @returns {(point: Iterable<number>) => [number, number]} */
export function layout(points, width, height, margin) {
  const spans = [0, 1].map((axis) => {
    const all = points.map((point) => point[axis]);
    return [Math.min(...all), Math.max(...all)];
  });
  const room = [width - 2 * margin, height - 2 * margin];
  const scale = Math.min(
    ...spans.map(([low, high], axis) => (high > low ? room[axis] / (high - low) : Infinity)),
  );
  const each = Number.isFinite(scale) ? scale : 0;
  const [middleX, middleY] = spans.map(([low, high]) => (low + high) / 2);
  return ([x, y]) => [width / 2 + (x - middleX) * each, height / 2 - (y - middleY) * each];
}

/** What stands before, at and after a token of a sentence. @returns {[string, string, string]} */
export const around = (text, begin, end) => {
  const token = text.slice(begin, end);
  const lead = token.length - token.trimStart().length;
  return [text.slice(0, begin + lead), token.trimStart(), text.slice(end)];
};

/** Where a key leads among as many tokens; null for a key that means nothing here. */
export function after(at, key, count) {
  const ways = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 };
  return key in ways ? Math.max(0, Math.min(count - 1, ways[key])) : null;
}
