// Clean runs ticked all at once without leaving the page; the button says how many will be approved. Without script a link does the same.
// The list may narrow while the page stays: whatever stands there now is meant, and is ticked as it was unless it changed meanwhile.
(() => {
  "use strict";
  const theForm = () => document.querySelector('form[action="/review/approve"]');
  const boxesOf = (form) => [...form.querySelectorAll("[name=run]")];
  const versionOf = (form, run) => form.elements.namedItem(`v.${run}`)?.value;
  const ticks = new Map(); // what is ticked, and as which version
  const tell = () => {
    const form = theForm();
    if (!form) return;
    for (const box of boxesOf(form)) box.checked ? ticks.set(box.value, versionOf(form, box.value)) : ticks.delete(box.value);
    const ticked = boxesOf(form).filter((box) => box.checked).length;
    form.querySelector("[data-count]").textContent = ticked ? ` ${ticked}` : "";
  };
  document.addEventListener("change", tell);
  document.addEventListener("htmx:afterSettle", () => {
    const form = theForm();
    for (const box of form ? boxesOf(form) : []) if (ticks.has(box.value)) box.checked = ticks.get(box.value) === versionOf(form, box.value);
    tell();
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-tick]")?.closest('form[action="/review/approve"]');
    if (!form) return;
    event.preventDefault();
    const boxes = boxesOf(form), isAll = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !isAll;
    tell();
    if (!isAll) form.querySelector(".pin").focus({ preventScroll: true });
  });
  tell();
})();
