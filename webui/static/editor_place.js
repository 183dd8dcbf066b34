// Where in the YAML a position is: the keys that lead there, the keys beside it, whether a key or a value stands there.
// Reads CodeMirror's own syntax tree; a half-written line is read as if it were finished.
(() => {
  "use strict";
  const { yamlLanguage } = window.codemirror;
  const MARK = "zz0cursor0zz", WORD = /[\w/]*$/;
  const SILENT = new Set(["Comment", "QuotedLiteral", "BlockLiteral", "BlockLiteralContent", "BlockLiteralHeader"]);
  const isFlow = (node) => node.name === "FlowMapping" || node.name === "FlowSequence";
  const isMapping = (node) => node.name === "BlockMapping" || node.name === "FlowMapping";

  const unquoted = (text) => /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
  const keyOf = (pair, text) => {
    const key = pair.getChild("Key");
    return key ? unquoted(text.slice(key.from, key.to)) : "";
  };
  const keysOf = (mapping, text, besides) => mapping.getChildren("Pair").filter((pair) => pair.from !== besides?.from).map((pair) => keyOf(pair, text));

  // the way from the top: {key, keys beside it} for a mapping, {item: true} for a list
  const pathTo = (node, text) => {
    const path = [];
    for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
      if (parent.name === "Pair" && child.name !== "Key") path.unshift({ key: keyOf(parent, text), keys: keysOf(parent.parent, text, parent) });
      else if (parent.name === "Item") path.unshift({ item: true });
    }
    return path;
  };
  const described = (node, text) => {
    const pair = node.parent?.name === "Key" ? node.parent.parent : null;
    if (!pair) return { at: "value", path: pathTo(node, text), keys: [] };
    const mapping = pair.parent, keys = isMapping(mapping) ? keysOf(mapping, text, pair) : [];
    return { at: "key", key: keyOf(pair, text), path: pathTo(mapping, text), keys };
  };

  const within = (tree, from) => tree.resolveInner(from, 1);
  const hasAround = (node, test) => {
    for (let one = node; one; one = one.parent) if (test(one)) return true;
    return false;
  };

  // for completion: the word under the cursor is replaced by a mark, which is made a key where a key may stand
  const placeAt = (text, position) => {
    const start = text.lastIndexOf("\n", position - 1) + 1, typed = WORD.exec(text.slice(start, position))[0];
    const from = position - typed.length, to = position + /^[\w/]*/.exec(text.slice(position))[0].length;
    const end = text.indexOf("\n", to), rest = text.slice(to, end < 0 ? undefined : end);
    const put = (mark) => text.slice(0, from) + mark + text.slice(to);
    const found = (mark) => [put(mark), within(yamlLanguage.parser.parse(put(mark)), from)];
    let [read, node] = found(MARK);
    const isInFlow = hasAround(node, isFlow), hasColon = /^\s*:(\s|$)/.test(rest);
    if (hasAround(node, ({ name }) => SILENT.has(name))) return null;
    const isBare = /^\s*(- +)*$/.test(text.slice(start, from)) && !hasColon && !isInFlow && !/^\s*[^\s#]/.test(rest);
    if (isBare) [read, node] = found(`${MARK}: 0`);
    if (!hasAround(node, ({ name }) => name === "Literal" || name === "Key")) return null;
    return { ...described(node, read), from, to, typed, hasColon, isBare, isInFlow };
  };

  // for help: what stands at a position of the text as it is
  const placeOf = (tree, text, position) => {
    const node = within(tree, position);
    if (node.name !== "Literal" && node.name !== "QuotedLiteral") return null;
    return { ...described(node, text), from: node.from, to: node.to };
  };

  // ids that the text itself defines, by what they name
  const DEFINES = { parameters: "parameters", cards: "cards", roles: "roles", places: "places", books: "books" };
  const namesIn = (tree, text) => {
    const names = { parameters: new Set(), cards: new Set(), steps: new Set(), roles: new Set(), places: new Set(), books: new Set() };
    const top = tree.topNode.getChild("Document")?.getChild("BlockMapping");
    const walk = (node) => {
      for (let one = node.firstChild; one; one = one.nextSibling) {
        const value = one.name === "Pair" && keyOf(one, text) === "id" ? one.lastChild : null;
        if (value?.name === "Literal") names.steps.add(text.slice(value.from, value.to));
        else if (one.firstChild) walk(one);
      }
    };
    for (const pair of top?.getChildren("Pair") ?? []) {
      const key = keyOf(pair, text), mapping = pair.lastChild;
      if (key in DEFINES && isMapping(mapping)) keysOf(mapping, text).forEach((one) => names[DEFINES[key]].add(one));
      if (key === "steps" || key === "inputs") walk(pair);
    }
    return names;
  };

  Object.assign(window.editing, { placeAt, placeOf, namesIn });
})();
