// Photos as soon as they are chosen: shown small, and made light enough for a slow line before they are sent.
// The server re-encodes them all the same, and takes them as they are where this script does not run.
(() => {
  "use strict";
  const LONGEST = 1600, THUMB = 144; // pixels of the longer side; the first is what the server keeps (engine/reencode.py)

  const scaled = (picture, most) => {
    const by = Math.min(1, most / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * by), height: Math.round(picture.height * by) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  };
  const prepared = async (file) => {
    try {
      const picture = await createImageBitmap(file); // upright, whatever the camera noted
      const blob = await new Promise((done) => { scaled(picture, LONGEST).toBlob(done, "image/jpeg", .85); });
      const lighter = blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: blob.type }) : file;
      return [lighter, scaled(picture, THUMB)];
    } catch {
      return [file, null]; // no picture this browser can read: the server says what is wrong with it
    }
  };
  addEventListener("change", async ({ target }) => {
    const label = target.closest?.(".file"), chosen = target.files;
    if (!label || !chosen?.length) return;
    const ready = await Promise.all([...chosen].map(prepared));
    if (target.files !== chosen) return; // others were chosen meanwhile
    const files = new DataTransfer();
    for (const [file] of ready) files.items.add(file);
    target.files = files.files;
    for (const old of label.querySelectorAll("canvas")) old.remove();
    label.prepend(...ready.map(([, thumb]) => thumb).filter(Boolean));
  });
})();
