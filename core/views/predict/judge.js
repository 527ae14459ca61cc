// How far a prediction is from what the model did: pure functions of both, in nats.

export const CHIPS = 10;
const EVEN = 0.01; // of a learner's row is spread evenly, as in core/exercises

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** The row that chips stand for. @param {number[]} chips */
export const spread = (chips) =>
  chips.map((count) => ((1 - EVEN) * count) / sum(chips) + EVEN / chips.length);

/** KL(p ‖ q) in nats: what is lost by whoever takes q for p.
 * @param {number[]} p @param {number[]} q */
export const divergence = (p, q) =>
  Math.max(0, sum(p.map((x, i) => (x > 0 ? x * Math.log(x / Math.max(q[i], 1e-12)) : 0))));

/** The share of both rows that lies in the same places. @param {number[]} p @param {number[]} q */
export const overlap = (p, q) => sum(p.map((x, i) => Math.min(x, q[i])));

/** @param {number} share */
export const verdict = (share) =>
  share >= 0.85 ? "near" : share >= 0.6 ? "close" : share >= 0.3 ? "partly" : "elsewhere";

/** A row with two places exchanged. @param {number[]} row @param {number[]} pair */
export function exchanged(row, [i, j]) {
  const found = [...row];
  [found[i], found[j]] = [row[j], row[i]];
  return found;
}

/** What an answer is worth: which verdict is said, how far it is in nats, whether it is right.
 * @param {import("../../stage/wire").PredictExercise} item @param {number[]} answer
 * @returns {{ said: string, nats: number, right: boolean, share?: number, best?: number }} */
export function judged(item, answer) {
  if (item.kind === "row") {
    const share = overlap(
      item.row,
      answer.map((count) => count / CHIPS),
    );
    const said = verdict(share);
    return {
      said: `row_${said}`,
      nats: divergence(item.row, spread(answer)),
      right: said === "near",
      share,
      best: divergence(item.row, spread(item.best)),
    };
  }
  if (item.kind === "softmax") {
    const nats = divergence(item.row, exchanged(item.wrong, answer));
    const right = nats < 1e-4;
    return { said: right ? "softmax_right" : "softmax_wrong", nats, right };
  }
  const right = answer[0] === item.right;
  const told = `${item.kind}_${right ? "right" : "wrong"}`;
  if (item.kind === "model") return { said: told, nats: NaN, right }; // there is no nearly
  const [mine, its] = [answer[0], item.right].map((i) => item.options[i].value ?? 0);
  const far = item.kind === "token" ? Math.log(its / mine) : Math.abs(its - mine);
  return { said: told, nats: right ? 0 : far, right };
}

/** Whether an answer is whole. @param {string} kind @param {number[]} answer */
export function whole(kind, answer) {
  if (kind === "row") return sum(answer) === CHIPS;
  return answer.length === (kind === "softmax" ? 2 : 1);
}

/** Chips after one was put on a place, taken from it, or moved there: null is the pool.
 * @param {number[]} chips @param {number | null} from @param {number | null} to */
export function moved(chips, from, to) {
  const found = [...chips];
  if (from == null && sum(chips) >= CHIPS) return found;
  if (from != null) {
    if (!found[from]) return found;
    found[from] -= 1;
  }
  if (to != null) found[to] += 1;
  return found;
}
