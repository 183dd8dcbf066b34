// A signature drawn with the finger becomes a picture in its form's own file input; without script that input takes a photo of one on paper.
(() => {
  "use strict";
  const kept = new Map(); // strokes by the input they go into, and how wide they were drawn: a refused PIN does not lose them
  const make = (tag, props) => Object.assign(document.createElement(tag), props);

  const dress = (place) => {
    const input = place.querySelector("input"), name = input.id, file = place.querySelector(".file");
    const canvas = make("canvas", { className: "ink" }), frame = make("div", { className: "sheet-of-ink" });
    const clear = make("button", { type: "button", className: "plain", textContent: place.dataset.clear });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", place.dataset.drawing);
    frame.append(canvas, make("span", { textContent: place.dataset.drawing, ariaHidden: "true" }));
    place.prepend(frame);
    file.before(clear);

    const pad = new SignaturePad(canvas, { backgroundColor: "#fff", penColor: "#10201e", minWidth: 1, maxWidth: 3.2, throttle: 8 });
    const show = () => {
      frame.classList.toggle("is-signed", !pad.isEmpty());
      clear.hidden = pad.isEmpty();
    };
    const put = () => {
      kept.set(name, { strokes: pad.toData(), width: canvas.offsetWidth });
      canvas.toBlob((blob) => {
        const files = new DataTransfer();
        files.items.add(new File([blob], "signature.png", { type: "image/png" }));
        input.files = files.files;
      });
      show();
    };
    const forget = () => {
      kept.delete(name);
      pad.clear();
      show();
    };
    const fit = () => { // also when the tablet is turned: the strokes grow and shrink with the sheet
      const width = canvas.offsetWidth, ratio = Math.max(devicePixelRatio, 1), { strokes, width: was } = kept.get(name) ?? {};
      if (!width) return;
      canvas.width = width * ratio;
      canvas.height = canvas.offsetHeight * ratio;
      canvas.getContext("2d").scale(ratio, ratio);
      pad.clear();
      if (!strokes) return;
      const scale = width / was;
      pad.fromData(strokes.map((one) => ({ ...one, points: one.points.map((p) => ({ ...p, x: p.x * scale, y: p.y * scale })) })));
      put();
    };
    pad.addEventListener("endStroke", put);
    clear.addEventListener("click", () => { forget(); input.value = ""; });
    input.addEventListener("change", forget); // a photo in its place
    new ResizeObserver(fit).observe(frame);
    show();
  };

  const look = (root) => {
    for (const place of root.querySelectorAll("[data-drawing]:not(:has(canvas))")) dress(place);
    for (const name of kept.keys()) if (!document.getElementById(name)) kept.delete(name); // it is signed
  };
  document.addEventListener("htmx:load", ({ target }) => look(target));
  look(document);
})();
