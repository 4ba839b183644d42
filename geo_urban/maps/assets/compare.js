/* Two maps of the same units side by side: moved together, with one unit under the pointer in both, each with its own
   selectors and its own legend. On a phone one stands under the other. */
(function () {
  "use strict";

  const { element } = geoUrban;

  function badge(letter) {
    const made = element("span", letter, "gu-letter");
    made.setAttribute("aria-hidden", "true");
    return made;
  }

  function labelled(page, word, control) {
    const label = element("label"), name = element("span");
    const say = () => { name.textContent = word(); };
    say();
    page.on("language", say);
    label.append(name, " ", control);
    return label;
  }

  /* The selectors of the second map, like those of the first. */
  function selectors(page) {
    const select = element("select"), range = element("input"), output = element("output"), play = element("button");
    const way = element("select"), yearRow = element("div", undefined, "gu-row");
    range.type = "range";
    range.min = 0;
    range.step = 1;
    play.type = "button";
    play.className = "gu-tool";
    output.className = "gu-year-of";
    yearRow.append(labelled(page, () => page.word("Year"), range), output, play);
    yearRow.hidden = true;
    const wayRow = labelled(page, () => page.word("Classes"), way);
    wayRow.hidden = true;
    const bar = [labelled(page, () => page.word("Shown"), select), yearRow, wayRow];
    return { bar, select, yearRow, range, output, play, wayRow, way };
  }

  function half(letter, controls, map) {
    const made = element("div", undefined, "gu-half"), bar = element("div", undefined, "gu-controls gu-bar");
    bar.append(badge(letter), ...controls);
    made.append(bar, map);
    return made;
  }

  /* The legend of the second map, built like that of the first. */
  function legend(page, view) {
    const made = element("div", undefined, "gu-second-legend"), at = {};
    for (const [key, tag] of [["heading", "h2"], ["unit", "p"], ["classes", "ul"], ["modelled", "p"], ["size", "div"]]) {
      at[key] = element(tag);
      made.append(at[key]);
    }
    at.modelled.className = "gu-modelled";
    at.modelled.hidden = true;
    document.getElementById("gu-size").after(made);
    const show = () => {
      at.modelled.textContent = page.word("modelled, not counted");
      geoUrban.showLegend(page, view, at);
    };
    page.on("field", (changed) => { if (changed === view) show(); });
    page.on("language", show);
    geoUrban.brushLegend(page, view, at.classes);
  }

  // --- moved together ---------------------------------------------------------------------------------------------------

  let leading = null;

  function follow(one, other) {
    const led = (move) => (event) => {
      if (leading && leading !== one) return;
      const before = leading;
      leading = one;
      move(event);
      leading = before;
    };
    one.on("move", led(() => {
      if (other.getZoom() !== one.getZoom()) {
        other.setView(one.getCenter(), one.getZoom(), { animate: false });
        return;
      }
      const shift = other.project(one.getCenter()).subtract(other.project(other.getCenter())).round();
      if (!shift.x && !shift.y) return;
      other._rawPanBy(shift); // panBy would draw everything anew at each step
      other.fire("move");
    }));
    one.on("moveend", led(() => other.fire("moveend")));
  }

  // --- one unit under the pointer in both -----------------------------------------------------------------------------

  function raiseTwins(page) {
    let twins = [], raised = null;
    page.on("raise", () => {
      const now = page.raised;
      if (now && raised && now.view === raised.view && now.unit.number === raised.unit.number && now.unit.layer === raised.unit.layer) return;
      for (const { view, unit, shape } of twins) shape.setStyle(geoUrban.unitStyle(page, view, unit.layer, unit.number));
      twins = [];
      raised = now && { view: now.view, unit: now.unit };
      if (!now) return;
      for (const view of page.views) {
        const shape = view !== now.view && !view.follows && geoUrban.drawnOf(page, view, now.unit.layer)[now.unit.number];
        if (!shape || !view.map.hasLayer(shape)) continue;
        geoUrban.showRaised(shape, now.unit);
        twins.push({ view: view, unit: now.unit, shape: shape });
      }
    });
  }

  geoUrban.part("compare", (page) => {
    const { compare } = page.data;
    if (!compare) return;
    document.body.classList.add("gu-compare");
    const home = document.getElementById("gu-views"), first = page.view.map, at = (id) => document.getElementById(id);
    const plane = element("div", undefined, "folium-map"), second = selectors(page);
    plane.setAttribute("role", "application");
    const name = () => { plane.setAttribute("aria-label", page.word("Second map")); };
    name();
    page.on("language", name);
    const controls = [at("gu-shown").closest("label"), at("gu-year-row"), at("gu-way-row")];
    home.prepend(half("A", controls, first.getContainer()), half("B", second.bar, plane));

    const map = L.map(plane, geoUrban.options(page.data));
    map.setView(first.getCenter(), first.getZoom(), { animate: false });
    first.eachLayer((layer) => { if (layer instanceof L.TileLayer) L.tileLayer(layer._url, layer.options).addTo(map); });
    first.on("layeradd", ({ layer }) => {
      if (layer instanceof L.TileLayer) L.tileLayer(layer._url, layer.options).addTo(map);
    });
    const view = geoUrban.addView(page, map);
    for (const kind of ["wheel", "pointerdown", "keydown"]) {
      plane.addEventListener(kind, () => { page.untouched = false; }, { passive: true });
    }
    follow(first, map);
    follow(map, first);
    const level = () => {
      leading = first;
      map.invalidateSize({ pan: false });
      map.setView(first.getCenter(), first.getZoom(), { animate: false });
      leading = null;
    };
    first.on("resize", level);
    map.on("resize", () => { if (!leading) level(); });
    first.invalidateSize();
    geoUrban.fit(page, page.view);
    level();
    geoUrban.bindChooser(page, view, second);
    legend(page, view);
    raiseTwins(page);

    // The second map chooses for itself once the first has begun.
    let begun = false;
    page.on("field", (changed) => {
      if (begun || changed !== page.view) return;
      begun = true;
      const [layer, indicator, year] = compare.second;
      second.select.value = layer + "/" + indicator;
      page.choose(page.data.layers[layer], indicator, year, view);
    });
  });
})();
