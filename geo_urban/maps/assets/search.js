/* Find a unit by its name or code, go there and pin it. */
(function () {
  "use strict";

  const { element } = geoUrban;

  function list(page) {
    const { layer } = page.view;
    document.getElementById("gu-places").replaceChildren(...layer.codes.map((code, number) => {
      const option = element("option"), name = page.name(layer, number);
      option.value = name === code ? name : (name + " " + code).trim();
      return option;
    }));
  }

  /* The number of the unit that a text means: the whole name or code first, then a part of it. */
  function meant(page, text) {
    const wanted = text.trim().toLowerCase(), { layer } = page.view;
    if (!wanted) return undefined;
    const all = layer.codes.map((_, number) => number).filter((number) => layer.parts[number].length);
    const names = (number) => [].concat(layer.names[number]).map((name) => name.toLowerCase());
    const code = (number) => layer.codes[number].toLowerCase();
    const whole = (number) => names(number).map((name) => name + " " + code(number));
    return all.find((number) => whole(number).includes(wanted) || code(number) === wanted) ??
      all.find((number) => names(number).includes(wanted)) ??
      all.find((number) => whole(number).some((text) => text.includes(wanted)));
  }

  /* Go to a unit of the shown layer and raise it. */
  geoUrban.goTo = function (page, unit) {
    const { view } = page, shape = geoUrban.drawnOf(page, view, unit.layer)[unit.number];
    if (!shape) return;
    const bounds = shape.getBounds ? shape.getBounds() : shape.getLatLng().toBounds(2e4);
    page.untouched = false;
    view.map.fitBounds(bounds, { maxZoom: 8, padding: [40, 40], animate: false });
    geoUrban.raise(page, view, unit, shape.getCenter ? shape.getCenter() : bounds.getCenter());
  };

  geoUrban.part("search", (page) => {
    const box = document.getElementById("gu-find");
    box.addEventListener("change", () => {
      const number = meant(page, box.value);
      if (number === undefined) return;
      const unit = { layer: page.view.layer, number: number };
      page.pin(unit);
      geoUrban.goTo(page, unit);
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { box.value = ""; geoUrban.lower(page); }
    });
    page.on("layer", () => list(page));
    page.on("language", () => list(page));
  });
})();
