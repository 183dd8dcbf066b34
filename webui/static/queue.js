// Clean runs ticked all at once without leaving the page; the button says how many will be approved. Without script a link does the same.
(() => {
  "use strict";
  const form = document.querySelector('form[action="/review/approve"]');
  if (!form) return;
  const boxes = [...form.querySelectorAll("[name=run]")], count = form.querySelector("[data-count]");
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? ` ${ticked}` : "";
  };
  form.addEventListener("change", tell);
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-tick]")) return;
    event.preventDefault();
    const isAll = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !isAll;
    tell();
    if (!isAll) form.querySelector(".pin").focus({ preventScroll: true });
  });
  tell();
})();
