// What somebody has typed and not yet recorded: kept in this window, for that person only, until it is recorded or taken out again.
// Handing the tablet on, reloading, a look at the board: it is there afterwards. It leaves the tablet when the window is closed.
(() => {
  "use strict";
  const who = document.body.dataset.who, kept = sessionStorage, { isChanged } = window.typing; // of app.js
  if (!who) return;
  const keyOf = (form) => `draft ${who} ${new URL(form.action).pathname}`;
  const isTick = (one) => one.matches("[type=radio], [type=checkbox]");
  const written = (form) => [...form.elements]
    .filter((one) => one.name && one.matches("input, select, textarea") && !one.matches("[type=hidden], [type=password], [type=file]"));

  const base = (form) => [...form.querySelectorAll("[data-base]")]; // what it was typed on goes with it: else nobody is told that this has changed

  const keep = ({ target }) => {
    const form = target.form;
    if (form?.method !== "post" || !written(form).includes(target)) return;
    const found = written(form).filter(isChanged).map((one) => [one.name, one.value, isTick(one) ? one.checked : null]);
    if (found.length) kept.setItem(keyOf(form), JSON.stringify([...base(form).map((one) => [one.name, one.value, null]), ...found]));
    else kept.removeItem(keyOf(form));
  };
  const restore = (root) => {
    for (const form of root.querySelectorAll("form[method=post]")) {
      for (const [name, value, checked] of JSON.parse(kept.getItem(keyOf(form)) ?? "[]")) {
        const one = [...base(form), ...written(form)].find((control) => control.name === name && (checked === null || control.value === value));
        if (!one || isChanged(one)) continue;
        if (checked === null) one.value = value;
        else one.checked = checked;
        one.dispatchEvent(new Event("input", { bubbles: true })); // the band beside a reading
      }
    }
  };
  for (const name of ["input", "change"]) addEventListener(name, keep);

  // recorded: with htmx before its answer is shown, else when the next page comes
  document.addEventListener("htmx:beforeSwap", ({ detail: { xhr, requestConfig: { verb, elt } } }) => {
    if (verb === "post" && xhr.status < 400 && elt.matches("form")) kept.removeItem(keyOf(elt));
  });
  addEventListener("submit", ({ target: form, defaultPrevented }) => {
    if (form.method === "post" && !defaultPrevented && !form.closest("[hx-boost=true]")) kept.setItem("sent", keyOf(form));
  });
  const sent = kept.getItem("sent");
  if (sent) [sent, "sent"].forEach((key) => kept.removeItem(key));

  document.addEventListener("htmx:load", ({ target }) => { if (target !== document.body) restore(target); });
  restore(document);
})();
