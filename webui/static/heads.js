"use strict";
// The tablet keeps the last signed checkpoint of the record that it saw, and asks now and then for the proof (RFC 6962) that the record
// still goes on from it. Where the server cannot prove it nothing more is sent until a supervisor has looked. No network is no doubt.
(() => {
  const HEAD = "sop-head", DOUBT = "sop-doubt", LOOKED = "sop-looked", EVERY = 300000, DAY = 86400000;
  const FREE = ["/sign-on", "/sign-off", "/language", "/text-size", "/place", "/checkpoint/doubt", "/clock"];
  const kept = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a browser that keeps nothing */ } };
  const drop = (...names) => { try { names.forEach((name) => localStorage.removeItem(name)); } catch { /* the same */ } };
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const hex = (some) => Array.from(some, (one) => one.toString(16).padStart(2, "0")).join("");

  const read = (note) => {
    const [text, line] = note.split("\n\n"), [, size, root] = text.split("\n"), [dash, name, coded] = line.trimEnd().split(" ");
    if (dash !== "—" || !/^[0-9]{1,15}$/.test(size)) throw new TypeError("no checkpoint");
    return { note, text: `${text}\n`, name, size: Number(size), root: hex(bytes(root)), signature: bytes(coded).slice(4) };
  };
  const isSigned = async (found, key) => { // null: this browser cannot tell
    if (!crypto.subtle) return null;
    let opened;
    try {
      opened = await crypto.subtle.importKey("raw", bytes(key.slice(key.indexOf("+", key.indexOf("+") + 1) + 1)).slice(1), { name: "Ed25519" }, false, ["verify"]);
    } catch { return null; }
    return crypto.subtle.verify({ name: "Ed25519" }, opened, found.signature, new TextEncoder().encode(found.text));
  };
  const node = async (left, right) => new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array([1, ...left, ...right])));
  const fit = async (older, newer, proof) => { // RFC 9162 section 2.1.4.2
    const start = bytes(btoa(String.fromCharCode(...older.root.match(/../g).map((one) => parseInt(one, 16)))));
    let first = older.size - 1, last = newer.size - 1, whole = older.size;
    while (whole % 2 === 0) whole /= 2;
    const nodes = whole === 1 ? [start, ...proof] : proof;
    if (!proof.length) return false;
    const half = () => { first = Math.floor(first / 2); last = Math.floor(last / 2); };
    while (first % 2) half();
    let before = nodes[0], after = nodes[0];
    for (const one of nodes.slice(1)) {
      if (last === 0) return false;
      if (first % 2 || first === last) {
        before = await node(one, before);
        after = await node(one, after);
        while (first % 2 === 0 && first) half();
      } else after = await node(after, one);
      half();
    }
    return last === 0 && hex(before) === older.root && hex(after) === newer.root;
  };
  const ask = (address) => fetch(address, { cache: "no-store", headers: { "X-Poll": "1" }, signal: AbortSignal.timeout(20000) });

  const follow = async (head, name) => { // the key that the kept one itself says follows it; the kept one where it does not
    let key = head.key;
    const answer = await ask("/checkpoint/keys");
    if (!answer.ok) return key;
    for (const { old, key: next, handover } of (await answer.json()).changes) {
      if (old !== key) continue;
      const [text, line] = handover.split("\n\n");
      if (!line || text !== `${key.split("+")[0]}/handover\n${next}`) return head.key;
      if (await isSigned({ text: `${text}\n`, signature: bytes(line.trimEnd().split(" ")[2]).slice(4) }, key) !== true) return head.key;
      key = next;
    }
    return key.split("+")[0] === name ? key : head.key;
  };

  const judge = async (head, found) => { // why the server is not believed; "" where it is
    if (found.name !== head.key.split("+")[0]) return "key";
    if (found.signed === false) return "unsigned";
    if (found.size < head.size) return "shorter";
    if (found.size === head.size) return found.root === head.root ? "" : "forked";
    if (!crypto.subtle) return "";
    const answer = await ask(`/checkpoint/consistency?from=${head.size}&to=${found.size}`);
    if (answer.status === 404) return "forked";
    if (!answer.ok) return Date.now() - head.at > DAY ? "unproven" : null;
    const { proof } = await answer.json();
    return await fit(head, found, proof.map(bytes)) ? "" : "forked";
  };
  const look = async () => {
    if (!navigator.onLine) return;
    if (kept(DOUBT)) { report(); return; }
    const answer = await ask("/checkpoint"), head = kept(HEAD);
    if (!answer.ok) return;
    const note = await answer.text();
    if (!note) { if (head) doubt("shorter", head, null); return; }
    const found = read(note);
    let key = head?.key ?? (await (await ask("/checkpoint/key")).text()).trim();
    if (head && found.name !== key.split("+")[0]) key = await follow(head, found.name);
    found.signed = await isSigned(found, key);
    const why = await judge(head ? { ...head, key } : { key, size: found.size, root: found.root }, found);
    if (why) doubt(why, head, found);
    else if (why === "") keep(HEAD, { key, note: found.note, size: found.size, root: found.root, at: Date.now(), signed: found.signed, hashed: Boolean(crypto.subtle) });
    tell();
  };
  const doubt = (why, head, found) => {
    const told = { why, kept: head?.note ?? "", seen: found?.note ?? "", from: head?.size ?? 0, to: found?.size ?? 0 };
    keep(DOUBT, told);
    show();
    report();
  };
  const report = async () => { // until the server has it: those who oversee are told of it there; what matters here is on the screen
    const { why, kept: before, seen, isTold } = kept(DOUBT), token = document.querySelector('[name="csrf_token"]')?.value;
    if (isTold || !token) return;
    const body = new URLSearchParams({ why, kept: before, seen, csrf_token: token });
    const answer = await fetch("/checkpoint/doubts", { method: "POST", body }).catch(() => null);
    if (answer?.ok && kept(DOUBT)) keep(DOUBT, { ...kept(DOUBT), isTold: true });
  };
  const show = () => {
    const told = kept(DOUBT), words = document.getElementById("doubt");
    if (!told || !words || document.querySelector("body > .doubt")) return;
    const made = words.content.cloneNode(true);
    made.querySelector("[data-why]").textContent = words.dataset[told.why] ?? "";
    made.querySelector("[data-sizes]").textContent = words.dataset.sizes.replace("{kept}", told.from).replace("{seen}", told.to);
    document.body.prepend(made);
  };
  const tell = () => { // on the pages that speak of it
    const told = kept(DOUBT), head = kept(HEAD), page = document.getElementById("this-tablet"), room = document.getElementById("head-doubt");
    if (page && head) {
      page.hidden = false;
      page.querySelector("[data-kept]").textContent = page.dataset.words.replace("{size}", head.size);
      page.querySelector("[data-limited]").hidden = head.hashed;
      page.querySelector("[data-unsigned]").hidden = !head.hashed || head.signed !== null;
    }
    if (!room || !told) return;
    room.querySelector("[data-none]").hidden = true;
    room.querySelector("[data-some]").hidden = false;
    for (const name of ["kept", "seen"]) room.querySelector(`[data-${name}]`).textContent = told[name] || "—";
    room.querySelector('[name="why"]').value = told.why;
    room.querySelector('[name="size"]').value = told.to;
  };

  const isHeld = (address) => Boolean(kept(DOUBT)) && !FREE.some((one) => new URL(address, location).pathname.startsWith(one));
  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    show();
    document.querySelector("body > .doubt")?.scrollIntoView();
  };
  addEventListener("submit", (event) => {
    const form = event.target, way = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.pathname;
    if (form.getAttribute("method")?.toLowerCase() === "post" && isHeld(way)) hold(event);
  }, true);
  addEventListener("htmx:beforeRequest", (event) => {
    const { verb, path } = event.detail.requestConfig;
    if (verb !== "get" && isHeld(path)) hold(event);
  }, true);

  if (document.querySelector("[data-head-settled]")) drop(HEAD, DOUBT, LOOKED);
  show();
  tell();
  const isDue = () => !document.hidden && Date.now() - (kept(LOOKED) ?? 0) > EVERY;
  const idle = (act) => (window.requestIdleCallback ?? setTimeout)(act);
  const pass = () => idle(() => {
    if (!isDue()) return;
    keep(LOOKED, Date.now()); // other windows of this tablet need not ask as well
    look().catch(() => undefined); // no network, or a server that is starting: no proof of anything
  });
  let isBegun = true;
  try { isBegun = sessionStorage.getItem(LOOKED) === "1"; sessionStorage.setItem(LOOKED, "1"); } catch { /* keeps nothing */ }
  if (!isBegun) drop(LOOKED);
  setTimeout(pass, 2000);
  setInterval(pass, 30000);
})();
