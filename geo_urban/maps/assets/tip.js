/* The figures of the unit under the pointer, beside it; only what the map shows where the others are in sight already. */
(function () {
  "use strict";

  const { element } = geoUrban;

  function content(page, unit) {
    const { layer, number } = unit, made = element("div");
    const head = element("strong", page.name(layer, number));
    if (head.textContent !== layer.codes[number]) head.append(" ", element("small", layer.codes[number]));
    const table = element("table");
    for (const field of layer.fields) {
      const shown = page.views.some((view) => view.field === field);
      if (page.brief && !shown) continue;
      const row = element("tr", undefined, shown ? "gu-active" : "");
      row.append(element("th", page.t(field.label)), element("td", page.shown(field, number, true)));
      table.append(row);
      if (!field.firm) continue;
      const firm = element("tr");
      firm.append(element("th", page.word("keeps its class")), element("td", page.firmness(field, number)));
      table.append(firm);
    }
    made.append(head, table);
    return made;
  }

  /* Put the tip beside the place, on the side where there is room, and always inside the map. */
  function place(page, tip) {
    const { view, place: there } = page.raised;
    const at = view.map.latLngToContainerPoint(there), room = view.map.getSize(), gap = 14;
    const beside = (middle, length, size) => {
      const found = middle + gap + length + 4 <= size ? middle + gap : middle - gap - length;
      return Math.max(4, Math.min(found, size - length - 4));
    };
    tip.style.left = beside(at.x, tip.offsetWidth, room.x) + "px";
    tip.style.top = beside(at.y, tip.offsetHeight, room.y) + "px";
  }

  geoUrban.part("tip", (page) => {
    const tip = document.getElementById("gu-tip");
    let shown = null;
    page.on("raise", () => {
      if (!page.raised) {
        tip.hidden = true;
        shown = null;
        return;
      }
      if (shown !== page.raised.unit) {
        shown = page.raised.unit;
        tip.replaceChildren(content(page, shown));
        page.raised.view.map.getContainer().append(tip);
        tip.hidden = false;
      }
      place(page, tip);
    });
    page.on("language", () => geoUrban.lower(page));
    const follow = (view) => {
      view.map.on("move", () => { if (page.raised && page.raised.view === view) place(page, tip); });
      // Raising a unit moves its element, and browsers then lose its "mouseout"; the map's own moves are reliable.
      view.map.on("click mousemove mouseout", () => geoUrban.lower(page));
    };
    page.views.forEach(follow);
    page.on("view", follow);
  });
})();
