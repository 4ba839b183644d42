/* Geometry, drawn once per view and restyled afterwards. */
(function () {
  "use strict";

  const MANY = 1000; // units above which borders are drawn finer
  const HEAVY = 60000; // vertices above which one canvas is faster than as many elements
  const INK = "#1f2933";
  const OUTLINE = { color: INK, opacity: 0.9, fill: false, interactive: false };
  const BORDER = { color: "#52606d", opacity: 0.7 };
  const RAISED = { color: "#000000", weight: 2.2, opacity: 1 };
  const PINNED = { color: "#0b5fff", weight: 3, opacity: 1 };
  const FADED = 0.18;
  const THROUGH = 0.72; // so that tiles under the units can be read

  // --- points of the payload ----------------------------------------------------------------------------------------

  function places(flat, grid, steps) {
    const found = [];
    let x = 0, y = 0;
    for (let i = 0; i < flat.length; i += 2) {
      x = steps ? x + flat[i] : flat[i];
      y = steps ? y + flat[i + 1] : flat[i + 1];
      found.push(L.latLng(y / grid, x / grid)); // Leaflet shares them between the units of a border
    }
    return found;
  }

  function joined(arcs, numbers) {
    const ring = [];
    for (const number of numbers) {
      const arc = number < 0 ? arcs[~number] : arcs[number], last = arc.length - 1;
      for (let i = ring.length ? 1 : 0; i <= last; i++) ring.push(arc[number < 0 ? last - i : i]);
    }
    return ring;
  }

  geoUrban.decode = function (page) {
    const { data } = page;
    page.arcs = data.arcs.map((arc) => places(arc, data.grid, true));
    for (const layer of data.layers) {
      layer.parts = layer.shapes.map((shape) => layer.kind === "polygon"
        ? shape.map((polygon) => polygon.map((ring) => joined(page.arcs, ring)))
        : shape.map((flat) => places(flat, data.grid, false)));
    }
  };

  // --- patterns: what tells classes apart without colours -------------------------------------------------------------

  const SPACING = 7;
  const STROKES = { hatch: [[0, 7, 7, 0]], crosshatch: [[0, 7, 7, 0], [0, 0, 7, 7]], dots: [] };

  const PALE = "#ffffff", DARK = 0.2; // luminance below which dark lines would not show

  /* What is drawn over a colour so that it shows, as WCAG weighs colours. */
  function inkOn(color) {
    const light = [1, 3, 5].map((at) => (parseInt(color.slice(at, at + 2), 16) / 255) ** 2.2);
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] < DARK ? PALE : INK;
  }

  function svgPattern(color, kind) {
    const id = "gu-pattern-" + kind + color.slice(1);
    if (!document.getElementById(id)) {
      const space = "http://www.w3.org/2000/svg";
      const make = (tag, values, home) => {
        const made = document.createElementNS(space, tag);
        for (const key in values) made.setAttribute(key, values[key]);
        home.append(made);
        return made;
      };
      const home = document.getElementById("gu-patterns") ||
        make("svg", { id: "gu-patterns", width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" }, document.body);
      const tile = make("pattern", { id: id, width: SPACING, height: SPACING, patternUnits: "userSpaceOnUse" }, home);
      make("rect", { width: SPACING, height: SPACING, fill: color }, tile);
      for (const [x1, y1, x2, y2] of STROKES[kind]) make("line", { x1, y1, x2, y2, stroke: inkOn(color), "stroke-width": 1 }, tile);
      if (kind === "dots") make("circle", { cx: 3.5, cy: 3.5, r: 1.3, fill: inkOn(color) }, tile);
    }
    return "url(#" + id + ")";
  }

  /* The pattern as a canvas paints it, over `color`; `scale` for pictures larger than the screen. */
  geoUrban.canvasPattern = function (context, kind, scale, color) {
    const by = scale || 1, ink = color ? inkOn(color) : INK, key = [kind, by, ink].join(" ");
    tiles[key] = tiles[key] || patternTile(kind, by, ink); // thousands of units ask for the same few
    return context.createPattern(tiles[key], "repeat");
  };

  const tiles = {};

  function patternTile(kind, by, ink) {
    const tile = document.createElement("canvas"), pen = tile.getContext("2d");
    tile.width = tile.height = Math.round(SPACING * by);
    pen.scale(tile.width / SPACING, tile.height / SPACING);
    pen.strokeStyle = pen.fillStyle = ink;
    for (const [x1, y1, x2, y2] of STROKES[kind]) { pen.beginPath(); pen.moveTo(x1, y1); pen.lineTo(x2, y2); pen.stroke(); }
    if (kind === "dots") { pen.beginPath(); pen.arc(3.5, 3.5, 1.3, 0, 7); pen.fill(); }
    return tile;
  }

  /* A swatch of a legend. */
  geoUrban.swatch = function (color, pattern) {
    const made = geoUrban.element("i");
    made.style.background = color;
    if (!pattern) return made;
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    const box = document.createElementNS(space, "rect");
    for (const side of ["width", "height"]) { svg.setAttribute(side, "100%"); box.setAttribute(side, "100%"); }
    box.setAttribute("fill", svgPattern(color, pattern));
    svg.append(box);
    made.append(svg);
    return made;
  };

  // Leaflet fills with one colour; these two fill with a pattern where a style names one.
  const PatternSVG = L.SVG.extend({
    _updateStyle(layer) {
      L.SVG.prototype._updateStyle.call(this, layer);
      const { pattern, fill, fillColor } = layer.options;
      if (layer._path && fill && pattern) layer._path.setAttribute("fill", svgPattern(fillColor, pattern));
    },
  });
  const PatternCanvas = L.Canvas.extend({
    _fillStroke(context, layer) {
      L.Canvas.prototype._fillStroke.call(this, context, layer);
      const { pattern, fill, fillColor, fillOpacity } = layer.options;
      if (!fill || !pattern) return;
      context.globalAlpha = fillOpacity;
      context.fillStyle = geoUrban.canvasPattern(context, pattern, 1, fillColor);
      context.fill("evenodd");
      context.globalAlpha = 1;
    },
  });

  // --- views ----------------------------------------------------------------------------------------------------------

  /* Make a view of the page on a Leaflet map: the main map, an inset, or a second map beside it. One that `follows`
     another shows the same; one `within` bounds draws only what lies there. */
  geoUrban.addView = function (page, map, { follows, within } = {}) {
    const vertices = page.arcs.reduce((sum, arc) => sum + arc.length, 0);
    const heavy = vertices > HEAVY;
    const view = { map: map, follows: follows || null, within: within || null, drawn: {}, groups: {}, way: 0 };
    view.renderer = heavy ? new PatternCanvas({ padding: 0.3 }) : new PatternSVG({ padding: 0.3 });
    page.views.push(view);
    map.createPane("gu-outlines").style.zIndex = 450;
    map.getPane("gu-outlines").style.pointerEvents = "none";
    map.createPane("gu-over").style.zIndex = 460;
    // A canvas over the map would take the pointer from the one below it; elements do not.
    view.outlineRenderer = heavy ? L.canvas({ padding: 0.3, pane: "gu-outlines" }) : L.svg({ padding: 0.3, pane: "gu-outlines" });
    view.overRenderer = new PatternSVG({ padding: 0.3, pane: "gu-over" });
    page.data.layers.filter((layer) => layer.over && layer.visible).forEach((layer) => geoUrban.switchLayer(page, layer, true, view));
    page.emit("view", view);
    return view;
  };

  /* The Leaflet group of a layer in a view, built when it is first shown. */
  function group(page, view, layer) {
    const place = page.data.layers.indexOf(layer);
    if (view.groups[place]) return view.groups[place];
    const made = (view.groups[place] = L.featureGroup());
    const drawn = (view.drawn[place] = []);
    const outline = layer.over && !layer.thematic;
    const renderer = outline ? view.outlineRenderer : layer.over ? view.overRenderer : view.renderer;
    const pane = outline ? "gu-outlines" : layer.over ? "gu-over" : "overlayPane";
    const interactive = !outline && !view.within;
    // A canvas cuts off what lies outside by itself, and faster.
    const options = { smoothFactor: 0, noClip: renderer instanceof L.Canvas, renderer: renderer, pane: pane, interactive: interactive };
    layer.parts.forEach((parts, number) => {
      if (!parts.length) return;
      const shape = layer.kind === "polygon" ? L.polygon(parts, options)
        : layer.kind === "line" ? L.polyline(parts, options) : L.circleMarker(parts[0][0], options);
      if (view.within && !view.within.intersects(shape.getBounds ? shape.getBounds() : shape.getLatLng().toBounds(1))) return;
      shape.unit = { layer: layer, number: number };
      drawn[number] = shape;
      made.addLayer(shape);
    });
    if (interactive) {
      made.on("mouseover mousemove", (event) => {
        L.DomEvent.stopPropagation(event);
        geoUrban.raise(page, view, event.layer.unit, event.latlng);
      });
      made.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        geoUrban.raise(page, view, event.layer.unit, event.latlng);
        page.emit("click", event.layer.unit);
      });
    }
    return made;
  }

  geoUrban.drawnOf = (page, view, layer) => view.drawn[page.data.layers.indexOf(layer)] || [];

  /* Show the chosen layer of a view and take away the one shown before. */
  geoUrban.showLayer = function (page, view) {
    page.data.layers.forEach((layer, place) => {
      if (!layer.over && layer !== view.layer && view.groups[place]) view.map.removeLayer(view.groups[place]);
    });
    group(page, view, view.layer).addTo(view.map);
  };

  /* Switch a layer that lies over the chosen one on or off. */
  geoUrban.switchLayer = function (page, layer, on, view) {
    for (const target of view ? [view] : page.views) {
      const made = group(page, target, layer);
      if (!on) target.map.removeLayer(made);
      else {
        made.addTo(target.map);
        styleAll(page, target, layer);
      }
    }
    layer.visible = on;
    if (!view) page.emit("layer", page.view);
  };

  // --- styles ---------------------------------------------------------------------------------------------------------

  /* How a unit is drawn in a view; a part may dim or widen it through `page.styling` (functions of style and unit). */
  geoUrban.unitStyle = function (page, view, layer, number) {
    if (!layer.thematic) return Object.assign({}, OUTLINE, { weight: page.fine ? 0.9 : 1.4 });
    const main = layer === view.layer;
    const field = main ? view.field : layer.fields[layer.indicators[0].fields[0]];
    const classes = main ? page.classes(view) : field.classifications[0];
    const color = page.color(classes, number), size = layer.size ? layer.size.of[number] : null;
    const faded = main && page.selection.size && !page.selection.has(number);
    let style;
    if (layer.kind === "line") {
      style = { color: color, weight: size || 3, opacity: faded ? FADED : 0.95, fill: false };
    } else {
      style = Object.assign({}, BORDER, {
        weight: layer.codes.length > MANY ? 0.35 : layer.kind === "point" ? 1 : 0.6,
        fill: true, fillColor: color, pattern: page.pattern(classes, number),
        fillOpacity: faded ? FADED : page.data.tiles ? THROUGH : 1, radius: size || 6,
      });
      if (layer.kind === "point") style.color = INK;
    }
    for (const change of page.styling || []) change(style, { layer: layer, number: number, field: field });
    const pinned = page.pinned && page.pinned.layer === layer && page.pinned.number === number;
    return pinned ? Object.assign(style, PINNED) : style;
  };

  function styleAll(page, view, layer) {
    geoUrban.drawnOf(page, view, layer).forEach((shape, number) => {
      shape.setStyle(geoUrban.unitStyle(page, view, layer, number));
      if (layer.kind === "point") shape.setRadius(shape.options.radius);
    });
  }

  geoUrban.restyle = function (page, view) {
    geoUrban.lower(page);
    for (const layer of page.data.layers) {
      if (layer === view.layer || (layer.over && layer.visible && layer.thematic)) styleAll(page, view, layer);
    }
    const { pinned } = page;
    const shape = pinned && geoUrban.drawnOf(page, view, pinned.layer)[pinned.number];
    if (shape && view.map.hasLayer(shape)) shape.bringToFront();
  };

  // --- the unit under the pointer ---------------------------------------------------------------------------------------

  geoUrban.showRaised = (shape, unit) => {
    shape.setStyle(unit.layer.kind === "line" ? { opacity: 1 } : RAISED).bringToFront();
  };

  geoUrban.lower = function (page) {
    if (!page.raised) return;
    const { unit, view } = page.raised;
    page.raised = null;
    const shape = geoUrban.drawnOf(page, view, unit.layer)[unit.number];
    if (shape) shape.setStyle(geoUrban.unitStyle(page, view, unit.layer, unit.number));
    page.emit("raise");
  };

  geoUrban.raise = function (page, view, unit, place) {
    const same = page.raised && page.raised.unit.layer === unit.layer && page.raised.unit.number === unit.number &&
      page.raised.view === view;
    if (!same) {
      geoUrban.lower(page);
      const shape = geoUrban.drawnOf(page, view, unit.layer)[unit.number];
      if (!shape) return;
      geoUrban.showRaised(shape, unit);
    }
    page.raised = { unit: unit, view: view, place: place };
    page.emit("raise");
  };

  // --- extent -----------------------------------------------------------------------------------------------------------

  /* The box of everything in pixels of zoom 0. Corners of the bounds do not tell on a cone, so all points are asked. */
  geoUrban.extent = (page, view) => (view.extent = view.extent || extentOf(page, view));

  function extentOf(page, view) {
    const { data } = page, { map } = view, [south, west] = data.bounds[0], [north, east] = data.bounds[1];
    const box = L.bounds([]);
    const main = data.sheet && data.sheet.inset && L.latLngBounds(data.sheet.inset.mainBounds);
    const extend = (place) => { if (!main || main.contains(place)) box.extend(map.project(place, 0)); };
    page.arcs.forEach((arc) => arc.forEach(extend));
    for (const layer of data.layers) {
      if (layer.kind !== "polygon") layer.parts.forEach((parts) => parts.forEach((part) => part.forEach(extend)));
    }
    if (!box.isValid()) [[south, west], [south, east], [north, west], [north, east]].forEach(extend);
    if (data.gridsOnly) {
      const { transformation } = map.options.crs, scale = map.options.crs.scale(0);
      for (const corner of data.rasters.flatMap((raster) => raster.box)) box.extend(transformation.transform(L.point(corner), scale));
    }
    return box;
  }

  /* Show everything as large as it fits. */
  geoUrban.fit = function (page, view) {
    const { data } = page, { map } = view, box = geoUrban.extent(page, view);
    const room = map.getSize().subtract([32, 56]), size = box.getSize();
    const scale = Math.min(room.x / Math.max(size.x, 1e-9), room.y / Math.max(size.y, 1e-9));
    map.setView(map.unproject(box.getCenter(), 0), Math.min(Math.log2(scale), data.tiles ? 18 : 14), { animate: false });
  };
})();
