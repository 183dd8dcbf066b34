// Fields that are wanted only sometimes: shown and sent while their condition holds, by the server's rules (engine/procedure/condition.py).
// What was typed in one that is hidden stays in it, and is there again when it is shown.
(() => {
  "use strict";
  const { plain, above, bandOf } = window.typing, UNANSWERED = { standing: "unanswered" };
  const both = (truths) => (truths.includes(false) ? false : truths.includes(null) ? null : true);
  const either = (truths) => (truths.includes(true) ? true : truths.includes(null) ? null : false);
  const not = (truth) => (truth === null ? null : !truth);

  const BANDS = { in_limits: ["ok"], out_of_limits: ["bad", "crit"], critical: ["crit"] };
  const stands = (standing, known) => {
    if (standing === "answered") return known.standing !== "unanswered";
    return standing in BANDS ? BANDS[standing].includes(known.band) : known.standing === standing;
  };
  const compared = (bounds, number) => number !== undefined && !(
    ("at_least" in bounds && above(bounds.at_least, number)) || ("at_most" in bounds && above(number, bounds.at_most))
    || ("above" in bounds && !above(number, bounds.above)) || ("below" in bounds && !above(bounds.below, number)));
  const tested = (test, known) => {
    if (typeof test === "object" && "is" in test) return stands(test.is, known);
    if (known.standing === "unanswered") return false;
    if (typeof test === "boolean") return known.standing === (test ? "done" : "not_done");
    if (typeof test === "number") return compared({ at_least: String(test), at_most: String(test) }, known.number);
    if (typeof test === "object" && !Array.isArray(test)) return compared(test, known.number);
    const wanted = [test].flat();
    if (known.options) return known.options.some((one) => wanted.includes(one));
    return wanted.includes(known.text ?? (known.number === undefined ? known.standing : null));
  };
  const holds = (condition, facts) => both(Object.entries(condition).map(([name, test]) => {
    switch (name) {
      case "=": return test; // decided by what lies outside the form
      case "any": return either(test.map((part) => holds(part, facts)));
      case "all": return both(test.map((part) => holds(part, facts)));
      case "not": return not(holds(test, facts));
      default: return tested(test, facts[name] ?? UNANSWERED);
    }
  }));

  const numbered = (input) => {
    const band = bandOf(input), number = plain(input.value);
    return ["", "typo"].includes(band) ? UNANSWERED : { standing: "answered", number, band };
  };
  const known = (field) => {
    const controls = [...field.querySelectorAll("input, select, textarea")], { kind } = field.dataset;
    if (field.hidden || !controls.length) return UNANSWERED;
    if (kind === "measure" || kind === "count") return numbered(controls[0]);
    if (kind === "photo") return controls[0].files.length ? { standing: "answered" } : UNANSWERED;
    const values = controls.filter((one) => !one.matches("[type=radio], [type=checkbox]") || one.checked).map((one) => one.value.trim()).filter(Boolean);
    if (!values.length) return UNANSWERED;
    if (kind === "choose") return { standing: "answered", options: values };
    return kind === "check" ? { standing: values[0] } : { standing: "answered", text: values[0] };
  };
  const show = (field, isWanted) => {
    field.hidden = !isWanted;
    for (const one of field.querySelectorAll("input, select, textarea")) one.disabled = !isWanted;
  };
  const weigh = (form) => {
    const facts = {};
    for (const field of form.querySelectorAll(".field[data-kind]")) {
      if (field.dataset.when) {
        const truth = holds(JSON.parse(field.dataset.when), facts);
        show(field, truth !== false);
        if (field.querySelector(".only")) field.querySelector(".only").hidden = truth === true;
      }
      facts[field.dataset.name] = known(field);
    }
  };
  window.conditions = { holds };

  const look = (root) => { for (const form of new Set([...root.querySelectorAll(".field[data-when]")].map((one) => one.closest("form")))) weigh(form); };
  for (const name of ["input", "change"]) addEventListener(name, ({ target }) => { if (target.form?.querySelector(".field[data-when]")) weigh(target.form); });
  document.addEventListener("htmx:load", ({ target }) => look(target));
  look(document);
})();
