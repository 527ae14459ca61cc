// The tree of a search: every token it looked at, who stands where, and the way through it.

import { openTrace, readable, readCandidate, token } from "../../stage/trace.js";

// A node is a kept step, a candidate that was let go, or the start. Ids are those of the trace: the
// number of a step, "expansion.place" of a candidate.
export function readTree(json) {
  const raw = openTrace(json);
  const { beam, sampling } = raw.search;
  const own = new Map(); // step -> the expansion that went on from it
  raw.expansions.forEach((one, e) => own.set(one.step, e));
  /** @type {any} */
  const root = {
    id: "start",
    depth: 0,
    parent: null,
    piece: raw.start,
    kept: true,
    fate: "kept",
    expansion: 0,
    kids: [],
    cuts: [],
  };
  const steps = raw.steps.map((one, i) => ({
    id: String(i),
    step: i,
    token: token(one.token),
    piece: one.token[1],
    logProb: one.log_prob,
    total: one.total,
    score: one.score,
    rank: one.rank,
    fate: one.fate,
    forced: one.forced,
    from: one.expansion,
    expansion: own.get(i),
    kept: true,
    kids: [],
    cuts: [],
  }));
  const nodes = new Map([[root.id, root]]);
  const depths = [[root]];
  const add = (node, parent, list) => {
    Object.assign(node, { parent, depth: parent.depth + 1, p: Math.exp(node.logProb) });
    list.push(node);
    nodes.set(node.id, node);
    (depths[node.depth] ||= []).push(node);
  };
  raw.steps.forEach((one, i) =>
    add(
      steps[i],
      one.parent == null ? root : steps[one.parent],
      (one.parent == null ? root : steps[one.parent]).kids,
    ),
  );
  raw.expansions.forEach((one, e) => {
    const parent = one.step == null ? root : steps[one.step];
    const taken = new Map(parent.kids.map((kid) => [kid.token.id, kid]));
    one.candidates.map(readCandidate).forEach((item, place) => {
      const kid = taken.get(item.id);
      if (kid) {
        kid.chance = item.chance;
        return;
      }
      const text = item.piece.replaceAll("▁", " ");
      add(
        {
          ...item,
          id: `${e}.${place}`,
          token: { id: item.id, piece: item.piece, text, word: -1, mark: item.piece === raw.end },
          from: e,
          kept: false,
          kids: [],
          cuts: [],
        },
        parent,
        parent.cuts,
      );
    });
  });
  const byRank = (a, b) => (a.rank || Infinity) - (b.rank || Infinity) || b.total - a.total;
  depths.forEach((list) => list.sort(byRank));
  const leaves = raw.leaves.map((i) => steps[i]);
  leaves.forEach((leaf, i) => {
    leaf.place = i + 1;
  });
  const path = wayTo(leaves[0]);
  path.forEach((node) => {
    node.best = true;
  });
  // The greedy way: always the likeliest token, until the search has let it go.
  for (let node = root; node; ) {
    const next =
      node.kids.find((kid) => kid.forced) ||
      [...node.kids, ...node.cuts].sort((a, b) => b.logProb - a.logProb)[0];
    if (next) next.greedy = true;
    node = next;
  }
  return {
    raw,
    root,
    nodes,
    depths,
    leaves,
    path,
    beam,
    sampling,
    end: Math.max(...steps.map((node) => node.depth)),
    source: (way) => raw.sourceOf(way.map((node) => node.token)),
    text: (node) => ((raw.opening ?? "") + textOf(wayTo(node))).trim(),
    candidates: (node) =>
      node.expansion == null ? null : raw.expansions[node.expansion].candidates.map(readCandidate),
    entropy: (node) => (node.expansion == null ? null : raw.expansions[node.expansion].entropy),
    // What the decoder attended to when it chose a node: {scores, weights, visible}, or nothing.
    row: (node) => raw.row(node.from),
  };
}

// The nodes from the first token to this one.
export function wayTo(node) {
  const way = [];
  for (let one = node; one?.parent; one = one.parent) way.unshift(one);
  return way;
}

const textOf = (way) => readable(way.map(({ token }) => token).filter((one) => !one.mark));

// Gives each visible node its lane: a branch runs straight on in one lane, its best continuation
// with it; other continuations begin lanes further down, the later ones nearer.
export function lanes(tree, unfolded) {
  const shown = [];
  const taken = [];
  const deepest = new Map();
  const kidsOf = (node) => (unfolded.has(node.id) ? [...node.kids, ...node.cuts] : node.kids);
  const reach = (node) => {
    if (!deepest.has(node)) deepest.set(node, Math.max(node.depth, ...node.kids.map(reach)));
    return deepest.get(node);
  };
  [...tree.nodes.values()].reverse().forEach(reach); // children first: no deep recursion
  const main = (node) =>
    node.kids.find((kid) => kid.best) ||
    [...node.kids].sort((a, b) => reach(b) - reach(a) || b.total - a.total)[0];
  const waiting = [[tree.root, 0]];
  const ends = []; // what leads nowhere fills the gaps that are left
  while (waiting.length || ends.length) {
    const [head, least] = waiting.shift() || ends.shift();
    const chain = [];
    for (let node = head; node; node = main(node)) chain.push(node);
    const tail = chain[chain.length - 1];
    const last = tail.depth + (tail.place || tail.fate === "ended" ? 1 : 0);
    let lane = least;
    while ((taken[lane] || []).some(([from, to]) => head.depth <= to && last >= from)) lane += 1;
    (taken[lane] ||= []).push([head.depth, last]);
    chain.forEach((node) => {
      node.lane = lane;
      shown.push(node);
    });
    for (const node of [...chain].reverse()) {
      const next = main(node);
      kidsOf(node)
        .filter((kid) => kid !== next)
        .forEach((kid) =>
          (kid.kids.length || kid.fate === "ended" ? waiting : ends).push([kid, lane + 1]),
        );
    }
  }
  return { shown, count: taken.length };
}
