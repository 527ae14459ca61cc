// Carries a stage's questions to the server and the answers back, as a component of its own: with
// every change of a component's data Streamlit sends its whole script again, and this one is short.

/** @type {AbortController | undefined} */
let listening;

export default function courier({ data: [answer], setTriggerValue }) {
  if (listening) listening.abort();
  const own = new AbortController();
  listening = own;
  document.addEventListener(
    "heed-question",
    (/** @type {any} */ { detail }) => setTriggerValue("pick", detail),
    {
      signal: own.signal,
    },
  );
  document.dispatchEvent(new CustomEvent("heed-answer", { detail: answer }));
  return () => own.abort(); // called when the page is left, not between two answers
}
