// The numbers behind the picture, to read and to take home.

import { chance, fill, fixed, h } from "../../stage/dom.js";
import { quote } from "../../stage/download.js";
import { scrolling } from "../../stage/overflow.js";
import { table } from "../../stage/table.js";

const SIDES = ["reader", "writer"];

const tokenAt = (words, [token, logProb]) =>
  fill(words.token_of, { token, p: chance(Math.exp(logProb)) });

export function aloneTables(ui, data, sides) {
  const { words } = ui;
  const place = ui.place();
  if (!place) return [];
  const guessed = (name) =>
    (place[name]?.guesses ?? []).map((list, i) =>
      table(
        [data[name].model, tokenAt(words, place[name].was[i])].join(" · "),
        [words.piece, words.probability, words.log_prob],
        list.map(([text, logProb]) => [text, chance(Math.exp(logProb), 5), fixed(logProb, 4)]),
      ),
    );
  const looked = (side) =>
    side.weights() ? [table(side.title(), [words.key_head, words.weight], side.weights())] : [];
  return sides.map((side) =>
    h(
      "div",
      { class: "heed-table-pair" },
      [...guessed(side.name), ...looked(side)].map((one) => scrolling(one)),
    ),
  );
}

// One line a guess: whose, of which word and token, its log-probability; first what stood there.
// Words are counted from 1, as they stand in the text, and so are the tokens of each.
export function aloneCsv(data) {
  const lines = ["side,model,word_index,word,token_index,stood_there,token,log_prob"];
  for (const place of data.places)
    for (const name of SIDES) {
      if (!place[name]) continue;
      place[name].guesses.forEach((list, i) => {
        const own = place[name].was[i];
        for (const [text, logProb] of [own, ...list.filter(([other]) => other !== own[0])])
          lines.push(
            [
              name,
              quote(data[name].model),
              place.word + 1,
              quote(data.words[place.word]),
              i + 1,
              Number(text === own[0]),
              quote(text),
              logProb,
            ].join(","),
          );
      });
    }
  return `${lines.join("\r\n")}\r\n`;
}
