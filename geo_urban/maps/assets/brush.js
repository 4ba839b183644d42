/* Marking units: by the entries of the legend, or by a box drawn on the map with shift. */
(function () {
  "use strict";

  const { element } = geoUrban;

  const numbers = (layer) => layer.codes.map((_, number) => number);

  /* The numbers of the units of a class of a view; -1 for those without data. */
  function members(page, view, wanted) {
    const classes = page.classes(view);
    return numbers(view.layer).filter((number) => page.classOf(classes, number) === wanted);
  }

  const allMarked = (page, units) => units.length > 0 && units.every((number) => page.selection.has(number));

  function press(page, view, wanted, adding) {
    if (view.layer !== page.view.layer) return; // a second map may show other units
    const units = members(page, view, wanted), marked = allMarked(page, units);
    if (!adding) {
      page.select(marked && page.selection.size === units.length ? [] : units);
      return;
    }
    const left = new Set(page.selection);
    for (const number of units) {
      if (marked) left.delete(number);
      else left.add(number);
    }
    page.select(left);
  }

  /* Make each entry of a view's legend a button; the legend has just been written anew. */
  function furnish(page, view, list) {
    const known = page.classes(view).labels.length;
    [...list.children].forEach((row, place) => {
      if (row.firstElementChild.tagName === "BUTTON") return;
      const button = element("button", undefined, "gu-entry"), wanted = place < known ? place : -1;
      button.type = "button";
      button.title = page.word("Mark these units; with shift, add them");
      button.append(...row.childNodes);
      button.addEventListener("click", (event) => press(page, view, wanted, event.shiftKey));
      row.append(button);
    });
    showPressed(page, view, list);
  }

  function showPressed(page, view, list) {
    const known = page.classes(view).labels.length;
    [...list.children].forEach((row, place) => {
      const marked = page.selection.size > 0 && allMarked(page, members(page, view, place < known ? place : -1));
      row.firstElementChild.setAttribute("aria-pressed", String(marked));
    });
  }

  /* Let the entries of the list that is a view's legend mark units. Call it after the legend listens itself. */
  geoUrban.brushLegend = function (page, view, list) {
    const anew = () => furnish(page, view, list);
    page.on("field", (changed) => { if (changed === view) anew(); });
    page.on("language", anew);
    page.on("selection", () => showPressed(page, view, list));
  };

  /* What the marked units come to: a sum of counts, else the plain mean of their figures. */
  function sum(page) {
    const { field } = page.view;
    if (field.texts) return "";
    const values = [...page.selection].map((number) => page.value(field, number)).filter((value) => value !== null);
    if (!values.length) return "";
    const total = values.reduce((one, other) => one + other, 0), unit = page.unit(field);
    const said = (value) => page.number(value, field.decimals) + (unit === "%" ? "%" : unit ? " " + unit : "");
    return field.counted
      ? page.word("Sum: {value}", { value: said(total) })
      : page.word("Mean of the units, unweighted: {value}", { value: said(total / values.length) });
  }

  function showLine(page, line, release) {
    line.hidden = !page.selection.size;
    if (line.hidden) return;
    const { size } = page.selection;
    const count = size === 1 ? page.word("1 unit marked") : page.word("{count} units marked", { count: page.number(size, 0) });
    release.textContent = page.word("Release");
    line.firstElementChild.replaceChildren(...[count, sum(page)].filter(Boolean).map((text) => element("span", text)));
  }

  // --- a box on the map -------------------------------------------------------------------------------------------------

  const middle = (shape) => (shape.getLatLng ? shape.getLatLng() : shape.getCenter());

  function inside(page, corner, opposite) {
    const box = L.bounds(corner, opposite), { view } = page, { shapes } = page;
    return numbers(view.layer)
      .filter((number) => shapes[number] && box.contains(view.map.latLngToContainerPoint(middle(shapes[number]))));
  }

  // Leaflet goes to a box drawn with shift; here it marks the units whose middle is in it.
  const BoxSelect = (page) => L.Map.BoxZoom.extend({
    _onMouseUp(event) {
      if (event.which !== 1 && event.button !== 1) return;
      this._finish();
      if (!this._moved) return;
      this._clearDeferredResetState();
      this._resetStateTimeout = setTimeout(() => this._resetState(), 0);
      page.select(inside(page, this._startPoint, this._point));
    },
  });

  geoUrban.part("brush", (page) => {
    const list = document.getElementById("gu-classes");
    const line = element("div", undefined, "gu-marked"), release = element("button", undefined, "gu-tool");
    line.id = "gu-marked";
    line.hidden = true;
    release.type = "button";
    release.addEventListener("click", () => page.select([]));
    line.append(element("p"), release);
    list.after(line);
    geoUrban.brushLegend(page, page.view, list);
    const sayLine = () => showLine(page, line, release);
    for (const event of ["field", "language", "selection"]) page.on(event, sayLine);
    const { map } = page.view;
    map.boxZoom.disable();
    map.addHandler("boxZoom", BoxSelect(page));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !page.selection.size) return;
      if (geoUrban.isTyping(event)) return;
      page.select([]);
    });
  });
})();
