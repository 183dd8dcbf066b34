// What of CodeMirror the editor uses; the bundle gives it as `window.codemirror`.
export { autocompletion, startCompletion } from "@codemirror/autocomplete";
export { indentLess, indentMore, isolateHistory } from "@codemirror/commands";
export { yaml, yamlLanguage } from "@codemirror/lang-yaml";
export { HighlightStyle, indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { forEachDiagnostic, lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
export { unifiedMergeView } from "@codemirror/merge";
export { Compartment, EditorState, Prec } from "@codemirror/state";
export { EditorView, hoverTooltip, keymap, tooltips } from "@codemirror/view";
export { tags } from "@lezer/highlight";
export { basicSetup } from "codemirror";
