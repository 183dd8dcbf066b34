// Makes <textarea data-editor="yaml"> an editor with the checker's findings, completion and help. The textarea keeps the text, so that its
// form is sent as before; without script it is the editor. Attributes: data-check (POST text, version; answers diagnostics), data-schema,
// data-names (addresses, or the JSON itself), data-draft and data-version (whose text it is), and the form's csrf_token.
// It sends the textarea `draft` {text, version} 1.5 s after the last change, and hears from it `saved` {version, text} and
// `conflict` {version, by, text}. It lives in a shadow tree: its styles are a constructed sheet, which a strict policy allows.
(() => {
  "use strict";
  const { said, phrases, completing, helping, keeper, enter } = window.editing;
  const {
    autocompletion, basicSetup, Compartment, EditorState, EditorView, forEachDiagnostic, hoverTooltip, indentLess, indentMore, indentUnit,
    isolateHistory, keymap, lintGutter, nextDiagnostic, Prec, previousDiagnostic, setDiagnostics, tooltips, unifiedMergeView, yaml,
  } = window.codemirror;
  const CHECK = 400, DRAFT = 1500, AGAIN = 5000; // milliseconds
  const SEVERITY = { error: "error", warning: "warning", note: "info" };
  const make = (tag, props = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), props);
    made.append(...inside);
    return made;
  };
  const later = (wait, act) => {
    let timer = 0;
    return { soon: () => { clearTimeout(timer); timer = setTimeout(act, wait); }, never: () => clearTimeout(timer) };
  };
  const tokenOf = (area) => area.form?.elements.csrf_token?.value ?? "";
  const answered = async (address, options = {}) => {
    const answer = await fetch(address, { credentials: "same-origin", ...options });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const given = (value) => !value ? null : value.trim().startsWith("{") ? JSON.parse(value) : answered(value);

  // -- the checker's places count characters, the editor's count what JavaScript counts
  const offsetIn = (line, column) => [...line.text].slice(0, column - 1).join("").length;
  const shown = (state) => (one) => {
    const line = state.doc.line(Math.min(Math.max(one.line, 1), state.doc.lines));
    const from = line.from + offsetIn(line, one.column), to = line.from + offsetIn(line, Math.max(one.end_column ?? 0, one.column + 1));
    const parts = () => [make("p", { textContent: one.message }), ...one.way_out ? [make("p", { className: "way", textContent: one.way_out })] : []];
    return {
      from, to: Math.max(from, to), severity: SEVERITY[one.level] ?? "error", source: one.code,
      message: `${one.message} ${one.way_out ?? ""}`.trim(), renderMessage: () => make("div", {}, ...parts()),
    };
  };
  const counted = (found) => {
    if (!found.length) return said("clean");
    const count = (level) => found.filter((one) => one.level === level).length;
    return said("counted", { error: count("error"), warning: count("warning"), note: count("note") });
  };

  const checking = (area, tell) => {
    let asked = 0, stop = null;
    const check = async (view) => {
      if (!area.dataset.check) return;
      const version = ++asked, text = view.state.doc.toString();
      stop?.abort();
      stop = new AbortController();
      try {
        const body = new URLSearchParams({ text, version: String(version) });
        const answer = await answered(area.dataset.check, { method: "POST", body, headers: { "X-CSRFToken": tokenOf(area) }, signal: stop.signal });
        if (version !== asked || view.state.doc.toString() !== text) return; // an answer for a text that is no longer there
        view.dispatch(setDiagnostics(view.state, answer.diagnostics.map(shown(view.state))));
        tell(counted(answer.diagnostics), answer.diagnostics.length ? "found" : "clean");
      } catch (error) {
        if (error.name === "AbortError" || version !== asked) return;
        tell(said("unchecked", { why: error.message }), "failed");
        setTimeout(() => { if (version === asked) check(view); }, AGAIN);
      }
    };
    return check;
  };

  const tab = (view) => {
    if (!view.state.selection.main.empty) return indentMore(view);
    const { head } = view.state.selection.main, column = head - view.state.doc.lineAt(head).from;
    view.dispatch(view.state.update(view.state.replaceSelection(" ".repeat(2 - column % 2)), { userEvent: "input", scrollIntoView: true }));
    return true;
  };
  const announced = (move, tell) => (view) => {
    const isMoved = move(view), { from } = view.state.selection.main;
    forEachDiagnostic(view.state, (one, at) => { if (at === from) tell(one.message, "found"); });
    return isMoved;
  };
  const keys = (tell) => Prec.high(keymap.of([
    { key: "Tab", run: tab, shift: indentLess },
    { key: "Enter", run: enter, shift: enter },
    { key: "F8", run: announced(nextDiagnostic, tell), shift: announced(previousDiagnostic, tell), preventDefault: true },
  ]));
  const leaving = Prec.lowest(keymap.of([{ key: "Escape", run: (view) => { view.setTabFocusMode(10000); return false; } }]));

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const labelled = (area) => area.getAttribute("aria-label") ?? area.labels?.[0]?.textContent.trim() ?? area.name;

  // -- one textarea
  const mount = (area) => {
    if (area.dataset.editing) return;
    area.dataset.editing = "yes";
    const help = { schema: null, names: {} }, merging = new Compartment(), shade = new Compartment();
    const host = make("div", { className: "editor" }), root = host.attachShadow({ mode: "open" });
    const notice = make("div", { className: "notice", role: "alert", hidden: true });
    const state = make("p", { className: "state", role: "status" }), kept = make("p", { className: "kept", role: "status" });
    const hint = make("p", { className: "hint", id: "hint", textContent: said("hint") });
    const tell = (text, kind) => { state.textContent = text; state.className = `state ${kind}`; };
    let view, isSettling = false;
    const store = keeper(area, (error) => { kept.textContent = error ? said("unkept", { why: error.name }) : said("kept"); });
    const check = checking(area, tell);
    const checks = later(CHECK, () => view.composing ? checks.soon() : check(view));
    const drafts = later(DRAFT, () => {
      if (view.composing) return drafts.soon();
      const detail = { text: view.state.doc.toString(), version: Number(area.dataset.version ?? 0) };
      if (!isSettling) area.dispatchEvent(new CustomEvent("draft", { bubbles: true, detail }));
    });

    const changed = () => {
      area.value = view.state.doc.toString();
      store.keep(area.value);
      area.dispatchEvent(new Event("input", { bubbles: true }));
      for (const one of [checks, drafts]) one.soon();
    };
    const replace = (text) => view.dispatch({ // one step of its own for undo
      changes: { from: 0, to: view.state.doc.length, insert: text }, annotations: isolateHistory.of("full"),
    });
    const ask = (sentence, name, act) => {
      const button = make("button", { type: "button", textContent: said(name) });
      button.addEventListener("click", () => { notice.hidden = true; act(); view.focus(); });
      notice.replaceChildren(make("p", { textContent: sentence }), button);
      notice.hidden = false;
    };
    const seen = (version) => {
      area.dataset.version = version;
      store.forget();
      kept.textContent = said("saved");
    };
    const settle = (theirs, version, by) => { // what is written stays; theirs is shown in it, difference by difference
      if (theirs === area.value) return seen(version);
      isSettling = true;
      const merge = unifiedMergeView({ original: theirs, mergeControls: true, gutter: true, collapseUnchanged: { margin: 3, minSize: 8 } });
      view.dispatch({ effects: merging.reconfigure(merge) });
      ask(said("conflict", { by: by || said("somebody") }), "settled", () => {
        isSettling = false;
        area.dataset.version = version;
        view.dispatch({ effects: merging.reconfigure([]) });
        changed();
      });
    };

    view = new EditorView({
      parent: root, root,
      state: EditorState.create({
        doc: area.value,
        extensions: [
          keys(tell), basicSetup, yaml(), lintGutter(), indentUnit.of("  "), EditorState.tabSize.of(2), leaving, merging.of([]), window.editing.look,
          shade.of(EditorView.darkTheme.of(dark.matches)), EditorState.phrases.of(phrases), tooltips({ position: "absolute" }), EditorView.lineWrapping,
          autocompletion({ override: [completing(help)], icons: false }), hoverTooltip(helping(help)),
          EditorView.contentAttributes.of({ "aria-label": labelled(area), "aria-describedby": "hint", tabindex: "0", spellcheck: "false" }),
          EditorState.readOnly.of(area.readOnly || area.disabled),
          EditorView.updateListener.of((update) => { if (update.docChanged) changed(); }),
        ],
      }),
    });
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, window.editing.around];
    root.append(notice, state, kept, hint);
    area.after(host);
    Object.assign(area, { hidden: true, required: false }); // what is hidden cannot be pointed at: the server says what is missing
    dark.addEventListener("change", () => view.dispatch({ effects: shade.reconfigure(EditorView.darkTheme.of(dark.matches)) }));
    for (const label of area.labels ?? []) label.addEventListener("click", () => view.focus());
    area.addEventListener("input", () => { if (area.value !== view.state.doc.toString()) replace(area.value); }); // drafts.js gives back what it kept
    area.addEventListener("saved", ({ detail }) => {
      if ((detail.text ?? area.value) === area.value) return seen(detail.version);
      area.dataset.version = detail.version; // more was typed meanwhile
      store.keep(area.value);
    });
    area.addEventListener("conflict", ({ detail }) => settle(detail.text, detail.version, detail.by));
    area.form?.addEventListener("reset", () => setTimeout(() => replace(area.defaultValue)));

    const left = store.left(); // written here before, and never saved
    if (left) {
      const saved = area.value, isOlder = left.version !== (area.dataset.version ?? "");
      replace(left.text);
      if (isOlder) settle(saved, area.dataset.version, "");
      else ask(said("restored", { at: new Date(left.at).toLocaleString() }), "drop", () => { replace(saved); seen(area.dataset.version); });
    }
    const fetched = async (name, take) => {
      try { take(await given(area.dataset[name])); } catch (error) { tell(said("unhelped", { why: error.message }), "failed"); }
    };
    fetched("schema", (schema) => { help.schema = schema; });
    fetched("names", (names) => { help.names = names ?? {}; });
    if (area.dataset.check) tell(said("checking"), "");
    check(view);
    Object.assign(host, { editor: view });
  };

  const mountAll = (inside) => {
    for (const area of inside.querySelectorAll("textarea[data-editor=yaml]")) mount(area);
  };
  document.addEventListener("htmx:load", ({ target }) => mountAll(target.parentNode ?? target));
  mountAll(document);
})();
