/* Measure on the map: click places, read the length of the way through them and, when it is closed, the area inside.
   With the keyboard: arrows move the map under the cross in its middle, Enter sets a place, Escape ends. */
(function () {
  "use strict";

  const { element } = geoUrban;
  const LINE = { color: "#b3005e", weight: 3, opacity: 1, fill: false, interactive: false };
  const NEAR = 14; // pixels from the first place that close the ring
  const STEPS = 48;
  const HECTARE = 1e4, SQUARE_KM = 1e6;

  function length(page, metres) {
    if (metres < 1e4) return page.word("{value} m", { value: page.number(metres, 0) });
    return page.word("{value} km", { value: page.number(metres / 1000, metres < 1e6 ? 1 : 0) });
  }

  function area(page, square) {
    if (square < SQUARE_KM) return page.word("{value} ha", { value: page.number(square / HECTARE, 1) });
    return page.word("{value} km²", { value: page.number(square / SQUARE_KM, square < 1e8 ? 2 : square < 1e9 ? 1 : 0) });
  }

  class Measure {
    constructor(page, box) {
      this.page = page;
      this.map = page.view.map;
      this.box = box;
      this.on = false;
      this.clear();
      const pane = this.map.createPane("gu-measure");
      pane.style.zIndex = 640;
      pane.style.pointerEvents = "none";
      const renderer = L.svg({ padding: 0.3, pane: "gu-measure" });
      // A pale line under the other, so that it shows on every colour.
      this.casing = L.polyline([], Object.assign({ renderer, pane: "gu-measure" }, LINE, { color: "#ffffff", weight: 7, opacity: 0.85 }));
      this.lines = L.polyline([], Object.assign({ renderer, pane: "gu-measure" }, LINE));
      this.fill = L.polygon([], Object.assign({ renderer, pane: "gu-measure" }, LINE, { stroke: false, fill: true, fillOpacity: 0.15 }));
      this.lead = L.polyline([], Object.assign({ renderer, pane: "gu-measure" }, LINE, { weight: 2, dashArray: "4 5" }));
      this.marks = L.layerGroup();
      this.renderer = renderer;
      this.map.on("click", (event) => { if (this.on) this.add(event.latlng); });
      this.map.on("dblclick", () => { if (this.on) this.finish(); });
      this.map.on("mousemove", (event) => { if (this.on) this.follow(event.latlng); });
      this.map.getContainer().addEventListener("keydown", (event) => this.key(event), true);
    }

    clear() {
      this.places = [];
      this.closed = false;
      this.done = false;
    }

    switch(on) {
      this.on = on;
      const container = this.map.getContainer();
      container.classList.toggle("gu-measuring", on);
      for (const drawn of [this.fill, this.casing, this.lines, this.lead, this.marks]) {
        if (on) drawn.addTo(this.map);
        else drawn.remove();
      }
      if (on) {
        this.zoomed = this.map.doubleClickZoom.enabled();
        this.map.doubleClickZoom.disable();
        geoUrban.lower(this.page);
      } else if (this.zoomed) this.map.doubleClickZoom.enable();
      this.clear();
      this.show();
    }

    /* Set one more place; one on the first closes the ring, and one after the end begins anew. */
    add(place) {
      const at = (other) => this.map.latLngToContainerPoint(other);
      if (this.done) this.clear();
      const last = this.places[this.places.length - 1];
      if (last && at(last).distanceTo(at(place)) < 3) return; // the second click of a double one
      if (this.places.length > 2 && at(this.places[0]).distanceTo(at(place)) < NEAR) this.close();
      else this.places.push(place);
      this.show();
    }

    close() {
      if (this.places.length < 3) return;
      this.closed = this.done = true;
      this.show();
    }

    finish() {
      this.done = this.places.length > 1;
      this.show();
    }

    undo() {
      if (this.closed) this.closed = false;
      else this.places.pop();
      this.done = false;
      this.show();
    }

    follow(place) {
      const last = this.places[this.places.length - 1];
      this.lead.setLatLngs(last && !this.done ? geoUrban.between(last, place, STEPS) : []);
      if (last && !this.done) this.say(geoUrban.distance(last, place));
    }

    key(event) {
      if (!this.on || event.target !== this.map.getContainer()) return;
      if (event.key === "Enter" || event.key === " ") this.add(this.map.getCenter());
      else if (event.key === "Backspace") this.undo();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    /* The pairs of places that the way leads through. */
    get ways() {
      const ring = this.closed ? this.places.concat([this.places[0]]) : this.places;
      return ring.slice(1).map((place, number) => [ring[number], place]);
    }

    get metres() { return this.ways.reduce((sum, [a, b]) => sum + geoUrban.distance(a, b), 0); }

    get square() { return this.closed ? geoUrban.areaInside(this.places) : null; }

    show() {
      const drawn = this.ways.map(([a, b]) => geoUrban.between(a, b, STEPS));
      this.casing.setLatLngs(drawn);
      this.lines.setLatLngs(drawn);
      this.fill.setLatLngs(this.closed ? drawn.flat() : []);
      this.lead.setLatLngs([]);
      this.marks.clearLayers();
      for (const place of this.places) {
        L.circleMarker(place, { renderer: this.renderer, pane: "gu-measure", radius: 5, color: LINE.color, weight: 2,
          fillColor: "#ffffff", fillOpacity: 1, interactive: false }).addTo(this.marks);
      }
      this.say(0);
    }

    say(more) {
      const { page, box } = this;
      box.root.hidden = !this.on;
      if (!this.on) return;
      const few = this.places.length < 2 && !more;
      box.hint.hidden = this.places.length > 1;
      box.hint.textContent = page.word("Click places on the map; with the keyboard, arrows move the map and Enter sets a place at the cross.");
      box.length.textContent = few ? "" : page.word("Length: {length}", { length: length(page, this.metres + more) });
      box.area.textContent = this.closed ? page.word("Area inside: {area}", { area: area(page, this.square) }) : "";
      box.how.hidden = few;
      box.how.textContent = page.word("On the ellipsoid of WGS 84, whatever the projection of the map.");
      box.close.textContent = page.word("Close the ring");
      box.undo.textContent = page.word("Take back");
      box.end.textContent = page.word("End");
      box.close.disabled = this.closed || this.places.length < 3;
      box.undo.disabled = !this.places.length;
    }
  }

  function makeBox(page) {
    const made = { root: element("div", undefined, "gu-measured"), hint: element("p"), length: element("p", undefined, "gu-length"),
      area: element("p", undefined, "gu-length"), how: element("p", undefined, "gu-how") };
    const said = element("div"), buttons = element("div", undefined, "gu-row");
    said.setAttribute("role", "status");
    said.append(made.length, made.area);
    for (const name of ["close", "undo", "end"]) {
      made[name] = element("button", undefined, "gu-tool");
      made[name].type = "button";
      buttons.append(made[name]);
    }
    made.root.id = "gu-measured";
    made.root.hidden = true;
    made.root.append(made.hint, said, made.how, buttons);
    document.getElementById("gu-views").after(made.root);
    return made;
  }

  geoUrban.part("measure", (page) => {
    const box = makeBox(page), measure = (page.measure = new Measure(page, box));
    const tool = geoUrban.addTool(page, {
      id: "gu-measure", word: () => page.word("Ruler"), toggles: true,
      press: (on) => { measure.switch(on); page.views.forEach((view) => view.map.invalidateSize()); },
    });
    const explain = () => { tool.title = page.word("Measure length and area"); };
    explain();
    const end = () => {
      tool.click();
      tool.focus();
    };
    box.close.addEventListener("click", () => measure.close());
    box.undo.addEventListener("click", () => measure.undo());
    box.end.addEventListener("click", end);
    // Escape first ends the way that is being measured, then the tool.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !measure.on) return;
      if (measure.done || measure.places.length < 2) end();
      else measure.finish();
      event.stopPropagation();
    }, true);
    page.on("language", () => { explain(); measure.say(0); });
  });
})();
