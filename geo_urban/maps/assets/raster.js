/* Grids as pictures under the units, placed by their corners on the plane of the page, so that a cell lies where its
   borders lie at every zoom. */
(function () {
  "use strict";

  const { element } = geoUrban;
  const PANE = "gu-rasters";

  // --- the picture on the map -----------------------------------------------------------------------------------------

  /* `box`: lower left and upper right corner on the plane of the map's projection [metres]. */
  const Picture = L.Layer.extend({
    options: { pane: PANE },
    initialize(address, box) {
      this._address = address;
      this._box = box;
    },
    onAdd() {
      if (!this._image) {
        this._image = L.DomUtil.create("img", "gu-raster leaflet-zoom-animated");
        this._image.alt = "";
        this._image.draggable = false;
        this._image.src = this._address;
      }
      this.getPane().append(this._image);
      this._reset();
    },
    onRemove() { this._image.remove(); },
    getEvents() { return { zoom: this._reset, viewreset: this._reset, zoomanim: this._animate }; },
    image() { return this._image; },
    /* Where the picture lies at a zoom [pixels of the world]. */
    place(zoom) {
      const { crs } = this._map.options, scale = crs.scale(zoom), [[west, south], [east, north]] = this._box;
      return L.bounds(crs.transformation.transform(L.point(west, north), scale),
        crs.transformation.transform(L.point(east, south), scale));
    },
    _reset() {
      const place = this.place(this._map.getZoom()), size = place.getSize();
      L.DomUtil.setPosition(this._image, place.min.subtract(this._map.getPixelOrigin()));
      this._image.style.width = size.x + "px";
      this._image.style.height = size.y + "px";
    },
    _animate(event) {
      const scale = this._map.getZoomScale(event.zoom);
      const corner = this.place(event.zoom).min.subtract(this._map._getNewPixelOrigin(event.center, event.zoom));
      L.DomUtil.setTransform(this._image, corner, scale);
    },
  });

  // --- the class under the pointer ------------------------------------------------------------------------------------

  /* The colours of the picture, read once; a class has one colour. */
  function pixels(raster, image) {
    if (!raster.pixels && image.complete && image.naturalWidth) {
      const canvas = element("canvas");
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(image, 0, 0);
      raster.pixels = pen;
    }
    return raster.pixels;
  }

  /* Number of the class at a place, or -1 where there is no cell. */
  geoUrban.cellClass = function (view, raster, place) {
    const picture = view.rasters && view.rasters[raster.number];
    const pen = picture && picture.image() && pixels(raster, picture.image());
    if (!pen) return -1;
    const [[west, south], [east, north]] = raster.box, at = view.map.options.crs.projection.project(place);
    const x = Math.floor((at.x - west) / (east - west) * pen.canvas.width);
    const y = Math.floor((north - at.y) / (north - south) * pen.canvas.height);
    if (x < 0 || y < 0 || x >= pen.canvas.width || y >= pen.canvas.height) return -1;
    const [red, green, blue, alpha] = pen.getImageData(x, y, 1, 1).data;
    if (!alpha) return -1;
    const color = "#" + [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
    return raster.colors.findIndex((known) => known.toLowerCase() === color);
  };

  const shownRasters = (page) => page.data.rasters.filter((raster) => raster.visible);

  function cellLines(page, view, place) {
    const lines = [];
    for (const raster of shownRasters(page)) {
      const found = geoUrban.cellClass(view, raster, place);
      if (found < 0) continue;
      const line = element("p", page.t(raster.label) + page.word(": "), "gu-cell"), unit = page.unit(raster);
      line.append(element("b", page.t(raster.labels[found]) + (unit ? " " + unit : "")));
      lines.push(line);
    }
    return lines;
  }

  // --- switched on and off --------------------------------------------------------------------------------------------

  function place(page, view) {
    view.map.createPane(PANE).style.zIndex = 250; // over tiles, under everything else
    view.rasters = page.data.rasters.map((raster) => new Picture(raster.picture, raster.box));
    view.rasters.forEach((picture, number) => { if (page.data.rasters[number].visible) picture.addTo(view.map); });
  }

  /* Units over a grid are drawn as borders only, or nobody would see it. */
  const bare = (page) => page.view.layer && page.view.layer.kind === "polygon" && shownRasters(page).length > 0;

  /* Whether the colours of units are not drawn in a view. */
  geoUrban.isBare = (page) => Boolean(page.data.rasters.length && bare(page));

  geoUrban.showRaster = function (page, raster, on) {
    raster.visible = on;
    for (const view of page.views) {
      if (!view.rasters) continue;
      if (on) view.rasters[raster.number].addTo(view.map);
      else view.rasters[raster.number].remove();
    }
    for (const view of page.views) if (view.layer) geoUrban.restyle(page, view);
    page.emit("raster");
    page.emit("groups");
  };

  // --- legend ---------------------------------------------------------------------------------------------------------

  function block(page, raster) {
    const made = element("div", undefined, "gu-raster-legend"), list = element("ul");
    made.append(element("h3", page.heading(raster)));
    if (raster.modelled) made.append(element("p", page.word("modelled, not counted"), "gu-modelled"));
    raster.labels.forEach((label, number) => {
      const row = element("li");
      row.append(geoUrban.swatch(raster.colors[number]), element("span", page.t(label)),
        element("b", page.number(raster.counts[number], 0)));
      list.append(row);
    });
    made.append(element("p", page.word("{count} cells", { count: page.number(raster.counts.reduce((a, b) => a + b, 0), 0) })), list);
    if (raster.coarse) {
      const values = { count: page.number(raster.coarse, 0) };
      made.append(element("p", raster.mixed === "mean"
        ? page.word("The picture is coarser than the grid: a dot shows the mean of about {count} cells.", values)
        : page.word("The picture is coarser than the grid: a dot shows the most frequent class of about {count} cells.", values)));
    }
    return made;
  }

  geoUrban.part("raster", (page) => {
    const { rasters } = page.data;
    if (!rasters || !rasters.length) return;
    rasters.forEach((raster, number) => { raster.number = number; });
    const home = element("div"), tip = element("div", undefined, "gu-tip gu-cell-tip");
    home.id = "gu-raster-legends";
    tip.hidden = true;
    document.getElementById("gu-heading").before(home);
    const legend = () => {
      home.replaceChildren(...shownRasters(page).map((raster) => block(page, raster)));
      document.body.classList.toggle("gu-bare", geoUrban.isBare(page));
    };
    for (const raster of rasters) {
      geoUrban.addGroup(page, {
        title: () => page.t(raster.title), isOn: () => raster.visible, set: (on) => geoUrban.showRaster(page, raster, on),
      });
    }
    page.styling = page.styling || [];
    page.styling.push((style, { layer }) => {
      if (!bare(page) || layer.kind !== "polygon" || layer.over) return;
      style.fillOpacity = 0;
      style.pattern = "";
    });
    // Whoever asks for another indicator wants to see it.
    let shown = null;
    page.on("field", (view) => {
      if (view !== page.view) return;
      const anew = shown !== null && (shown.field !== view.field || shown.way !== view.way);
      shown = { field: view.field, way: view.way };
      if (anew && bare(page)) shownRasters(page).forEach((raster) => geoUrban.showRaster(page, raster, false));
      legend();
    });
    for (const event of ["raster", "language", "layer"]) page.on(event, legend);

    // With a unit under the pointer its tip says the cell too; else a tip of its own does.
    const unitTip = document.getElementById("gu-tip");
    page.on("raise", () => {
      for (const line of unitTip.querySelectorAll(".gu-cell")) line.remove();
      if (!page.raised) return;
      tip.hidden = true;
      unitTip.append(...cellLines(page, page.raised.view, page.raised.place));
    });
    const follow = (view) => {
      place(page, view);
      view.map.on("mousemove", (event) => {
        const lines = page.raised ? [] : cellLines(page, view, event.latlng);
        tip.hidden = !lines.length;
        if (tip.hidden) return;
        tip.replaceChildren(...lines);
        view.map.getContainer().append(tip);
        const room = view.map.getSize(), at = event.containerPoint;
        tip.style.left = Math.max(4, Math.min(at.x + 14, room.x - tip.offsetWidth - 4)) + "px";
        tip.style.top = Math.max(4, at.y + 14 + tip.offsetHeight > room.y ? at.y - 14 - tip.offsetHeight : at.y + 14) + "px";
      });
      view.map.on("mouseout movestart", () => { tip.hidden = true; });
    };
    page.views.forEach(follow);
    page.on("view", follow);

    // Pictures of the map show the grids and their classes as the screen does.
    page.painters = page.painters || [];
    page.painters.push((context, view) => {
      context.imageSmoothingEnabled = false;
      for (const raster of shownRasters(page)) {
        const picture = view.rasters[raster.number], place = picture.place(view.map.getZoom()), size = place.getSize();
        const corner = place.min.subtract(view.map.getPixelBounds().min);
        context.drawImage(picture.image(), corner.x, corner.y, size.x, size.y);
      }
    });
    page.legends = page.legends || [];
    page.legends.push((writer, scale) => {
      for (const raster of shownRasters(page)) {
        writer.text(page.heading(raster), { size: 14, bold: true, color: "#1f2933", after: 3 });
        if (raster.modelled) writer.text(page.word("modelled, not counted"), { size: 11, bold: true, color: "#8a3b00", after: 3 });
        geoUrban.writeClasses(page, writer, Object.assign({ patterns: [] }, raster), scale);
        writer.skip(8);
      }
    });
  });
})();
