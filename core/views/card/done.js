// Whether what a card asks for has been done: a pure function of where the picture stands.
//
// `wanted` names what a link would say, with the values of which one must be there: a value as it
// stands in the link; "*" for anything but nothing; ">=5" for a number of at least five; "" for
// nothing; "!4" for anything else than 4. The name "scenes" wants that many scenes seen, and
// "steps" that many different steps.

/** @typedef {{ asked: Record<string, string>, address: Record<string, any>,
 *   scenes: Set<string>, steps: Set<string> }} Seen */

// 2.0 is 2, as the browser writes it.
/** @param {string} text */
const plain = (text) => text.replace(/\.0(?!\d)/g, "");

/** @param {string} value @param {string} want */
function fits(value, want) {
  if (want === "*") return value !== "";
  if (want.startsWith(">=")) return value !== "" && Number(value) >= Number(want.slice(2));
  if (want.startsWith("!")) return value !== "" && plain(value) !== plain(want.slice(1));
  return plain(value) === plain(want);
}

/** @param {Record<string, string[]>} wanted @param {Seen} seen */
export function isDone(wanted, { asked, address, scenes, steps }) {
  return Object.entries(wanted).every(([name, values]) => {
    if (name === "scenes") return scenes.size >= Number(values[0]);
    if (name === "steps") return steps.size >= Number(values[0]);
    const there = name in address ? address[name] : asked[name];
    return values.some((want) => fits(String(there ?? ""), want));
  });
}
