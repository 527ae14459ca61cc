import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, standAt } from "../../core/stage/place.js";
import { pageAt } from "../../core/stage/taker.js";

test("a page taken home knows where one was", () => {
  standAt("decode", { step: 3, view: 'words"-<', table: null });
  const page = pageAt('<p>x</p><div id="heed"></div>', placeOf("decode"));
  assert.equal(page, '<p>x</p><div id="heed" data-place="step=3&amp;view=words%22-%3C"></div>');
  assert.equal(
    pageAt('<div id="heed"></div>', placeOf("maps")),
    '<div id="heed" data-place=""></div>',
  );
});
