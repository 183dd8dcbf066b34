// How the editor looks: the page's own colours, in its light and in its dark.
(() => {
  "use strict";
  const { EditorView, HighlightStyle, syntaxHighlighting, tags } = window.codemirror;
  const wash = (colour, part) => `color-mix(in srgb, var(--${colour}) ${part}%, transparent)`;
  const frame = EditorView.theme({
    "&": { fontSize: "max(14px, .92rem)", color: "var(--ink)", backgroundColor: "var(--sheet)", border: "1.5px solid var(--edge)", borderRadius: "8px", maxHeight: "75dvh", minHeight: "14rem" },
    "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
    ".cm-scroller": { overflow: "auto", lineHeight: "1.6", fontFamily: "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', 'Noto Sans Mono', monospace" },
    ".cm-content": { caretColor: "var(--ink)" },
    ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: wash("accent", 28) },
    ".cm-activeLine": { backgroundColor: wash("accent", 7) },
    ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
    ".cm-activeLineGutter": { backgroundColor: "var(--accent-wash)", color: "var(--ink)" },
    ".cm-foldPlaceholder": { backgroundColor: "var(--sunk)", color: "var(--soft)", borderColor: "var(--line)" },
    ".cm-tooltip, .cm-panels": { backgroundColor: "var(--sheet)", color: "var(--ink)", borderColor: "var(--edge)" },
    ".cm-tooltip": { maxWidth: "min(40rem, 90vw)", border: "1px solid var(--edge)", borderRadius: "8px", boxShadow: "var(--shadow)" },
    ".cm-help": { padding: ".4rem .7rem", fontFamily: "system-ui, sans-serif" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "18rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".25rem .6rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
    ".cm-completionDetail": { opacity: ".85" },
    ".cm-completionInfo": { fontFamily: "system-ui, sans-serif", padding: ".4rem .7rem" },
    ".cm-diagnostic": { fontFamily: "system-ui, sans-serif", padding: ".4rem .7rem", borderLeft: "4px solid var(--edge)" },
    ".cm-diagnostic p": { margin: "0" },
    ".cm-diagnostic .way": { color: "var(--soft)", marginTop: ".2rem" },
    ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
    ".cm-diagnostic-warning": { borderLeftColor: "var(--wait)" },
    ".cm-diagnostic-info": { borderLeftColor: "var(--accent)" },
    ".cm-diagnosticSource": { color: "var(--soft)", opacity: "1" },
    ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0" },
    ".cm-lintRange-error": { textDecoration: "underline wavy var(--bad) 1.5px", backgroundColor: "var(--bad-wash)" },
    ".cm-lintRange-warning": { textDecoration: "underline wavy var(--wait) 1.5px", backgroundColor: "var(--wait-wash)" },
    ".cm-lintRange-info": { textDecoration: "underline dotted var(--accent) 1.5px" },
    ".cm-lint-marker": { width: ".7em", height: ".7em", margin: ".45em .1em 0" }, // CodeMirror's own are pictures in data: addresses
    ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--bad)", borderRadius: "50%" },
    ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--wait)", clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
    ".cm-lint-marker-info": { content: "normal", backgroundColor: "var(--accent)" },
    ".cm-panel.cm-search": { padding: ".5rem 2.4rem .5rem .6rem" },
    ".cm-panel.cm-search label": { fontSize: "max(14px, .86rem)" },
    ".cm-panel.cm-search [name=close]": { color: "var(--ink)", minWidth: "2rem", minHeight: "2rem", fontSize: "1.3em" },
    ".cm-textfield, .cm-button": { font: "inherit", color: "var(--ink)", backgroundColor: "var(--sheet)", backgroundImage: "none", border: "1px solid var(--edge)", borderRadius: "6px", minHeight: "2.4em", padding: ".2em .6em" },
    ".cm-searchMatch": { backgroundColor: wash("wait", 30) },
    ".cm-searchMatch-selected": { backgroundColor: wash("wait", 60) },
    ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--accent)" },
    ".cm-selectionMatch": { backgroundColor: wash("accent", 16) },
    ".cm-insertedLine, .cm-changedLine": { backgroundColor: "var(--done-wash)" },
    ".cm-deletedChunk": { backgroundColor: "var(--bad-wash)" },
    ".cm-chunkButtons button": { font: "inherit", minHeight: "2.2em", padding: "0 .7em", borderRadius: "6px" },
    ".cm-chunkButtons button[name=accept]": { backgroundColor: "var(--done)", color: "var(--sheet)" },
    ".cm-chunkButtons button[name=reject]": { backgroundColor: "var(--bad)", color: "var(--sheet)" },
    ".cm-collapsedLines": { background: "var(--sunk)", color: "var(--soft)" },
  });
  const colours = syntaxHighlighting(HighlightStyle.define([
    { tag: tags.definition(tags.propertyName), color: "var(--accent)", fontWeight: "600" },
    { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
    { tag: tags.string, color: "var(--done)" },
    { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--soft)" },
    { tag: [tags.labelName, tags.typeName, tags.keyword], color: "var(--wait)" },
  ]));
  // what stands around the text, as a constructed sheet: the policy allows no style element
  const around = new CSSStyleSheet();
  around.replaceSync(`
    :host { display: block; }
    [hidden] { display: none; }
    p { margin: .35rem 0 0; color: var(--soft); font-size: max(14px, .86rem); }
    .state { color: var(--ink); font-weight: 560; }
    .state.found { color: var(--bad); } .state.clean { color: var(--done); } .state.failed { color: var(--wait); }
    .notice { margin-top: .5rem; padding: .7rem 1rem; background: var(--wait-wash); border: 1.5px solid var(--wait); border-radius: 8px; }
    .notice p { margin: 0 0 .5rem; color: var(--ink); }
    .notice button { font: inherit; color: var(--ink); background: var(--sheet); border: 1.5px solid var(--edge); border-radius: 8px; min-height: 3rem; padding: .3rem 1rem; }
  `);
  Object.assign(window.editing, { look: [frame, colours], around });
})();
