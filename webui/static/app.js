// What makes the pages quick under wet thumbs: live bands, a number pad, countdowns, one request at a time, nothing lost, nothing
// moving under the finger. Everything is an addition: each page works without it. No words of its own (parts/script.html has them).
(() => {
  "use strict";
  const $ = (query, root = document) => root.querySelector(query);
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const say = $("#words")?.dataset ?? {};
  const make = (tag, props = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), props);
    made.append(...inside);
    return made;
  };

  // -- how the page is used: by touch, mouse or key; the last touch; whether a finger is down
  let by = matchMedia("(pointer: coarse)").matches ? "touch" : "mouse";
  let touched = Date.now(), told = touched, isDown = false;
  const note = () => { touched = Date.now(); };
  addEventListener("pointerdown", (event) => {
    by = event.pointerType === "mouse" ? "mouse" : "touch";
    isDown = true;
    note();
    if (event.target.matches?.(".num, .pin")) quieten(event.target); // before the focus: the tablet's keyboard must not flash up
  }, true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => { isDown = false; }, true);
  for (const name of ["pointermove", "input", "wheel"]) addEventListener(name, note, { passive: true });
  addEventListener("keydown", ({ key }) => {
    note();
    if (by !== "touch" || key === "Tab") by = "key"; // the tablet's own keyboard sends keys too; only Tab is a real one's
  }, true);

  const isChanged = (control) => {
    if (control.type === "file") return control.files.length > 0;
    if (control.matches("[type=radio], [type=checkbox]")) return control.checked !== control.defaultChecked;
    if (control.tagName !== "SELECT") return control.value !== control.defaultValue;
    return control.selectedIndex !== Math.max(0, [...control.options].findIndex((option) => option.defaultSelected));
  };
  window.typing = { isChanged, plain: (text) => plain(text), above: (a, b) => above(a, b), bandOf: (input) => bandOf(input)[0] }; // drafts.js and conditions.js ask the same
  const typedIn = (root) => all("input, textarea, select", root).filter(isChanged);
  const holds = (root) => typedIn(root).length > 0 || $(".no, .stale", root); // a refused answer stands in the page as the default
  const isBusy = () => isDown || $("form[data-busy]");

  // -- staying in place
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const keep = (element, change) => {
    const before = element.getBoundingClientRect().top;
    change();
    scrollBy({ top: element.getBoundingClientRect().top - before, behavior: "instant" });
  };
  const wide = matchMedia("(min-width: 1100px)");
  const reveal = (last, first = last) => {
    const covered = $("#banner").offsetHeight || (wide.matches ? 0 : $(".parts")?.offsetHeight ?? 0); // what stays on top of what scrolls
    const top = first.getBoundingClientRect().top - covered - 12;
    const over = last.getBoundingClientRect().bottom + 12 + ($("#bar")?.offsetHeight ?? 0) - innerHeight;
    const down = over > 0 ? Math.min(over, top) : Math.min(top, 0);
    if (down) scrollBy({ top: down, behavior: calm.matches ? "instant" : "smooth" });
  };

  // -- readings: the server's rules (engine/procedure/amount.py, limits.py), on decimal strings, never floats
  const FROM = "０１２３４５６７８９＋－−–—．。，､", TO = "0123456789+----..,,";
  const plain = (text) => [...text].map((one) => TO[FROM.indexOf(one)] ?? one).join("").trim();
  const above = (a, b) => {
    const places = Math.max(...[a, b].map((one) => (one.split(".")[1] ?? "").length));
    const [x, y] = [a, b].map((one) => { const [whole, rest = ""] = one.replace("+", "").split("."); return BigInt(whole + rest.padEnd(places, "0")); });
    return x > y;
  };
  const bandOf = ({ value, dataset: d }) => {
    const text = plain(value);
    if (/^[+-]?([0-9]{1,12}\.)?$/.test(text)) return ["", ""]; // nothing yet, or still being typed
    if (!/^[+-]?[0-9]{1,12}(\.[0-9]{1,9})?$/.test(text)) return ["typo", say.nan];
    if (d.range && /\.[0-9]*[1-9]/.test(text)) return ["typo", say.whole];
    const isOut = (low, high) => (low && above(low, text)) || (high && above(text, high));
    if (isOut(d.plow, d.phigh)) return ["typo", d.range ?? say.implausible];
    if (isOut(d.clow, d.chigh)) return ["crit", say.critical];
    if (!d.low && !d.high) return ["none", ""]; // nothing to judge, and not yet kept
    return isOut(d.low, d.high) ? ["bad", say.out] : ["ok", say.in];
  };
  const isRefused = (input) => input.getAttribute("aria-invalid") === "true" && !isChanged(input);
  const judge = (input) => {
    const output = $(`output[for="${CSS.escape(input.id)}"]`), [band, word] = bandOf(input);
    if (!output) return;
    input.classList.remove("ok", "bad", "crit", "typo", "none");
    if (band) input.classList.add(band);
    output.className = `band ${band}`.trim();
    const told = band === "typo" && isRefused(input) ? "" : word; // the refusal beside it says the same
    if (output.textContent !== told) output.textContent = told;
  };

  // -- the number pad: one at a time, in the page under its field, so that it covers nothing
  let pad = null;
  const door = $("#door");
  const hasPad = (input) => $("#pad") && input.matches(".num, .step .pin, #door .pin");
  const quieten = (input) => {
    input.dataset.mode ??= input.inputMode;
    input.inputMode = by === "touch" && hasPad(input) ? "none" : input.dataset.mode;
  };
  const press = (input, key) => {
    const end = input.value.length, isLive = document.activeElement === input;
    let [from, to] = isLive ? [input.selectionStart, input.selectionEnd] : [end, end];
    if (/[0-9]/.test(key) && !input.dataset.anew && !isChanged(input)) [from, to] = [0, end]; // refused or to be corrected: typed anew
    input.dataset.anew = "yes";
    if (key === "-") input.value = /^[-－−]/.test(input.value) ? input.value.slice(1) : `-${input.value}`;
    else if (key === "back") input.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
    else if ((key !== "." || !plain(input.value).includes(".")) && end - (to - from) < input.maxLength) input.setRangeText(key, from, to, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const padOf = (input) => {
    const made = $("#pad").content.firstElementChild.cloneNode(true), isPin = input.matches(".pin");
    $(".dot", made).disabled = isPin || "whole" in input.dataset;
    $(".sign", made).hidden = isPin || !("signed" in input.dataset);
    made.field = input;
    let pressed = null; // a key acts when touched: a wet thumb slips before it lifts
    made.addEventListener("pointerdown", (event) => {
      pressed = event.target.closest("button");
      if (pressed && !pressed.disabled) press(input, pressed.dataset.key);
    });
    made.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
    made.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && (button !== pressed || event.detail === 0)) press(input, button.dataset.key);
      pressed = null;
    });
    return made;
  };
  const showPad = (input) => {
    if (pad?.isConnected && pad.field === input) return;
    const row = input.closest(".reading, .pinrow") ?? input;
    keep(input, () => {
      pad?.remove();
      pad = padOf(input);
      let last = row; // the pad comes after what is said of the field
      while (last.nextElementSibling?.matches(".hint, .no")) last = last.nextElementSibling;
      last.after(pad);
    });
    reveal($(".go", row.closest(".gauge, form")) ?? pad, row.closest(".step") ? $(".line", row.closest(".step")) : row);
  };
  addEventListener("focusin", ({ target }) => {
    if (!target.matches?.("input, textarea, select")) return;
    if (target.matches(".num, .pin")) quieten(target);
    if (by === "touch" && hasPad(target) && !door?.contains(target)) showPad(target);
    else if (pad?.isConnected) keep(target, () => pad.remove());
  });

  // -- signing on: six digits are enough. A signature in a run is different: there the button is pressed on purpose
  if (door) {
    const pin = $("#pin"), isChosen = () => $("[name=person]:checked", door);
    const heading = $(".lock h2"), title = heading?.textContent; // on a phone the face has scrolled away: whose PIN it is
    const named = (face) => { if (heading) heading.textContent = `${$(".name", face.closest(".tile")).textContent} · ${title}`; };
    const go = () => { if (pin.value.length === 6 && isChosen()) door.requestSubmit($(".go", door)); };
    if ($("#pad")) $(".pad-here", door).replaceChildren(padOf(pin));
    pin.addEventListener("input", () => { pin.value = plain(pin.value).replace(/[^0-9]/g, ""); go(); });
    door.addEventListener("change", ({ target }) => {
      if (target.name !== "person") return;
      if (pin.value.length < 6) pin.value = "";
      named(target);
      go();
      reveal($(".lock", door));
      if (by === "mouse") pin.focus({ preventScroll: true });
    });
    if (isChosen() && by !== "touch") pin.focus({ preventScroll: true });
    if (isChosen()) named(isChosen());
    if (isChosen()) reveal($(".lock", door)); // on a phone it stands below the names
  }

  // -- countdowns, by the server's clock: the page says what it was when it was made (in a demonstration it runs ahead)
  const ahead = (Date.parse(document.body.dataset.now) || Date.now()) - Date.now();
  const now = () => Date.now() + ahead;
  const two = (number) => String(number).padStart(2, "0");
  const remaining = (ms) => {
    const seconds = Math.floor(ms / 1000), hours = Math.floor(seconds / 3600);
    return `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  };
  const remainingText = (time, ms) => {
    if (ms <= 0) return "big" in time.dataset ? say.ready : say.now;
    if (ms < 48 * 3600e3) return "big" in time.dataset ? remaining(ms) : say.left.replace("{time}", remaining(ms));
    return new Date(time.dataset.until).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  };
  const clockText = () => new Date(now()).toLocaleTimeString("sv-SE", { timeZone: document.body.dataset.zone, hour: "2-digit", minute: "2-digit" });
  const placeOf = (id) => document.getElementById(id) ?? $(`.calls a[href$="#${id}"]`)?.closest("li");
  const idOf = (place) => place.id || $("a", place).hash.slice(1);
  const counted = new Map(); // what counts down and until when: a poll may take the countdown away just before it is called
  const count = () => {
    for (const time of all("time[data-until]")) {
      const text = remainingText(time, Date.parse(time.dataset.until) - now()), place = time.closest(".step, .calls li");
      if (time.textContent !== text) time.textContent = text;
      if (place) counted.set(idOf(place), time.dataset.until);
    }
    for (const time of all("time[data-clock]")) if (time.textContent !== clockText()) time.textContent = clockText();
    for (const [id, until] of counted) {
      if (Date.parse(until) - now() > -1000) continue; // a second later, so that the server agrees
      counted.delete(id);
      if (isAsked(placeOf(id))) call(placeOf(id), until);
    }
  };
  const open = (step) => htmx.ajax("GET", $(".line", step).getAttribute("href"), { target: step, swap: "outerHTML" })
    .catch(() => undefined); // the events below say it
  const catchUp = () => { if (window.htmx && $("#live")) htmx.trigger("#live", "ask"); };

  // -- a gentle call when a wait, a round or a re-measure is due: once for each moment on this tablet, whatever page is open then
  const stored = (name, text) => { try { return text === undefined ? localStorage.getItem(name) : localStorage.setItem(name, text); } catch { return null; } };
  const due = new Set(); // steps to ask the server for, because their time has come
  const isAsked = (place) => Boolean(place) && !place.matches(".done, .skipped, .off");
  const calls = new Map(), title = document.title; // what calls until somebody touches it: where, and its name
  const call = (place, until) => {
    const link = $("a", place), id = idOf(place), key = `${id} ${until}`, heard = stored("heard")?.split("|") ?? [];
    const isNew = !due.has(place.id);
    if (place.id) due.add(place.id);
    if (!heard.includes(key)) {
      stored("heard", [...heard.slice(-30), key].join("|"));
      calls.set(id, $("b", link).textContent);
      announce(`${$("b", link).textContent} ${say.ready}`);
      chime();
    }
    if (isNew && place.id) catchUp();
    showCalls();
  };
  const showCalls = () => {
    for (const id of calls.keys()) {
      if (isAsked(placeOf(id))) placeOf(id).classList.add("called");
      else calls.delete(id);
    }
    const wanted = calls.size ? `● ${[...calls.values()].join(", ")} ${say.ready} · ${title}` : title;
    if (document.title !== wanted) document.title = wanted;
  };
  const answer = ({ target }) => {
    const place = calls.size && target.closest?.(".called");
    if (!place) return;
    place.classList.remove("called");
    calls.delete(idOf(place));
    showCalls();
  };
  for (const name of ["click", "focusin"]) addEventListener(name, answer);
  let audio = null;
  const isMuted = () => stored("sound") === "off";
  const wake = () => { if (!isMuted() && window.AudioContext) audio ??= new AudioContext(); }; // browsers allow no sound before a touch
  for (const name of ["click", "keydown"]) addEventListener(name, wake, true);
  const chime = () => {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([90, 70, 90]);
    if (!audio || isMuted()) return;
    audio.resume();
    [[660, 0], [880, .22]].forEach(([pitch, after]) => {
      const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(.14, start + .03);
      volume.gain.exponentialRampToValueAtTime(.001, start + .5);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + .5);
    });
  };
  const sound = $("[data-sound]");
  const showSound = () => {
    if (!sound) return;
    sound.setAttribute("aria-pressed", String(!isMuted()));
    sound.textContent = isMuted() ? say.soundoff : say.soundon;
  };
  sound?.addEventListener("click", () => {
    stored("sound", isMuted() ? "on" : "off");
    showSound();
    wake();
    if (!isMuted()) chime();
  });
  showSound();
  const lock = () => {
    const idle = Number(document.body.dataset.idle) * 1000, off = $("#off");
    if (!idle || !off || Date.now() - touched < idle || !navigator.onLine) return;
    off.elements.why.value = "idle";
    off.submit();
  };
  setInterval(() => { count(); lock(); }, 1000);

  // -- one request at a time; nothing lost
  const banner = (title, text, kind) => {
    if (kind === "read" && $("#banner [data-kind=write]")) return; // that something was not saved stays said until it is
    const box = make("div", { className: "banner bad" }, make("p", {}, make("b", { textContent: title }), ` ${text}`));
    $("#banner").replaceChildren(box);
    box.dataset.kind = kind;
  };
  const SLOW = 400; // milliseconds after which somebody wonders whether the tap was taken
  const announce = (text) => { $("#status").textContent = text; };
  const offline = (isWrite) => banner(isWrite ? say.offline : "", say.offlinetext, isWrite ? "write" : "read");
  const busy = (form, isOn, button = null, word = "") => {
    const focused = document.activeElement;
    form.toggleAttribute("data-busy", isOn);
    clearTimeout(form.slow);
    for (const one of all("[data-says]", form)) one.removeAttribute("data-says");
    if (isOn) form.slow = setTimeout(() => { // a quick answer needs no word
      if (button?.matches(".go, .opt, .tick, .plain")) button.dataset.says = word;
      announce(word);
    }, SLOW);
    for (const button of all("button:not([type=button])", form)) button.disabled = isOn;
    if (isOn && form.contains(focused)) form.focused = focused;
    else if (!isOn && form.focused?.isConnected && focused === document.body) form.focused.focus({ preventScroll: true });
  };
  const reach = () => fetch("/offline", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(15000) })
    .then((answer) => { if (!answer.ok) throw answer; });
  addEventListener("submit", (event) => {
    const form = event.target, isOurs = window.htmx && form.closest("[hx-boost=true]");
    if (form.method !== "post") return;
    if (form.hasAttribute("data-busy")) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (isOurs) return; // htmx says when it is sent and when it is over
    if (!navigator.onLine) { event.preventDefault(); offline(true); return; }
    if (form !== door && !form.isReached && typedIn(form).length) { // what was typed must not end on the browser's own error page
      event.preventDefault();
      const send = () => { busy(form, false); form.isReached = true; form.requestSubmit(event.submitter); form.isReached = false; };
      busy(form, true, event.submitter, say.moment);
      reach().then(send, () => { busy(form, false); offline(true); });
      return;
    }
    setTimeout(() => { // after the browser took the values, the pressed button's among them, and unless another script sends the form itself
      if (!event.defaultPrevented) busy(form, true, event.submitter, say.moment);
    });
    setTimeout(() => busy(form, false), 20000);
  }, true);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // never an earlier person's page
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    const step = link.matches("#bar .way a") && document.getElementById(`s-${link.pathname.split("/steps/")[1]}`);
    if (step && window.htmx) { event.preventDefault(); if (!step.matches(".open")) open(step); else reveal(step); return; }
    if (link.matches(".step.open > .line") && typedIn(link.parentNode).length) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    const isLeaving = !link.closest("#steps, #dialog, #banner") && !link.target && !link.getAttribute("href").startsWith("#");
    if (!isLeaving || $("[data-kind=leave]") || !typedIn(document).some((one) => one.closest(".step.open"))) return;
    event.preventDefault(); // said once; the second tap leaves
    banner(say.leave, "", "leave");
  }, true);

  const on = (name, act) => document.addEventListener(`htmx:${name}`, act);
  let writes = 0, isPollSwap = false, isLeft = false, fresh = [];
  on("configRequest", ({ detail }) => {
    detail.isQuiet = "X-Poll" in detail.headers;
    if (detail.elt.dataset?.etag) detail.headers["If-None-Match"] = `"${detail.elt.dataset.etag}"`;
    if (detail.verb === "post" && $("#seen")) detail.parameters.seen = $("#seen").value;
    if (detail.elt.id === "live") {
      detail.parameters.at = all(".step.open").findLast((one) => !holds(one))?.id.slice(2) ?? "";
      for (const id of due) detail.parameters.append("due", id.slice(2));
    }
    if (detail.isQuiet && touched > told) { told = Date.now(); delete detail.headers["X-Poll"]; } // somebody is there, typing
  });
  on("beforeRequest", (event) => {
    const { elt, xhr, requestConfig: config } = event.detail;
    if (config.isQuiet && (isBusy() || !navigator.onLine)) { event.preventDefault(); return; }
    xhr.writes = writes;
    if (config.verb === "post" && elt.matches("form")) busy(elt, true, config.triggeringEvent?.submitter, say.saving);
  });
  on("afterRequest", ({ detail: { xhr, requestConfig: config } }) => {
    if (config.elt.matches?.("form")) busy(config.elt, false); // also one that its own answer took off the page: it must not say later that it is saving
    const shown = $("#banner").firstElementChild, isReached = xhr.status > 0 && xhr.status < 500 && !xhr.getResponseHeader("HX-Retarget");
    if (isReached && shown && (!config.isQuiet || shown.dataset.kind === "read")) shown.remove();
    if (!config.isQuiet) writes += 1; // a poll sent before this no longer knows what is open
  });
  for (const name of ["sendError", "timeout"]) on(name, ({ detail: { requestConfig: config } }) => { if (!config.isQuiet) offline(config.verb === "post"); });
  on("beforeSwap", ({ detail }) => {
    const { xhr, requestConfig: config } = detail;
    isPollSwap = config.isQuiet;
    isLeft = false;
    if (config.isQuiet) { // an old answer, a failed one, or one that comes while a finger is down: the next poll brings it again
      if (xhr.writes !== writes || xhr.status >= 400 || isBusy()) detail.shouldSwap = false;
    } else if (/^\s*<!doctype/i.test(detail.serverResponse) && xhr.status < 400) {
      detail.shouldSwap = false;
      location.assign(xhr.responseURL);
    } else if (xhr.status >= 400 && ![409, 422].includes(xhr.status) && !xhr.getResponseHeader("HX-Retarget")) {
      detail.shouldSwap = false; // not one of our pages: something between us and the server answered
      setTimeout(() => offline(config.verb === "post"));
    }
  });
  if (window.Idiomorph) Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details")); // what somebody opened stays open
  const topOf = (still) => still()?.getBoundingClientRect().top ?? null;
  let spot = null; // what stays where it is while others' work arrives: [element, its top, the control in focus]
  on("oobBeforeSwap", ({ detail }) => {
    const { target, fragment } = detail;
    if (target.id === "bar" && isLeft) $("#seen", fragment).value = $("#seen").value; // so that what was left alone is asked for again
    if (target.matches(".step.open") && holds(target)) { // what is typed there stays, whoever was quicker
      detail.shouldSwap = false;
      isLeft = true;
    }
    if (!isPollSwap || !detail.shouldSwap) return;
    const focused = document.activeElement, isInView = (one) => { const { top, bottom } = one.getBoundingClientRect(); return bottom > 0 && top < innerHeight; };
    const step = [focused.closest(".step"), ...all(".step.open"), ...all(".step")].find((one) => one && isInView(one));
    const still = () => step && ($(`#${step.id}.open > .in`) ?? document.getElementById(step.id)); // inside a list that somebody is just ticking too
    spot ??= [still, topOf(still), target.contains(focused) && [target.id, focused.name, focused.value]];
  });
  const stay = () => { // only now: until it settles, an element keeps its old classes
    if (!spot) return;
    const [still, top, was] = spot;
    spot = null;
    if (topOf(still) !== null && top !== null) scrollBy({ top: topOf(still) - top, behavior: "instant" });
    const step = was ? document.getElementById(was[0]) : null; // by key: where the focus was, or else the step
    const same = step && all("input, button, select, textarea", step).find((one) => one.name === was[1] && one.value === was[2]);
    if (step) (same ?? $(".line", step))?.focus({ preventScroll: true });
  };
  on("afterSwap", ({ detail }) => {
    count();
    if (detail.target?.id === "dialog" && !detail.target.open) detail.target.showModal();
  });
  on("load", ({ target }) => {
    dress(target);
    if (!target.matches(".step")) return;
    fresh.push(target);
    due.delete(target.id);
    showCalls();
  });
  document.addEventListener("more", ({ detail: { step } }) => { // what did not fit into a small answer
    const next = step && document.getElementById(`s-${step}`);
    Promise.resolve(next && open(next)).then(catchUp);
  });
  on("afterSettle", ({ detail }) => {
    stay();
    const steps = fresh.splice(0).filter((one) => one.isConnected), isQuiet = detail.requestConfig?.isQuiet;
    if (steps.length && !isQuiet) arrive(steps, detail.requestConfig?.verb === "post");
  });
  const arrive = (steps, isWrite) => {
    const opened = steps.findLast((one) => one.matches(".open")), line = (step) => $(".line", step).innerText.replace(/\s+/g, " ").trim();
    if (isWrite) announce([...new Set([steps.find((one) => !one.matches(".open, [hidden]")), opened])].filter(Boolean).map(line).join(" · "));
    if (!opened) return;
    const others = all(".step.open").filter((one) => one !== opened && !holds(one));
    keep(opened, () => others.forEach((one) => { one.classList.remove("open"); $(".in", one)?.remove(); }));
    const wrong = $(".field.wrong", opened) ?? $("[aria-invalid]", opened)?.closest(".why");
    reveal(wrong ?? opened, wrong?.closest(".more, .panel") ?? wrong ?? opened); // of a long form what has to be mended, or nobody sees what is marked
    settle(opened);
    showPart(opened);
  };
  const showPart = (step) => { // of many sections, the one that is worked on
    const part = $(`.parts [href="#${step.closest(".group")?.id}"]`), row = part?.parentNode;
    row?.scrollTo({ left: part.offsetLeft - row.offsetLeft - 16, behavior: "instant" });
  };
  const settle = (step) => {
    const inside = $(".in", step), isSeen = (one) => one.checkVisibility?.() ?? one.offsetParent;
    if (!inside) return;
    const reading = all(".gauge .num", inside).find(isSeen);
    if (by === "touch" && reading && $("#pad")) showPad(reading);
    if (by !== "key" || inside.contains(document.activeElement)) return;
    all("input:not([type=hidden]), select, textarea, button, a[href]", inside).find((one) => isSeen(one) && !one.closest(".aside"))?.focus({ preventScroll: true });
  };

  // -- what a part of the page needs when it arrives
  const dress = (root) => {
    all(".num", root).forEach(judge);
    for (const button of all("[data-print]", root)) { button.hidden = false; button.onclick = () => print(); }
    for (const when of all(".when:not(.ahead)", root)) {
      if ($("button", when)) continue;
      const button = make("button", { type: "button", className: "plain", textContent: $("input", when).type === "date" ? say.today : say.now });
      button.onclick = () => {
        const input = $("input", when), local = new Date(now()).toLocaleString("sv-SE", { timeZone: document.body.dataset.zone }).replace(" ", "T");
        input.value = { date: local.slice(0, 10), time: local.slice(11, 16) }[input.type] ?? local.slice(0, 16);
        input.dispatchEvent(new Event("input", { bubbles: true }));
      };
      when.append(button);
    }
    count();
  };
  addEventListener("input", ({ target }) => { if (target.matches?.(".num")) judge(target); });
  addEventListener("change", ({ target }) => {
    if (target.matches('.file [type="file"]') && target.files.length) $("span", target.closest(".file")).textContent = say.photo.replace("{count}", target.files.length);
  });
  const dialog = $("#dialog");
  dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); }); // the backdrop; Escape is the browser's
  dress(document);

  // -- the shell kept on the tablet (sw.js), once the page itself is there; where that cannot be, every page works without it
  const isTried = location.pathname.startsWith("/preview/"); // a draft being tried has no shell of its own to keep
  if (!isTried) addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => undefined));
  if (document.body.matches(".is-offline")) { // shown in place of a page without network: back to that page by itself
    const back = () => location.pathname === "/offline" ? location.replace("/") : location.reload();
    const look = () => reach().then(back, () => undefined);
    addEventListener("online", look);
    setInterval(look, 5000);
  }

  const first = $(".step.open");
  if (first && by === "touch") settle(first);
  if (first) showPart(first);
  if (first && !location.hash) reveal(first);
})();
