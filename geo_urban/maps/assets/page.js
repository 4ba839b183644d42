/* Draws the presentation that the page carries: geometry once, indicators switched by restyling it.
   Text from data reaches the page through textContent only. */
(function () {
  "use strict";

  const EARTH_RADIUS_M = 6371007.2; // sphere with the Earth's area
  const MISSING = -1;
  const MANY = 1000; // units above which borders are drawn finer
  const OUTLINE = { color: "#1f2933", opacity: 0.9, fill: false };
  const BORDER = { color: "#52606d", opacity: 0.7 };
  const RAISED = { color: "#000000", weight: 2.2, opacity: 1 };

  // --- geometry ---------------------------------------------------------------------------------------------------

  function places(flat, grid, steps) {
    const found = [];
    let x = 0, y = 0;
    for (let i = 0; i < flat.length; i += 2) {
      x = steps ? x + flat[i] : flat[i];
      y = steps ? y + flat[i + 1] : flat[i + 1];
      found.push([y / grid, x / grid]);
    }
    return found;
  }

  function joined(arcs, numbers) {
    let ring = [];
    for (const number of numbers) {
      const arc = number < 0 ? arcs[~number].slice().reverse() : arcs[number];
      ring = ring.concat(ring.length ? arc.slice(1) : arc);
    }
    return ring;
  }

  function unitShape(layer, shape, arcs, grid, options) {
    if (layer.kind === "polygon") {
      return L.polygon(shape.map((polygon) => polygon.map((ring) => joined(arcs, ring))), options);
    }
    const parts = shape.map((flat) => places(flat, grid, false));
    return layer.kind === "line" ? L.polyline(parts, options) : L.circleMarker(parts[0][0], options);
  }

  /* Albers equal-area conic: a county looks as large as it is, wherever it lies. Web Mercator would draw the north of
     China almost twice too large. The scale of zoom levels is that of Web Mercator. */
  function equalArea(at) {
    const rad = Math.PI / 180;
    const sin1 = Math.sin(at.south * rad), sin2 = Math.sin(at.north * rad);
    const n = (sin1 + sin2) / 2;
    const c = Math.cos(at.south * rad) ** 2 + 2 * n * sin1;
    const rho = (sine) => Math.sqrt(Math.max(0, c - 2 * n * sine)) / n;
    const rho0 = rho(Math.sin(at.latitude * rad));
    const projection = {
      bounds: L.bounds([-2e7, -2e7], [2e7, 2e7]),
      project(place) {
        const r = rho(Math.sin(place.lat * rad)), theta = n * (place.lng - at.longitude) * rad;
        return new L.Point(EARTH_RADIUS_M * r * Math.sin(theta), EARTH_RADIUS_M * (rho0 - r * Math.cos(theta)));
      },
      unproject(point) {
        const x = point.x / EARTH_RADIUS_M, y = rho0 - point.y / EARTH_RADIUS_M, sign = Math.sign(n);
        const r = sign * Math.hypot(x, y), theta = Math.atan2(sign * x, sign * y);
        const sine = Math.max(-1, Math.min(1, (c - (r * n) ** 2) / (2 * n)));
        return new L.LatLng(Math.asin(sine) / rad, at.longitude + theta / n / rad);
      },
    };
    const scale = 0.5 / (Math.PI * EARTH_RADIUS_M);
    return L.extend({}, L.CRS.Earth, {
      code: "geo-urban-equal-area",
      projection: projection,
      transformation: new L.Transformation(scale, 0.5, -scale, 0.5),
      wrapLng: undefined,
    });
  }

  // --- words and numbers ------------------------------------------------------------------------------------------

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function formatter(locale) {
    const known = {};
    return function (value, decimals) {
      if (typeof value !== "number") return value;
      known[decimals] = known[decimals] || new Intl.NumberFormat(locale, {
        minimumFractionDigits: decimals, maximumFractionDigits: decimals,
      });
      return known[decimals].format(value).replace("-", "\u2212");
    };
  }

  function tooltip(page, unit) {
    const { layer, number } = unit, content = element("div");
    const head = element("strong", layer.names[number] || layer.codes[number]);
    if (head.textContent !== layer.codes[number]) head.append(" ", element("small", layer.codes[number]));
    const table = element("table");
    for (const field of layer.fields) {
      const row = element("tr", undefined, field === page.field ? "gu-active" : "");
      const value = field.values[number];
      const unitText = field.unit && value !== null ? (field.unit === "%" ? "%" : " " + field.unit) : "";
      row.append(element("th", field.label));
      row.append(element("td", value === null ? page.data.words["no data"] : page.format(value, field.decimals) + unitText));
      table.append(row);
    }
    content.append(head, table);
    return content;
  }

  // --- legend -----------------------------------------------------------------------------------------------------

  function showLegend(page) {
    const { field, data } = page, classes = field.classes, list = document.getElementById("gu-classes");
    document.getElementById("gu-heading").textContent = field.label;
    document.getElementById("gu-unit").textContent =
      [field.unit, data.words["{count} units"].replace("{count}", page.format(field.values.length, 0))]
        .filter(Boolean).join(" · ");
    document.getElementById("gu-modelled").hidden = !field.modelled;
    list.replaceChildren();
    const rows = classes.labels.map((label, i) => [classes.colors[i], label, classes.counts[i]]);
    if (classes.missing) rows.push([data.noData, data.words["no data"], classes.missing]);
    for (const [color, label, count] of rows) {
      const row = element("li"), swatch = element("i");
      swatch.style.background = color;
      row.append(swatch, element("span", label), element("b", page.format(count, 0)));
      list.append(row);
    }
  }

  // --- the map ----------------------------------------------------------------------------------------------------

  function fill(page, number) {
    const found = page.field.classOf[number];
    return found === MISSING ? page.data.noData : page.field.classes.colors[found];
  }

  function unitStyle(page, unit) {
    const color = fill(page, unit.number);
    if (unit.layer.kind === "line") return { color: color, weight: 3, opacity: 1 };
    const weight = unit.layer.codes.length > MANY ? 0.35 : 0.6;
    return Object.assign({}, BORDER, { weight: weight, fill: true, fillColor: color, fillOpacity: 1, radius: 6 });
  }

  function buildGroup(page, layer, options) {
    const group = L.featureGroup(), { data } = page;
    layer.shapes.forEach((shape, number) => {
      if (!shape.length) return;
      const drawn = unitShape(layer, shape, page.arcs, data.grid, options);
      drawn.unit = { layer: layer, number: number, drawn: drawn };
      layer.drawn[number] = drawn;
      group.addLayer(drawn);
    });
    return group;
  }

  function lower(page) {
    if (!page.raised) return;
    page.raised.drawn.setStyle(unitStyle(page, page.raised));
    page.raised = null;
    page.tip.hidden = true;
  }

  /* Put the tip beside the place, on the side where there is room, and always inside the map. */
  function placeTip(page) {
    const { tip, map } = page, at = map.latLngToContainerPoint(page.raisedAt), room = map.getSize(), gap = 14;
    const beside = (middle, length, size) => {
      const there = middle + gap + length + 4 <= size ? middle + gap : middle - gap - length;
      return Math.max(4, Math.min(there, size - length - 4));
    };
    tip.style.left = beside(at.x, tip.offsetWidth, room.x) + "px";
    tip.style.top = beside(at.y, tip.offsetHeight, room.y) + "px";
  }

  function raise(page, unit, place) {
    if (page.raised !== unit) {
      lower(page);
      page.raised = unit;
      unit.drawn.setStyle(RAISED).bringToFront();
      page.tip.replaceChildren(tooltip(page, unit));
      page.tip.hidden = false;
    }
    page.raisedAt = place;
    placeTip(page);
  }

  function unitsGroup(page, layer) {
    if (layer.group) return layer.group;
    layer.group = buildGroup(page, layer, { smoothFactor: 0, renderer: page.renderer });
    layer.group.on("mouseover mousemove click", (event) => {
      L.DomEvent.stopPropagation(event);
      raise(page, event.layer.unit, event.latlng);
    });
    return layer.group;
  }

  function show(page, layerNumber, fieldNumber) {
    const layer = page.data.layers[layerNumber];
    lower(page);
    if (page.layer && page.layer !== layer) page.map.removeLayer(page.layer.group);
    page.layer = layer;
    page.field = layer.fields[fieldNumber];
    const group = unitsGroup(page, layer);
    group.eachLayer((drawn) => drawn.setStyle(unitStyle(page, drawn.unit)));
    if (!page.map.hasLayer(group)) {
      group.addTo(page.map);
      listPlaces(layer);
    }
    showLegend(page);
  }

  function addOutlines(page) {
    page.map.createPane("gu-outlines").style.zIndex = 450;
    page.map.getPane("gu-outlines").style.pointerEvents = "none";
    const weight = page.data.layers.some((layer) => layer.codes.length > MANY) ? 0.9 : 1.4;
    for (const layer of page.data.layers) {
      if (layer.fields.some((field) => field.classes)) continue;
      const place = { pane: "gu-outlines", interactive: false, smoothFactor: 0, weight: weight };
      const options = Object.assign(place, OUTLINE);
      buildGroup(page, layer, options).addTo(page.map);
    }
  }

  // --- controls ---------------------------------------------------------------------------------------------------

  function fillSelector(page) {
    const select = document.getElementById("gu-shown");
    const mapped = page.data.layers.filter((layer) => layer.fields.some((field) => field.classes));
    page.data.layers.forEach((layer, layerNumber) => {
      if (!mapped.includes(layer)) return;
      const home = mapped.length > 1 ? element("optgroup") : select;
      if (home !== select) {
        home.label = layer.title;
        select.append(home);
      }
      layer.fields.forEach((field, fieldNumber) => {
        if (!field.classes) return;
        const option = element("option", field.label);
        option.value = layerNumber + "/" + fieldNumber;
        home.append(option);
      });
    });
    const change = () => show(page, ...select.value.split("/").map(Number));
    select.addEventListener("change", change);
    change();
  }

  function listPlaces(layer) {
    const list = document.getElementById("gu-places");
    list.replaceChildren();
    layer.names.forEach((name, number) => {
      const option = element("option");
      option.value = name === layer.codes[number] ? name : (name + " " + layer.codes[number]).trim();
      list.append(option);
    });
  }

  function find(page, text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return;
    const { names, codes, drawn } = page.layer;
    const whole = (i) => (names[i] + " " + codes[i]).toLowerCase();
    const all = codes.map((_, i) => i).filter((i) => drawn[i]);
    const number = all.find((i) => whole(i) === wanted || codes[i].toLowerCase() === wanted) ??
      all.find((i) => names[i].toLowerCase() === wanted) ?? all.find((i) => whole(i).includes(wanted));
    if (number === undefined) return;
    const shape = drawn[number], bounds = shape.getBounds ? shape.getBounds() : shape.getLatLng().toBounds(2e4);
    page.untouched = false;
    page.map.fitBounds(bounds, { maxZoom: 8, padding: [40, 40], animate: false });
    raise(page, shape.unit, shape.getCenter ? shape.getCenter() : bounds.getCenter());
  }

  /* Show everything as large as it fits. The corners of the bounds do not tell on a cone, so all points are asked. */
  function fit(page) {
    const { map, data } = page, [south, west] = data.bounds[0], [north, east] = data.bounds[1];
    const box = L.bounds([]);
    const extend = (place) => box.extend(map.project(place, 0));
    page.arcs.forEach((arc) => arc.forEach(extend));
    if (!page.arcs.length) [[south, west], [south, east], [north, west], [north, east]].forEach(extend);
    const room = map.getSize().subtract([32, 56]), size = box.getSize();
    const scale = Math.min(room.x / Math.max(size.x, 1e-9), room.y / Math.max(size.y, 1e-9));
    map.setView(map.unproject(box.getCenter(), 0), Math.min(Math.log2(scale), data.tiles ? 18 : 14), { animate: false });
  }

  function start(map, data) {
    const vertices = data.arcs.reduce((sum, arc) => sum + arc.length / 2, 0);
    const page = { map: map, data: data, format: formatter(data.locale), raised: null, layer: null, field: null };
    page.arcs = data.arcs.map((arc) => places(arc, data.grid, true));
    page.renderer = vertices > 60000 ? L.canvas({ padding: 0.3 }) : L.svg({ padding: 0.3 });
    page.tip = document.getElementById("gu-tip");
    map.getContainer().append(page.tip);
    // A turned phone or a larger window shows everything again, unless the reader has gone somewhere.
    page.untouched = true;
    for (const kind of ["wheel", "pointerdown", "keydown"]) {
      map.getContainer().addEventListener(kind, () => { page.untouched = false; }, { passive: true });
    }
    map.on("resize", () => { if (page.untouched) fit(page); });
    map.on("move", () => { if (page.raised) placeTip(page); });
    data.layers.forEach((layer) => { layer.drawn = []; });
    L.control.zoom({ zoomInTitle: data.words["Zoom in"], zoomOutTitle: data.words["Zoom out"] }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    fit(page);
    // Raising a unit moves its element, and browsers then lose its "mouseout"; the map's own moves are reliable.
    map.on("click mousemove mouseout", () => lower(page));
    addOutlines(page);
    fillSelector(page);
    const box = document.getElementById("gu-find");
    box.addEventListener("change", () => find(page, box.value));
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") { box.value = ""; lower(page); } });
    geoUrban.page = page;
  }

  function options(data) {
    return {
      crs: data.equalArea && !data.tiles ? equalArea(data.equalArea) : L.CRS.EPSG3857,
      center: [0, 0], zoom: 3, zoomControl: false, zoomSnap: 0, attributionControl: Boolean(data.tiles),
    };
  }

  function read() {
    return JSON.parse(document.getElementById("gu-data").textContent);
  }

  const geoUrban = (window.geoUrban = { options: options, read: read, start: start });
})();
