// Clean runs ticked all at once without leaving the page; the button says how many will be approved. Without script a link does the same.
// The list may narrow while the page stays: whatever stands there now is meant.
(() => {
  "use strict";
  const theForm = () => document.querySelector('form[action="/review/approve"]');
  const boxesOf = (form) => [...form.querySelectorAll("[name=run]")];
  const tell = () => {
    const form = theForm();
    if (!form) return;
    const ticked = boxesOf(form).filter((box) => box.checked).length;
    form.querySelector("[data-count]").textContent = ticked ? ` ${ticked}` : "";
  };
  document.addEventListener("change", tell);
  document.addEventListener("htmx:afterSettle", tell);
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
