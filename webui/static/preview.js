// A preview beside its draft: the tablet drawn as wide as its column, choices that need no button, the place kept in the tablet, and
// somebody who plays there is somebody who is here. Everything is an addition: the bar's forms work without it.
(() => {
  "use strict";
  if (window.previewing) return; // it comes again with every new tablet
  window.previewing = true;
  const WIDTH = 792, HEIGHT = 1048; // of the tablet with its edge
  const seen = new WeakSet();
  const where = (frame) => { try { return frame.contentWindow.location; } catch { return null; } };

  const scale = (tablet) => { // no wider than its column, and no taller than what can be seen at once
    const by = Math.max(.4, Math.min(1, tablet.parentNode.clientWidth / WIDTH, (innerHeight - 16) / HEIGHT));
    tablet.classList.add("scaled");
    tablet.style.setProperty("--scale", by);
    tablet.style.maxWidth = `${WIDTH * by}px`;
  };
  const awake = (frame) => { // app.js signs off a page that nobody touches
    for (const name of ["pointerdown", "keydown", "input", "wheel"]) {
      frame.contentWindow.addEventListener(name, () => dispatchEvent(new Event("pointermove")), { passive: true });
    }
  };
  const dress = (root) => {
    if (seen.has(root)) return;
    seen.add(root);
    const tablet = root.querySelector(".tablet"), frame = root.querySelector("iframe"), bar = root.querySelector(".trying");
    if (!frame) return;
    new ResizeObserver(() => scale(tablet)).observe(root);
    scale(tablet);
    bar.classList.add("live");
    bar.addEventListener("change", ({ target }) => { if (target.matches("select")) target.form.requestSubmit(); });
    frame.addEventListener("load", () => awake(frame));
    const keep = () => { // where she is in the tablet, so that she is still there afterwards
      const { pathname = "", search = "", hash = "" } = where(frame) ?? {};
      for (const back of bar.querySelectorAll("[name=back]")) back.value = pathname.startsWith(root.dataset.prefix) ? pathname + search + hash : "";
    };
    bar.addEventListener("submit", keep, true);
    bar.addEventListener("htmx:configRequest", (event) => {
      keep();
      const back = event.target.querySelector("[name=back]");
      if (back) event.detail.parameters.set?.("back", back.value);
    });
  };
  const look = (root) => { for (const one of [root, ...root.querySelectorAll(".preview")]) if (one.matches?.(".preview")) dress(one); };
  addEventListener("resize", () => document.querySelectorAll(".tablet.scaled").forEach(scale));
  document.addEventListener("htmx:load", ({ target }) => look(target));
  look(document.body);
})();
