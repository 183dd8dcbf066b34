// What the pages do beyond forms and links: number pad, live band, countdowns, one request at a time, a plain banner, one open step.
// Everything here is an addition; without it each page still works.
(() => {
  "use strict";
  const $ = (query, root = document) => root.querySelector(query);
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const say = $("#words")?.dataset ?? {};
  document.documentElement.classList.add("scripted");

  // -- readings ---------------------------------------------------------------------------------------------------------------
  const plain = (text) => text.normalize("NFKC").replace(/[−–—]/g, "-").replace(/。/g, ".").trim();
  const bandOf = (input) => {
    const text = plain(input.value), d = input.dataset;
    if (!text || text === "-" || text === "." || text.endsWith(".")) return "";
    if (!/^[+-]?\d{1,12}(\.\d{1,9})?$/.test(text)) return "nan";
    const value = Number(text);
    const outside = (low, high) => (low !== undefined && value < Number(low)) || (high !== undefined && value > Number(high));
    if (outside(d.plow, d.phigh)) return "implausible";
    if (outside(d.clow, d.chigh)) return "critical";
    if (d.low === undefined && d.high === undefined) return "no_limits";
    return outside(d.low, d.high) ? "out_of_limits" : "in_limits";
  };
  const words = { in_limits: "in", out_of_limits: "out", critical: "critical", implausible: "implausible", no_limits: "nolimits", nan: "nan" };
  const judge = (input) => {
    const output = $(`output[for="${CSS.escape(input.id)}"]`);
    if (!output) return;
    const band = bandOf(input);
    output.className = `band ${band}`;
    output.textContent = band && !(band === "no_limits") ? say[words[band]] : "";
  };
  const press = (input, key) => {
    const value = input.value;
    if (key === "back") input.value = value.slice(0, -1);
    else if (key === "-") input.value = value.startsWith("-") ? value.slice(1) : `-${value}`;
    else if (!(key === "." && value.includes(".")) && value.length < (input.maxLength > 0 ? input.maxLength : 24)) input.value = value + key;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const padFor = (input, place, classes = []) => {
    const template = $("#pad");
    if (!template || place.querySelector(".pad")) return;
    const pad = template.content.firstElementChild.cloneNode(true);
    pad.classList.add(...classes);
    pad.addEventListener("click", (event) => {
      const key = event.target.closest("button")?.dataset.key;
      if (key) press(input, key);
    });
    place.append(pad);
    input.inputMode = "none"; // the pad is on the page; the tablet's own keyboard stays away
  };
  const dress = (root) => {
    for (const input of all(".num", root)) judge(input);
    for (const gauge of all(".gauge", root)) {
      const input = $(".num", gauge), classes = [];
      if (input.hasAttribute("data-signed")) classes.push("signed");
      if (input.hasAttribute("data-whole")) classes.push("whole");
      padFor(input, gauge, classes);
    }
    for (const when of all(".when", root)) {
      if ($("button", when)) continue;
      const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: say.now });
      button.addEventListener("click", () => {
        const input = $("input", when), now = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString();
        input.value = { date: now.slice(0, 10), time: now.slice(11, 16) }[input.type] ?? now.slice(0, 16);
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      when.append(button);
    }
    for (const button of all("[data-print]", root)) { button.hidden = false; button.onclick = () => print(); }
    count();
  };
  addEventListener("input", ({ target }) => {
    if (target.matches?.(".num")) judge(target);
    target.closest?.(".step, .trouble")?.classList.add("typed");
  });
  addEventListener("change", ({ target }) => {
    if (!target.matches?.("input[type=file]") || !target.files.length) return;
    $("span", target.closest(".file")).textContent = say.photo.replace("{count}", target.files.length);
  });

  // -- sign on ----------------------------------------------------------------------------------------------------------------
  const door = $("#door");
  if (door) {
    const pin = $("#pin");
    padFor(pin, $(".pad-here", door));
    pin.addEventListener("input", () => {
      pin.value = pin.value.replace(/\D/g, "");
      if (pin.value.length === 6 && $("[name=person]:checked", door)) door.requestSubmit();
    });
    door.addEventListener("change", ({ target }) => {
      if (target.name !== "person") return;
      pin.value = "";
      if (matchMedia("(max-width: 699px)").matches) $(".lock").scrollIntoView({ block: "center" });
    });
  }

  // -- countdowns -------------------------------------------------------------------------------------------------------------
  // The server's clock is the one that counts; in a demonstration it runs ahead, so the difference is kept.
  let ahead = 0;
  const clock = (text) => { const at = Date.parse(text); if (at) ahead = at - Date.now(); };
  const left = (ms) => {
    const seconds = Math.max(0, Math.ceil(ms / 1000)), h = Math.floor(seconds / 3600), m = Math.floor(seconds / 60) % 60, s = seconds % 60;
    const two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
  };
  const count = () => {
    for (const time of all("time[data-until]")) {
      const ms = Date.parse(time.dataset.until) - Date.now() - ahead;
      time.textContent = ms > 0 ? left(ms) : say.ready;
      if (ms <= 0 && !time.dataset.rung) {
        time.dataset.rung = "1";
        const step = time.closest(".step");
        if (step && !step.classList.contains("typed")) renew(step);
      }
    }
  };
  const renew = (step) => {
    if (!window.htmx || step.dataset.renewed) return;
    step.dataset.renewed = "1";
    if (step.classList.contains("open") || !$(".step.open")) htmx.ajax("GET", $(".line", step).getAttribute("href"), { target: step, swap: "outerHTML" });
  };
  setInterval(count, 1000);

  // -- one request at a time, nothing lost ------------------------------------------------------------------------------------
  const banner = (title, text) => {
    const box = document.createElement("div"), p = document.createElement("p"), b = document.createElement("b"), close = document.createElement("button");
    box.className = "banner bad"; b.textContent = title; close.textContent = say.close; close.type = "button";
    p.append(b, ` ${text}`); box.append(p, close);
    close.addEventListener("click", () => box.remove());
    $("#banner").replaceChildren(box);
  };
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.classList.contains("busy")) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    setTimeout(() => form.classList.add("busy"));
  }, true);
  addEventListener("pageshow", () => all("form.busy").forEach((form) => form.classList.remove("busy")));
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    detail.elt.classList?.remove("busy");
    if (detail.successful && detail.requestConfig.verb === "post") $("#banner").replaceChildren();
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, ({ detail }) => { if (detail.requestConfig?.verb === "post") banner(say.offline, say.offlinetext); });
  }
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const date = detail.xhr.getResponseHeader("X-Clock");
    if (date) clock(date);
    const { status } = detail.xhr, poll = detail.requestConfig.headers["X-Poll"];
    if (status >= 400 && poll) detail.shouldSwap = false;
    else if (status >= 400 && status !== 409 && status !== 422 && !detail.xhr.getResponseHeader("HX-Retarget")) {
      detail.shouldSwap = false;
      banner(say.offline, say.offlinetext);
    }
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.dataset.etag) detail.headers["If-None-Match"] = `"${detail.elt.dataset.etag}"`;
  });

  // -- nothing moves under the finger -----------------------------------------------------------------------------------------
  let touched = 0;
  for (const name of ["pointerdown", "pointermove", "keydown"]) addEventListener(name, () => { touched = Date.now(); }, { passive: true });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    if (elt.id === "board" && Date.now() - touched < 1500) event.preventDefault();
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail, poll = !posting;
    if (poll && target.matches?.(".step.open.typed")) event.detail.shouldSwap = false; // what was typed stays; the server will ask
    else if (poll && target.matches?.(".step.open") && fragment.firstElementChild && target.contains(document.activeElement)) target.dataset.had = "1";
  });
  let posting = false, last = null;
  document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (detail.requestConfig.verb === "post") { posting = true; last = detail.target?.id; } });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const { elt } = detail;
    if (elt.matches?.("#dialog")) { if (!elt.open) elt.showModal(); return; }
    dress(document);
    const open = all(".step.open");
    if (open.length > 1) {
      const keep = posting ? open.find((step) => step.id !== last) ?? open[0] : open.find((step) => step === elt) ?? open[0];
      for (const step of open) if (step !== keep) step.classList.remove("open");
    }
    if (posting) {
      posting = false;
      const done = last && document.getElementById(last), next = $(".step.open");
      if (done) $("#status").textContent = `${$(".line b", done)?.textContent ?? ""} ${$(".line small", done)?.textContent ?? ""}`;
      if (next) show(next);
    }
  });
  const show = (step) => {
    const box = step.getBoundingClientRect(), bar = $("#bar")?.offsetHeight ?? 0;
    if (box.bottom > innerHeight - bar || box.top < 64) step.scrollIntoView({ block: box.height > innerHeight - bar - 80 ? "start" : "nearest" });
    if (document.activeElement === document.body) $(".line", step)?.focus({ preventScroll: true });
  };
  addEventListener("click", (event) => {
    const line = event.target.closest?.(".step .line"), step = line?.closest(".step");
    if (!step) {
      const link = event.target.closest?.(".way a, .stay a"), id = link && new URL(link.href).pathname.split("/steps/")[1];
      const there = id && document.getElementById(`s-${id}`);
      if (there && window.htmx) { event.preventDefault(); htmx.ajax("GET", link.getAttribute("href"), { target: there, swap: "outerHTML" }).then(() => show(document.getElementById(`s-${id}`))); }
      return;
    }
    if (step.classList.contains("typed") && !step.classList.contains("open")) {
      event.preventDefault(); event.stopImmediatePropagation();
      for (const other of all(".step.open")) other.classList.remove("open");
      step.classList.add("open");
    } else if (step.classList.contains("open")) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  // -- left alone -------------------------------------------------------------------------------------------------------------
  const idle = Number(document.body.dataset.idle) * 1000;
  if (idle) {
    touched = Date.now();
    setInterval(() => {
      const off = $("#off");
      if (off && Date.now() - touched > idle) { off.elements.why.value = "idle"; off.submit(); }
    }, 5000);
  }
  clock(document.body.dataset.clock);
  dress(document);
})();
