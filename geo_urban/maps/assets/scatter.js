/* A chart of two fields beside the map, linked to it: what is marked, pinned or raised in one is so in the other.
   Points are on a canvas, because some pages have thousands; axes and lines are elements. */
(function () {
  "use strict";

  const { element, svg } = geoUrban;
  const MANY = 1000; // points above which they are drawn smaller
  const REACH = 12; // pixels from a point within which the pointer means it
  const CLICK = 4; // pixels that a click may slip
  const ROOM = { top: 30, right: 16, bottom: 46 };
  const FADED = 0.15;
  const TICK_EVERY = { x: 85, y: 42 }; // pixels

  /* Draw a text no wider than there is room for. */
  function fitted(text, room) {
    const length = text.getComputedTextLength();
    if (length > room) text.style.fontSize = 13 * room / length + "px";
  }

  class Chart {
    constructor(page, panel) {
      this.page = page;
      this.number = 0;
      this.corner = null;
      this.build(panel);
      this.listen();
    }

    get entry() { return this.page.data.charts[this.number]; }
    get layer() { return this.page.data.layers[this.entry.layer]; }
    get fields() { return [this.layer.fields[this.entry.x], this.layer.fields[this.entry.y]]; }
    get linked() { return this.layer === this.page.view.layer; }
    get isOpen() { return !this.home.closest(".gu-panel").hidden; }

    // --- elements -----------------------------------------------------------------------------------------------------

    build(panel) {
      const { page } = this;
      this.home = element("div", undefined, "gu-scatter-home");
      this.select = element("select");
      this.select.id = "gu-chart-shown";
      this.choice = element("label", undefined, "gu-row");
      this.choiceWord = element("span");
      this.choice.append(this.choiceWord, this.select);
      this.choice.hidden = page.data.charts.length < 2;
      this.title = element("h3");
      this.note = element("p", undefined, "gu-scatter-note");
      this.said = element("p", undefined, "gu-scatter-said");
      this.stage = element("div", undefined, "gu-scatter-stage");
      this.stage.tabIndex = 0;
      this.stage.setAttribute("role", "img");
      this.points = element("canvas");
      this.marks = element("canvas");
      this.frame = svg("svg", { "aria-hidden": "true" });
      this.lines = svg("svg", { "aria-hidden": "true" });
      this.stage.append(this.frame, this.points, this.lines, this.marks);
      const head = element("div", undefined, "gu-scatter-head");
      head.append(this.choice, this.title, this.said);
      this.home.append(head, this.stage, this.note);
      panel.append(this.home);
    }

    listen() {
      const { page, stage } = this;
      this.select.addEventListener("change", () => { this.number = Number(this.select.value); this.show(); });
      stage.addEventListener("pointermove", (event) => this.move(event));
      stage.addEventListener("pointerdown", (event) => this.press(event));
      stage.addEventListener("pointerup", (event) => this.release(event));
      stage.addEventListener("pointercancel", () => { this.corner = null; this.mark(); });
      stage.addEventListener("pointerleave", () => { if (!this.corner) geoUrban.lower(page); });
      document.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.isOpen) this.escape(event); });
      new ResizeObserver(() => { if (this.isOpen) this.draw(); }).observe(stage);
      for (const event of ["field", "layer", "selection"]) page.on(event, () => { if (this.isOpen) this.paint(); });
      for (const event of ["pin", "raise"]) page.on(event, () => { if (this.isOpen) this.mark(); });
      page.on("language", () => { if (this.isOpen) this.show(); });
    }

    /* Escape lets the rectangle go that is being drawn, else what is marked and pinned. */
    escape(event) {
      if (event.target instanceof Element && event.target.matches("input, select, textarea")) return;
      const { page } = this;
      if (this.corner) {
        this.corner = null;
        this.mark();
        return;
      }
      if (page.selection.size) page.select([]);
      if (page.pinned) page.pin(null);
    }

    // --- words --------------------------------------------------------------------------------------------------------

    show() {
      const { page, entry } = this;
      this.choiceWord.textContent = page.word("Chart");
      this.select.replaceChildren(...page.data.charts.map((chart, number) => {
        const option = element("option", page.t(chart.title));
        option.value = number;
        return option;
      }));
      this.select.value = this.number;
      this.title.textContent = page.t(entry.title);
      this.title.hidden = !this.choice.hidden;
      this.draw();
    }

    describe() {
      const { page } = this, [x, y] = this.fields, { places, axes } = this;
      const range = (field, axis) => page.word("{field} from {low} to {high}", {
        field: page.heading(field), low: page.number(axis.low, field.decimals), high: page.number(axis.high, field.decimals),
      });
      const count = page.word("{count} units", { count: page.number(places.length, 0) });
      this.stage.setAttribute("aria-label", !places.length ? page.t(this.entry.title) + ": " + page.word("no data")
        : page.word("Scatter chart: {title}. {units}; {x}; {y}. The table lists the figures.", {
          title: page.t(this.entry.title), units: count, x: range(x, axes[0]), y: range(y, axes[1]),
        }));
      const absent = this.layer.codes.length - places.length;
      this.note.textContent = [
        page.word("Drag to mark units, click to pin one, Escape lets go."),
        absent ? this.entry.xLog || this.entry.yLog
          ? page.word("Not drawn: {count} without a figure, or not above zero on a logarithmic axis.", { count: page.number(absent, 0) })
          : page.word("Not drawn: {count} without a figure.", { count: page.number(absent, 0) }) : "",
      ].filter(Boolean).join(" ");
    }

    // --- drawing ------------------------------------------------------------------------------------------------------

    /* Place everything anew: another chart, another size, other words. */
    draw() {
      const { entry, page } = this, [x, y] = this.fields;
      this.width = this.stage.clientWidth;
      this.height = this.stage.clientHeight;
      if (!this.width || !this.height) return;
      const known = this.layer.codes.map((_, number) => number).filter((number) => {
        const [a, b] = [x.values[number], y.values[number]];
        return a !== null && b !== null && (!entry.xLog || a > 0) && (!entry.yLog || b > 0);
      });
      const also = (axis) => entry.crossing && (!entry[axis ? "yLog" : "xLog"] || entry.crossing[axis] > 0) ? [entry.crossing[axis]] : [];
      const values = [x, y].map((field, axis) => known.map((number) => field.values[number]).concat(also(axis)));
      const made = (start) => [
        geoUrban.axis(values[0], { log: entry.xLog, start: start, end: this.width - ROOM.right, most: (this.width - start) / TICK_EVERY.x }),
        geoUrban.axis(values[1], { log: entry.yLog, start: this.height - ROOM.bottom, end: ROOM.top, most: (this.height - ROOM.bottom) / TICK_EVERY.y }),
      ];
      this.axes = made(60);
      // Room for the longest number of the upright axis.
      const longest = Math.max(...this.axes[1].ticks.map((tick) => page.number(tick, this.axes[1].decimals(tick)).length), 1);
      this.start = 14 + 7 * longest;
      this.axes = made(this.start);
      this.places = known.map((number) => [number, this.axes[0].at(x.values[number]), this.axes[1].at(y.values[number])]);
      this.where = new Map(this.places.map((place) => [place[0], place]));
      for (const canvas of [this.points, this.marks]) {
        const by = window.devicePixelRatio || 1;
        canvas.width = Math.round(this.width * by);
        canvas.height = Math.round(this.height * by);
        canvas.getContext("2d").setTransform(by, 0, 0, by, 0, 0);
      }
      this.drawFrame();
      this.describe();
      this.paint();
    }

    drawFrame() {
      const { frame, page, entry, start, width, height } = this, [x, y] = this.axes;
      const [left, right, top, bottom] = [start, width - ROOM.right, ROOM.top, height - ROOM.bottom];
      for (const home of [frame, this.lines]) {
        home.setAttribute("viewBox", "0 0 " + width + " " + height);
        home.replaceChildren();
      }
      const clip = svg("clipPath", { id: "gu-scatter-inside" }, this.lines);
      svg("rect", { x: left, y: top, width: right - left, height: bottom - top }, clip);
      for (const tick of x.ticks) {
        svg("line", { x1: x.at(tick), x2: x.at(tick), y1: top, y2: bottom, class: "gu-grid" }, frame);
        const label = svg("text", { x: x.at(tick), y: bottom + 16, "text-anchor": "middle" }, frame, page.number(tick, x.decimals(tick)));
        label.setAttribute("x", Math.min(x.at(tick), width - label.getComputedTextLength() / 2));
      }
      for (const tick of y.ticks) {
        svg("line", { x1: left, x2: right, y1: y.at(tick), y2: y.at(tick), class: "gu-grid" }, frame);
        svg("text", { x: left - 6, y: y.at(tick) + 4, "text-anchor": "end" }, frame, page.number(tick, y.decimals(tick)));
      }
      svg("path", { d: "M" + left + " " + top + "V" + bottom + "H" + right, class: "gu-axis" }, frame);
      const heading = (field, log) => page.heading(field) + (log ? page.word(", logarithmic") : "");
      const [across, up] = this.fields;
      // The upright axis has its heading above it, where it can be read without turning the head.
      fitted(svg("text", { x: right, y: height - 8, "text-anchor": "end", class: "gu-x" }, frame, heading(across, entry.xLog)), width - 8);
      fitted(svg("text", { x: 4, y: 16, class: "gu-y" }, frame, heading(up, entry.yLog)), width - 8);
      const inside = svg("g", { "clip-path": "url(#gu-scatter-inside)" }, this.lines);
      for (const [x0, y0, x1, y1] of entry.lines) {
        svg("line", { x1: x.at(x0), y1: y.at(y0), x2: x.at(x1), y2: y.at(y1), class: "gu-fit" }, inside);
      }
      if (entry.crossing) {
        const [cx, cy] = entry.crossing;
        if (!x.log || cx > 0) svg("line", { x1: x.at(cx), x2: x.at(cx), y1: top, y2: bottom, class: "gu-crossing" }, inside);
        if (!y.log || cy > 0) svg("line", { x1: left, x2: right, y1: y.at(cy), y2: y.at(cy), class: "gu-crossing" }, inside);
      }
    }

    /* The classes that colour the points: those on the map, or the first ones of a layer that is not shown. */
    get classes() {
      if (this.linked) return this.page.classes();
      const first = this.layer.indicators[0];
      return first ? this.layer.fields[first.fields[0]].classifications[0] : null;
    }

    get radius() { return this.places.length > MANY ? 2.6 : 4; }

    paint() {
      if (!this.places) return;
      const { page, classes, linked } = this, pen = this.points.getContext("2d"), marked = linked ? page.selection : new Set();
      pen.clearRect(0, 0, this.width, this.height);
      const groups = new Map();
      // Marked units are drawn last, over the faded ones.
      for (const place of this.places) {
        const on = !marked.size || marked.has(place[0]);
        const key = (on ? "1" : "0") + (classes ? page.color(classes, place[0]) : page.data.noData);
        if (!groups.has(key)) groups.set(key, []);
        groups.get(key).push(place);
      }
      for (const key of [...groups.keys()].sort((a, b) => a[0] - b[0])) {
        pen.globalAlpha = key[0] === "1" ? 1 : FADED;
        pen.fillStyle = key.slice(1);
        pen.strokeStyle = "#52606d";
        pen.lineWidth = 0.7;
        pen.beginPath();
        for (const [, x, y] of groups.get(key)) {
          pen.moveTo(x + this.radius, y);
          pen.arc(x, y, this.radius, 0, 2 * Math.PI);
        }
        pen.fill();
        pen.stroke();
      }
      pen.globalAlpha = 1;
      this.mark();
    }

    /* What the pointer raised and what is pinned, and the rectangle that is being drawn. */
    mark() {
      if (!this.places) return;
      const { page } = this, pen = this.marks.getContext("2d");
      pen.clearRect(0, 0, this.width, this.height);
      const ring = (unit, color) => {
        const place = unit && unit.layer === this.layer && this.where.get(unit.number);
        if (!place) return;
        pen.strokeStyle = color;
        pen.lineWidth = 2.5;
        pen.beginPath();
        pen.arc(place[1], place[2], this.radius + 3, 0, 2 * Math.PI);
        pen.stroke();
      };
      ring(page.pinned, "#0b5fff");
      ring(page.raised && page.raised.unit, "#000000");
      const unit = page.raised ? page.raised.unit : page.pinned;
      const [x, y] = this.fields;
      this.said.textContent = unit && unit.layer === this.layer ? [
        page.name(this.layer, unit.number), ...[x, y].map((field) => page.t(field.label) + " " + page.shown(field, unit.number, true)),
      ].join(" · ") : "";
      if (!this.corner || !this.corner.to) return;
      const { left, top, right, bottom } = this.rectangle();
      pen.fillStyle = "rgba(11, 95, 255, .12)";
      pen.strokeStyle = "#0b5fff";
      pen.lineWidth = 1.5;
      pen.fillRect(left, top, right - left, bottom - top);
      pen.strokeRect(left, top, right - left, bottom - top);
    }

    // --- the pointer ----------------------------------------------------------------------------------------------------

    place(event) {
      const box = this.stage.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    }

    /* The unit whose point is nearest to a place, or undefined. */
    nearest([x, y]) {
      let found, least = REACH ** 2;
      for (const [number, px, py] of this.places) {
        const far = (px - x) ** 2 + (py - y) ** 2;
        if (far < least) [found, least] = [number, far];
      }
      return found;
    }

    rectangle() {
      const { from, to } = this.corner;
      return { left: Math.min(from[0], to[0]), right: Math.max(from[0], to[0]), top: Math.min(from[1], to[1]), bottom: Math.max(from[1], to[1]) };
    }

    move(event) {
      if (!this.places) return;
      const at = this.place(event);
      if (this.corner) {
        const [dx, dy] = [at[0] - this.corner.from[0], at[1] - this.corner.from[1]];
        if (this.corner.to || Math.hypot(dx, dy) > CLICK) {
          this.corner.to = at;
          this.mark();
        }
        return;
      }
      const number = this.nearest(at), { page } = this;
      if (number === undefined) { geoUrban.lower(page); return; }
      const shape = geoUrban.drawnOf(page, page.view, this.layer)[number];
      if (!shape || !page.view.map.hasLayer(shape)) return;
      const middle = shape.getBounds ? shape.getBounds().getCenter() : shape.getLatLng();
      geoUrban.raise(page, page.view, { layer: this.layer, number: number }, middle);
    }

    press(event) {
      if (event.button || !this.places) return;
      geoUrban.lower(this.page);
      this.corner = { from: this.place(event), to: null };
      this.stage.setPointerCapture(event.pointerId);
    }

    release(event) {
      if (!this.corner) return;
      const { page } = this, drawn = this.corner.to ? this.rectangle() : null;
      this.corner = null;
      if (!this.linked && !this.layer.over && this.layer.thematic) page.choose(this.layer, 0);
      if (!drawn) {
        const number = this.nearest(this.place(event));
        if (number !== undefined) page.pin({ layer: this.layer, number: number });
        else if (page.selection.size) page.select([]);
      } else if (this.linked) {
        const { left, top, right, bottom } = drawn;
        page.select(this.places.filter(([, x, y]) => x >= left && x <= right && y >= top && y <= bottom).map(([number]) => number));
      }
      this.mark();
    }
  }

  geoUrban.part("scatter", (page) => {
    if (!page.data.charts.length) return;
    let chart = null;
    page.chartTab = geoUrban.addTab(page, {
      id: "gu-scatter", word: () => page.word("Chart"),
      show: (panel) => {
        chart = chart || (page.chart = new Chart(page, panel));
        chart.show();
      },
    });
  });
})();
