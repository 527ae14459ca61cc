// Maps to take home: the one that is chosen, or all of them.

import { menu, save, saveCsv, savePng, svgText } from "./download.js";
import { mosaicView } from "./mosaic.js";
import { keyOn, MARGIN, plate } from "./plates.js";

// `about` as for a plate, `lines` stand under the title. `grid` is the one map, null for all.
export function mapsPicture(ui, maps, about, lines, grid) {
  const { words } = ui;
  const shown = grid ? grid.again(ui, 720) : mosaicView(ui, maps, {});
  if (!grid) {
    shown.layout(1000);
    shown.update();
  }
  const [wide, tall] = shown.size();
  const paper = plate(
    ui,
    about,
    grid ? maps.title(ui, ui.head) : words.all_maps,
    lines,
    Math.max(560, wide + 2 * MARGIN),
  );
  const under = paper.top + tall + 16;
  paper.from(MARGIN, paper.top);
  shown.drawing(paper.write, grid ? paper.block : paper.pixels);
  paper.from(0, 0);
  keyOn(paper, ui, MARGIN, under);
  return paper.done(under + 20, grid ? [maps.blockOf(ui.head).axesHelp] : []);
}

// The menu to take maps home: `picture(whole)` draws them, `csv()` are the numbers of the one,
// where `lacking()` has no reason against it; `more` stands below. Where one map is all there is,
// `single`, nothing is offered twice.
/**
 * @param {any} ui
 * @param {any} maps
 * @param {{ picture: (whole: boolean) => any, csv: () => string | Promise<string>,
 *   lacking?: () => string | null, name: () => string, single?: boolean,
 *   more?: any[] }} taken
 */
export function mapsMenu(
  ui,
  maps,
  { picture, csv, name, lacking = () => null, single = false, more = [] },
) {
  const { words } = ui;
  const file = (whole) => (whole || single ? name() : `${name()}-${ui.head}`);
  const missing = () => (maps.values(ui.head, ui.kind) ? null : words.no_picture);
  return menu(words.download, [
    ...(single ? [false] : [false, true]).flatMap((whole) => [
      [
        words[whole ? "all_svg" : "as_svg"],
        () => save(`${file(whole)}.svg`, "image/svg+xml", svgText(picture(whole))),
        whole ? null : missing,
      ],
      [
        words[whole ? "all_png" : "as_png"],
        () => savePng(picture(whole), `${file(whole)}.png`),
        whole ? null : missing,
      ],
    ]),
    [
      words.as_csv,
      async () => {
        const called = file(false);
        saveCsv(called, await csv());
      },
      lacking,
    ],
    ...more,
  ]);
}
