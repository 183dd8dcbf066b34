// What is typed over a list leaves only the lines that say it, at once. Without script the same field is sent and the server looks.
(() => {
  "use strict";
  const form = document.querySelector("[data-filter]"), list = document.getElementById(form?.dataset.filter), none = document.getElementById("no-rows");
  if (!form || !list) return;
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  const lines = [...list.children].map((line) => [line, plain(line.querySelector("a").textContent)]);
  const field = form.elements.q;
  field.addEventListener("input", () => {
    const terms = plain(field.value).split(" ").filter(Boolean);
    for (const [line, text] of lines) line.hidden = !line.querySelector("form") && !terms.every((term) => text.includes(term)); // what is being written in stays
    none.textContent = lines.some(([line]) => !line.hidden) ? "" : form.dataset.none;
    list.hidden = lines.every(([line]) => line.hidden);
  });
})();
