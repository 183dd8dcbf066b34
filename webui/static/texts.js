// The text of a draft: saved while it is written, the tablet beside it refreshed when the text is without mistakes, another editor noticed.
(() => {
  "use strict";
  const form = document.querySelector("#writing"), area = form?.querySelector("textarea[data-editor]"), kept = document.querySelector("#kept");
  if (!area) return;
  const LOOK = 20000, AGAIN = 5000; // milliseconds
  const version = form.elements.version, tablet = document.querySelector("#tablet"), button = form.querySelector("#try");
  let saved = area.value, busy = false, again = 0;
  const tell = (name, facts = {}) => {
    const text = kept.dataset[name].replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
    kept.className = `kept ${name}`;
    if (kept.textContent !== text) kept.textContent = text;
  };
  const asked = (address, options = {}) => fetch(address, { credentials: "same-origin", ...options, headers: { Accept: "application/json", "X-Poll": "1", ...options.headers } });
  const preview = () => { if (tablet && button) htmx.ajax("POST", button.formAction, { source: button, target: "#tablet", swap: "innerHTML" }); };

  const save = async () => {
    if (busy || area.value === saved) return;
    busy = true;
    clearTimeout(again);
    const text = area.value, body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, version: version.value, part: form.elements.part.value, text });
    try {
      const answer = await asked(form.action, { method: "POST", body, headers: { "X-Poll": "" } });
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      const told = await answer.json();
      version.value = told.version;
      if (answer.status === 409) {
        tell("theirs", told);
        area.dispatchEvent(new CustomEvent("conflict", { detail: told }));
        saved = told.text;
      } else {
        saved = text;
        area.dispatchEvent(new CustomEvent("saved", { detail: { version: told.version, text } }));
        if (area.value === text) tell("saved", told);
        if (told.errors === 0 && tablet?.querySelector(".preview")) preview();
      }
    } catch {
      tell("failed");
      again = setTimeout(save, AGAIN);
    }
    busy = false;
    if (area.value !== saved && !kept.matches(".theirs, .failed")) save();
  };
  area.addEventListener("input", () => { if (area.value !== saved && !kept.matches(".theirs")) tell("unsaved"); });
  area.addEventListener("draft", () => { if (kept.matches(".theirs")) kept.className = "kept"; save(); });
  form.addEventListener("submit", (event) => { // the button saves at once, without leaving the page; a tab and the preview go on
    if (event.submitter?.name || event.submitter?.id === "try") return;
    event.preventDefault();
    save();
  });

  setInterval(async () => {
    if (document.hidden || busy || kept.matches(".theirs")) return;
    try {
      const answer = await asked(`${form.action}/state`), told = answer.ok ? await answer.json() : null;
      if (told && told.version !== Number(version.value)) tell("theirs", told);
    } catch { /* the next look, or saving, says it */ }
  }, LOOK);
  if (area.dataset.line) {
    const editor = area.nextElementSibling?.editor, line = editor?.state.doc.line(Math.min(Number(area.dataset.line) || 1, editor.state.doc.lines));
    if (line) editor.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
  }
  if (matchMedia("(min-width: 1000px)").matches) document.addEventListener("htmx:load", preview, { once: true }); // below it is asked for
})();
