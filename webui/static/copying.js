// A button that copies the text it is for. Without script there is none, and a tap on the text selects all of it.
(() => {
  "use strict";
  const select = (of) => {
    const range = document.createRange(), chosen = getSelection();
    range.selectNodeContents(of);
    chosen.removeAllRanges();
    chosen.addRange(range);
  };
  // Browsers give the clipboard to pages from https and localhost only; the older way works on any.
  const copied = async (of) => {
    try {
      await navigator.clipboard.writeText(of.textContent);
      return true;
    } catch {
      select(of);
      return document.execCommand("copy");
    }
  };
  for (const button of document.querySelectorAll("[data-copies]")) {
    const of = document.getElementById(button.dataset.copies), told = button.nextElementSibling;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const is = await copied(of);
      if (!is) select(of);
      told.textContent = is ? button.dataset.done : button.dataset.byHand;
    });
  }
})();
