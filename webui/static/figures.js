// The form of a draft's figures: what is looked for stays in sight while it is typed, and beside a changed figure what is in force.
(() => {
  "use strict";
  const form = document.querySelector("#figures"), query = form?.querySelector("#q");
  if (!form) return;
  const cards = [...form.querySelectorAll("[data-find]")], none = form.querySelector("#none-found");
  const find = () => {
    const wanted = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards) card.hidden = !wanted.every((word) => card.dataset.find.includes(word));
    for (const section of form.querySelectorAll("section")) section.hidden = !section.querySelector("[data-find]:not([hidden])");
    none.hidden = cards.some((card) => !card.hidden);
  };
  query?.addEventListener("input", find); // a short new one has nothing to look for
  form.addEventListener("keydown", (event) => { // else it would press the first button there is
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    if (event.target !== query) form.requestSubmit(form.querySelector(".keep .go"));
  });

  const controls = (one) => [...one.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const isTicks = (one) => one.matches(".is-days");
  const valueOf = (one) => isTicks(one) ? controls(one).filter((control) => control.checked).map((control) => control.value).sort().join(", ")
    : controls(one).map((control) => window.typing.plain(control.value)).join(" ").trim();
  const unitless = (text) => text.replace(/\b(minute|hour|day|week|month|quarter|year)s\b/, "$1");
  const compare = (one) => {
    const was = one?.querySelector("[data-was]");
    if (!was) return;
    const value = valueOf(one), isEmpty = one.matches(".is-span") && !controls(one)[0].value;
    const old = isTicks(one) ? was.dataset.was.split(", ").sort().join(", ") : was.dataset.was;
    was.hidden = (isEmpty ? "" : unitless(value)) === unitless(old.trim());
  };
  for (const name of ["input", "change"]) form.addEventListener(name, ({ target }) => compare(target.closest(".one")));
  form.querySelectorAll(".one").forEach(compare); // drafts.js has put back what was typed
  form.addEventListener("click", (event) => { // taken back on the page; without script the server does it
    const button = event.target.closest("[value^='restore:']");
    if (!button) return;
    event.preventDefault();
    const one = button.closest(".one"), was = button.closest("[data-was]").dataset.was, [first, second] = controls(one);
    if (isTicks(one)) for (const control of controls(one)) control.checked = was.split(", ").includes(control.value);
    else if (second) [first.value, second.value] = was ? unitless(was).split(" ") : ["", second.value];
    else first.value = was;
    first.dispatchEvent(new Event("input", { bubbles: true }));
    first.focus();
  });
  if (query?.value) find();
  const at = document.getElementById(location.hash.slice(1));
  if (at?.matches("details")) {
    at.open = true;
    at.scrollIntoView();
  }
})();
