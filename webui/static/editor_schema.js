// What may stand at a place, by the JSON Schema of the product's models, and what it means.
(() => {
  "use strict";
  const { said, placeAt, placeOf, namesIn } = window.editing;
  const { syntaxTree } = window.codemirror;
  const ID = "^[a-z][a-z0-9_]{0,63}$", PROCEDURE = "^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*$";
  // which names are meant, by the key they stand under; only where the schema asks for an id
  const NAMED = {
    roles: ["done_by", "by", "notify", "accept_by", "extend_by", "role", "to", "includes", "closed_by"],
    steps: ["after", "of", "same_day_as", "at", "step", "items_of", "by_other_than", "when", "not", "all", "any", "deviations", "cannot_complete", "blocked_by",
      "asked", "not_asked", "undecided", "overdue", "missed", "missed_rounds", "begin", "end", "hand", "receive", "sign", "start", "answers", "not_done",
      "not_applicable", "amend", "act", "remeasure", "accept", "band", "due", "round", "row", "inputs", "refuse", "dismiss", "proposed"],
    parameters: ["parameter"], books: ["book", "open_rows"], places: ["place"], cards: ["reference"], seasons: ["season"], shifts: ["shift"],
  };
  const KIND_OF = Object.fromEntries(Object.entries(NAMED).flatMap(([kind, keys]) => keys.map((key) => [key, kind])));

  const isObject = (one) => one !== null && typeof one === "object";
  const resolved = (root, one) => {
    const { $ref, ...own } = one;
    return $ref ? { ...$ref.slice(2).split("/").reduce((at, part) => at[part], root), ...own } : one;
  };
  // the alternatives of a schema, each with the nearest description
  const branches = (root, schema) => {
    const { anyOf, oneOf, ...own } = resolved(root, schema);
    const choices = anyOf ?? oneOf;
    if (!choices) return [own];
    return choices.flatMap((one) => branches(root, one)).map((one) => own.description ? { ...one, description: own.description } : one);
  };
  const under = (object, key) => {
    if (Object.hasOwn(object.properties ?? {}, key)) return object.properties[key];
    const [, matched] = Object.entries(object.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key)) ?? [];
    return matched ?? (isObject(object.additionalProperties) ? object.additionalProperties : null);
  };
  // of several kinds of mapping, those that have most of the keys that stand there
  const narrowed = (schemas, keys) => {
    const objects = schemas.filter((one) => one.type === "object" || one.properties);
    const known = (one) => keys.filter((key) => under(one, key)).length;
    const most = Math.max(0, ...objects.map(known));
    return objects.filter((one) => known(one) === most);
  };
  const along = (root, path) => path.reduce((schemas, { key, keys, item }) => {
    if (item) return schemas.flatMap((one) => one.items ? branches(root, one.items) : []);
    return narrowed(schemas, [...keys, key]).map((one) => under(one, key)).filter(Boolean).flatMap((one) => branches(root, one));
  }, branches(root, root));
  const described = (root, schema) => schema.description ?? resolved(root, schema).description ?? "";

  const wayOf = (path) => path.findLast(({ key }) => key)?.key ?? "";
  const named = (path, names, kind = KIND_OF[wayOf(path)]) =>
    (names[kind] ?? []).map(({ id, title }) => ({ label: id, type: "variable", detail: title, boost: 1 }));
  const valuesOf = (schemas, path, names) => schemas.flatMap((one) => {
    const listed = one.enum ?? (Object.hasOwn(one, "const") ? [one.const] : one.type === "boolean" ? [true, false] : []);
    const found = listed.map((value) => ({ label: String(value), type: "constant", info: one.description }));
    if (one.pattern === PROCEDURE) return named(path, names, "procedures");
    return one.pattern === ID ? [...found, ...named(path, names)] : found;
  });
  const isOpen = (one) => isObject(one.additionalProperties) || Object.hasOwn(one.patternProperties ?? {}, ID);
  const keysOf = (root, schemas, place, names) => {
    const objects = narrowed(schemas, place.keys), isChoice = objects.length > 1 && !place.keys.length;
    const offered = objects.flatMap((one) => {
      const required = one.required ?? [], properties = Object.entries(one.properties ?? {});
      const shown = isChoice && required.length ? properties.filter(([key]) => key === required[0]) : properties;
      const own = shown.map(([key, value], index) => { // in the schema's order, required ones first
        const isRequired = required.includes(key), boost = Math.max(-99, isRequired ? 99 - index : -index);
        return { label: key, type: "property", detail: isRequired ? said("required") : "", info: described(root, value), boost };
      });
      return isOpen(one) ? [...own, ...named(place.path, names)] : own;
    });
    return offered.filter(({ label }) => !place.keys.includes(label));
  };
  const once = (options) => [...new Map(options.toReversed().map((one) => [one.label, one])).values()].toReversed();
  const asKey = (place) => (option) => ({ ...option, apply: place.hasColon ? option.label : `${option.label}: ` });

  // everything that may stand where the cursor is; null where nothing is known
  const offered = (root, names, text, position) => {
    const place = placeAt(text, position);
    if (!place) return null;
    const schemas = along(root, place.path);
    const keys = place.at === "key" ? keysOf(root, schemas, place, names).map(asKey(place)) : [];
    const isValue = place.at === "value" || (place.isBare && !place.keys.length); // alone on its line a word may become either
    const options = once([...keys, ...(isValue ? valuesOf(schemas, place.path, names) : [])]);
    return options.length ? { from: place.from, to: place.to, options, validFor: /^[\w/]*$/ } : null;
  };

  // names of the site and those of the text as it is now
  const everyName = (site, tree, text) => {
    const own = namesIn(tree, text), all = {};
    for (const kind of new Set([...Object.keys(site), ...Object.keys(own)])) {
      const known = (site[kind] ?? []).map((one) => isObject(one) ? one : { id: one, title: "" });
      const added = [...own[kind] ?? []].filter((id) => !known.some((one) => one.id === id)).map((id) => ({ id, title: "" }));
      all[kind] = [...known, ...added];
    }
    return all;
  };

  const completing = (help) => ({ state, pos, explicit }) => {
    const text = state.doc.toString();
    if (!help.schema || (!explicit && !/[\w/]$/.test(text.slice(Math.max(0, pos - 1), pos)))) return null;
    return offered(help.schema, everyName(help.names, syntaxTree(state), text), text, pos);
  };

  const meaningOf = (root, names, tree, text, position) => {
    const place = placeOf(tree, text, position);
    if (!place) return null;
    const word = text.slice(place.from, place.to);
    if (place.at === "key") {
      const schemas = narrowed(along(root, place.path), [...place.keys, place.key]).map((one) => under(one, place.key)).filter(Boolean);
      const meant = [...new Set(schemas.map((one) => described(root, one)))].filter(Boolean);
      return meant.length ? { ...place, title: place.key, text: meant.join(" / ") } : null;
    }
    const known = (names[KIND_OF[wayOf(place.path)]] ?? []).find(({ id }) => id === word);
    return known?.title ? { ...place, title: word, text: known.title } : null;
  };
  const helping = (help) => (view, position) => {
    if (!help.schema) return null;
    const text = view.state.doc.toString(), tree = syntaxTree(view.state);
    const found = meaningOf(help.schema, everyName(help.names, tree, text), tree, text, position);
    if (!found) return null;
    return {
      pos: found.from, end: found.to, above: true,
      create: () => {
        const dom = Object.assign(document.createElement("div"), { className: "cm-help" });
        dom.append(Object.assign(document.createElement("b"), { textContent: found.title }), " ", found.text);
        return { dom };
      },
    };
  };

  Object.assign(window.editing, { offered, completing, helping });
})();
