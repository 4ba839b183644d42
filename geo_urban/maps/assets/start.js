/* Start the page: state, main view, then every part in the order of the files. */
(function () {
  "use strict";

  const FINE = 1000; // units above which outlines are drawn finer

  geoUrban.start = function (map, data) {
    const page = new geoUrban.Page(data);
    geoUrban.page = page;
    document.body.classList.toggle("gu-grids-only", data.gridsOnly);
    page.fine = data.layers.some((layer) => layer.codes.length > FINE);
    geoUrban.decode(page);
    const zoom = L.control.zoom().addTo(map);
    const nameZoom = () => zoom.getContainer().querySelectorAll("a").forEach((button, out) => {
      button.title = out ? page.word("Zoom out") : page.word("Zoom in");
      button.setAttribute("aria-label", button.title);
    });
    nameZoom();
    page.on("language", nameZoom);
    L.control.scale({ imperial: false }).addTo(map);
    // A turned phone or a larger window shows everything again, unless the reader has gone somewhere.
    page.untouched = true;
    for (const kind of ["wheel", "pointerdown", "keydown"]) {
      map.getContainer().addEventListener(kind, () => { page.untouched = false; }, { passive: true });
    }
    const view = geoUrban.addView(page, map);
    geoUrban.fit(page, view);
    map.on("resize", () => { if (page.untouched) geoUrban.fit(page, view); });
    for (const part of geoUrban.parts) part.begin(page);
    const [layer, indicator, year] = data.shown || [data.layers.findIndex((one) => one.thematic && !one.over), 0];
    page.begin(data.layers[layer], indicator, year);
    document.getElementById("gu-shown").value = layer + "/" + indicator;
    map.invalidateSize(); // before units are drawn, or each would be projected twice
    page.redraw(view, true);
    return page;
  };
})();
