// Enter as authors of YAML expect it: the next line stands where this one does, deeper after what opens something, beside its keys
// after the first of an item; a list of plain items goes on with the next dash, and an empty item ends it.
(() => {
  "use strict";
  const { syntaxTree } = window.codemirror;
  const ITEM = /^(\s*)((?:- +)+)(.*)$/, EMPTY = /^(\s*)- *$/, OPENS = /(?:^|\s)[^\s#][^#]*:$|^[^\s#]*:$|[[{]$/, KEYED = /^[^\s"'#[{][^#]*?:(?:\s|$)/;
  const indentOf = (text) => text.match(/^ */)[0];
  const isText = (state, at) => { // inside a text of several lines nothing is a key or an item
    for (let node = syntaxTree(state).resolveInner(at, -1); node; node = node.parent) {
      if (node.name === "BlockLiteralContent" || (node.name === "QuotedLiteral" && node.from < at && at < node.to)) return true;
    }
    return false;
  };
  const bare = (text) => text.replace(/\s+#.*$/, "").trimEnd();
  // where a list that ends here goes on: with what its key stands beside
  const outside = (state, line, indent) => {
    for (let number = line.number - 1; number > 0; number--) {
      const { text } = state.doc.line(number), before = indentOf(text);
      if (text.trim() && !text.trimStart().startsWith("-") && before.length <= indent.length) return before;
    }
    return "";
  };
  const next = (before) => {
    const item = before.match(ITEM), said = bare(before);
    if (item) {
      const inside = item[1] + " ".repeat(item[2].length), content = bare(item[3]);
      if (/^[|>][+-]?\d*$/.test(content) || /[:\s][|>][+-]?\d*$/.test(content)) return `${inside}  `;
      if (OPENS.test(content)) return `${inside}  `;
      return KEYED.test(content) ? inside : item[1] + item[2];
    }
    const indent = indentOf(before);
    return OPENS.test(said.trimStart()) || /:\s+[|>][+-]?\d*$/.test(said) ? `${indent}  ` : indent;
  };

  // a command of CodeMirror's
  const enter = ({ state, dispatch }) => {
    if (state.readOnly || state.selection.ranges.length > 1) return false;
    const { from, to } = state.selection.main, line = state.doc.lineAt(from), before = line.text.slice(0, from - line.from);
    const rest = state.doc.lineAt(to), after = rest.text.slice(to - rest.from), gap = after.length - after.trimStart().length;
    const changed = (start, insert) => {
      const changes = { from: start, to: to + gap, insert };
      dispatch(state.update({ changes, selection: { anchor: start + insert.length }, userEvent: "input", scrollIntoView: true }));
      return true;
    };
    if (isText(state, from)) return changed(from, `\n${indentOf(line.text)}`);
    if (EMPTY.test(before) && !after.trim()) return changed(line.from, outside(state, line, indentOf(before)));
    if (!before.trim()) return changed(from, `\n${before}`);
    return changed(from - (before.length - before.trimEnd().length), `\n${next(before)}`);
  };
  Object.assign(window.editing, { enter });
})();
