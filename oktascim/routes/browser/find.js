/* Finds one visible control of a page by one locator of a template; see Locator in catalog.py.
 *
 * by, value: the locator. kind: what it is ("button", "field", "box", "list", "any").
 * pane: the heading of the part of the page that contains it, or null.
 * Returns the element or null. It changes nothing. The rules are those of OB-410 to OB-417: several
 * controls share an id or a text, some lie off the canvas, and labels need not be tied to their inputs.
 */
({ by, value, kind, pane }) => {
  const KINDS = {
    button: "a, button, input[type=submit], input[type=button], [role=button], [role=tab]",
    field: "input:not([type]), input[type=text], input[type=password], input[type=url], input[type=email], textarea",
    box: "input[type=checkbox], input[type=radio]",
    list: "select",
    any: "*",
  };
  const CLIMB = 8;

  const words = (element) =>
    (element.tagName === "INPUT" ? element.value : element.textContent).trim().replace(/\s+/g, " ");
  const shown = (element) => {
    const place = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && place.width > 0 && place.right > 0;
  };
  const usable = (element) => shown(element) || (kind === "box" && [...(element.labels ?? [])].some(shown));
  const all = (scope, selector) => [...scope.querySelectorAll(selector)].filter(usable);
  const bySize = (elements) => elements.sort((one, other) => words(one).length - words(other).length);
  /* Any element with a matching text; the text in a field is its content and doesn't name it. */
  const titled = (scope, fits) =>
    bySize([...scope.querySelectorAll(`:not(${KINDS.field})`)].filter((each) => shown(each) && fits(words(each))));

  /* The only control of the kind near an element: the first ancestor that contains any must contain exactly one. */
  const beside = (element, selector) => {
    for (let place = element, steps = 0; place && steps < CLIMB; place = place.parentElement, steps += 1) {
      const inside = all(place, selector);
      if (inside.length) return inside.length === 1 ? inside[0] : null;
    }
    return null;
  };
  const labelled = (scope, pattern) => {
    const named = all(scope, KINDS[kind]).find((each) =>
      [each.getAttribute("aria-label"), each.placeholder, kind === "button" ? words(each) : null].some(
        (name) => name && pattern.test(name),
      ),
    );
    if (named) return named;
    for (const label of titled(scope, (text) => text.length < 120 && pattern.test(text))) {
      const tied = label.control;
      if (tied?.matches(KINDS[kind]) && usable(tied)) return tied;
      const near = beside(label, KINDS[kind]);
      if (near) return near;
    }
    return null;
  };
  const inOrder = (scope, number) => {
    const forms = all(scope, "form").filter((form) => all(form, KINDS.field).length >= number);
    const form = forms.at(0) ?? document.querySelector("#content") ?? document.body;
    return all(form, KINDS.field)[number - 1];
  };

  const search = {
    css: (scope) => all(scope, value)[0],
    name: (scope) => all(scope, `[name="${CSS.escape(value)}"]`)[0],
    text: (scope) => all(scope, KINDS.button).find((each) => words(each) === value),
    label: (scope) => labelled(scope, new RegExp(value, "i")),
    row: (scope) => {
      const title = titled(scope, (text) => text === value)[0];
      return title && beside(title, "input[type=checkbox]");
    },
    order: (scope) => inOrder(scope, value),
  }[by];

  const heading = pane && titled(document.body, (text) => text === pane)[0];
  for (let place = heading || null; place; place = place.parentElement) {
    const found = search(place);
    if (found) return found;
  }
  return heading ? null : (search(document) ?? null);
};
