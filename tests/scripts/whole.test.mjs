import assert from "node:assert/strict";
import { test } from "node:test";
import { inquire, wholeTrace } from "../../core/stage/whole.js";

test("a whole trace is asked for by what the menu says, and only where there is a server", () => {
  const asked = [];
  globalThis.document = /** @type {any} */ (new EventTarget());
  document.addEventListener("heed-question", (/** @type {any} */ { detail }) => asked.push(detail));
  const strings = { as_json_whole: "all" };
  assert.deepEqual(
    wholeTrace({ strings }, () => "file"),
    ["all", null],
  );
  const of = { asks: true, typed: "a text", strings };
  const [label, take] = wholeTrace(
    of,
    () => "file",
    () => ({ run: "beam" }),
  );
  assert.equal(label, "all");
  assert.deepEqual(asked, []);
  take();
  const [{ nonce, ...rest }] = asked;
  assert.ok(nonce > 0);
  assert.deepEqual(rest, { typed: "a text", head: "", row: null, of: "trace", run: "beam" });
  assert.equal(inquire({}), asked[1].nonce);
});
