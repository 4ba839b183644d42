/* The page's state and its words. Controls are parts: each file registers one with `geoUrban.part`, builds its own
   elements, listens to events, and changes the state only through the methods below. Text from data reaches the page
   through textContent only. */
(function () {
  "use strict";

  const LOCALES = { en: "en-GB", zh: "zh-CN" };
  const NO_CLASS = "-";

  const geoUrban = (window.geoUrban = { parts: [] });

  /* Register a control; `begin(page)` runs once, when the map stands. */
  geoUrban.part = (name, begin) => { geoUrban.parts.push({ name: name, begin: begin }); };

  geoUrban.read = (id) => JSON.parse(document.getElementById(id || "gu-data").textContent);

  geoUrban.element = function (tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  /* An SVG element with attributes, inside `home`. */
  geoUrban.svg = function (tag, values, home, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const key in values) made.setAttribute(key, values[key]);
    if (text !== undefined) made.textContent = text;
    if (home) home.append(made);
    return made;
  };

  /* Whether a key goes into a field where it means something of its own. */
  geoUrban.isTyping = (event) =>
    event.target instanceof Element && event.target.matches('input:not([type="checkbox"], [type="range"]), select, textarea');

  /* Events, each followed by what it means:
     "field"      another indicator, year or classification is shown in a view (value: the view)
     "layer"      another layer is shown in a view, or layers over it were switched (value: the view)
     "language"   words are to be said anew
     "view"       a map was added beside the main one, or within it (value: the view)
     "selection"  other units of the shown layer are marked
     "pin"        another unit is pinned, or none
     "raise"      the pointer is on another unit, or on none */
  class Page {
    constructor(data) {
      this.data = data;
      this.language = data.language;
      this.listeners = {};
      this.views = [];
      this.selection = new Set();
      this.pinned = null;
      this.raised = null;
      this.formats = {};
      for (const layer of data.layers) layer.thematic = layer.indicators.length > 0;
    }

    on(event, listener) { (this.listeners[event] = this.listeners[event] || []).push(listener); }
    emit(event, value) { for (const listener of this.listeners[event] || []) listener(value); }

    // --- words ------------------------------------------------------------------------------------------------------

    /* A text of the payload in the language in force. */
    t(text) { return Array.isArray(text) ? text[this.language === "zh" ? 1 : 0] : text; }

    /* A word of the page itself; {placeholders} are filled from `values`. */
    word(sentence, values) {
      const text = this.t(this.data.words[sentence] ?? sentence);
      return text.replace(/\{(\w+)\}/g, (whole, key) => (values && key in values ? values[key] : whole));
    }

    number(value, decimals) {
      const key = this.language + decimals;
      this.formats[key] = this.formats[key] || new Intl.NumberFormat(LOCALES[this.language], {
        minimumFractionDigits: decimals, maximumFractionDigits: decimals,
      });
      return this.formats[key].format(value).replace("-", "\u2212");
    }

    date(value) {
      return new Intl.DateTimeFormat(LOCALES[this.language], { dateStyle: "long" }).format(value);
    }

    unit(field) { return this.t(field.unit); }

    /* The label of a field with its unit, for headings of tables and axes. */
    heading(field) {
      const unit = this.unit(field), label = this.t(field.label);
      if (!unit) return label;
      return this.language === "zh" ? label + "（" + unit + "）" : label + " (" + unit + ")";
    }

    name(layer, number) { return this.t(layer.names[number]) || layer.codes[number]; }

    /* The bare value: a number, a text, or null. */
    value(field, number) {
      const value = field.values[number];
      if (!field.texts) return value;
      return value < 0 ? null : this.t(field.texts[value]);
    }

    /* The value as a reader sees it, without or with its unit. */
    shown(field, number, withUnit) {
      const value = this.value(field, number);
      if (value === null) return this.word("no data");
      const text = typeof value === "number" ? this.number(value, field.decimals) : value;
      const unit = withUnit ? this.unit(field) : "";
      return text + (unit === "%" ? "%" : unit ? " " + unit : "");
    }

    /* The share of settings in which a unit keeps its class, as a reader sees it. */
    firmness(field, number) {
      const share = field.firm[number];
      return share === null ? this.word("not known") : this.word("in {share} of settings", { share: this.number(share * 100, 1) + "%" });
    }

    // --- what a view shows ------------------------------------------------------------------------------------------

    /* The main view; others are an inset or a second map beside it. A view that follows another shows the same. */
    get view() { return this.views[0]; }

    /* The Leaflet shape of each unit that the main view shows, by its number. */
    get shapes() { return geoUrban.drawnOf(this, this.view, this.view.layer); }

    /* Show an indicator (its place among those of the layer) and one of its years (its place among them). */
    choose(layer, indicator, year, view) {
      const target = view || this.view, moved = target.layer !== layer;
      this.mean(target, layer, indicator, year);
      if (moved && target === this.view) this.forget();
      this.redraw(target, moved);
    }

    /* The same before anything is drawn: parts say what will be shown, and take the room that they need. */
    begin(layer, indicator, year) {
      this.mean(this.view, layer, indicator, year);
      this.emit("layer", this.view);
      this.emit("field", this.view);
    }

    mean(target, layer, indicator, year) {
      target.layer = layer;
      target.indicator = indicator;
      const entry = layer.indicators[indicator];
      target.year = Math.min(year ?? entry.fields.length - 1, entry.fields.length - 1);
      target.field = layer.fields[entry.fields[target.year]];
      target.way = Math.min(target.way || 0, target.field.classifications.length - 1);
    }

    /* Class the shown field in another of its ways. */
    classify(way, view) {
      const target = view || this.view;
      target.way = way;
      this.redraw(target, false);
    }

    redraw(view, moved) {
      for (const other of this.views) {
        if (other !== view && other.follows !== view) continue;
        if (other !== view) Object.assign(other, this.shownBy(view));
        if (moved) geoUrban.showLayer(this, other);
        geoUrban.restyle(this, other);
      }
      if (moved) this.emit("layer", view);
      this.emit("field", view);
    }

    shownBy(view) {
      return { layer: view.layer, indicator: view.indicator, year: view.year, field: view.field, way: view.way };
    }

    classes(view) {
      const target = view || this.view;
      return target.field.classifications[target.way];
    }

    /* Number of the class of a unit, or -1. */
    classOf(classes, number) {
      const sign = classes.of[number];
      return sign === NO_CLASS ? -1 : parseInt(sign, 36);
    }

    color(classes, number) {
      const found = this.classOf(classes, number);
      return found < 0 ? this.data.noData : classes.colors[found];
    }

    pattern(classes, number) {
      const found = this.classOf(classes, number);
      return found < 0 ? "" : classes.patterns[found] || "";
    }

    // --- what the reader marks --------------------------------------------------------------------------------------

    setLanguage(language) {
      this.language = language;
      this.emit("language");
    }

    /* Mark units of the shown layer; none marked means all are shown alike. */
    select(numbers) {
      this.selection = new Set(numbers);
      for (const view of this.views) geoUrban.restyle(this, view);
      this.emit("selection");
    }

    /* Keep a unit's figures in the panel; null lets it go. */
    pin(unit) {
      this.pinned = unit;
      for (const view of this.views) geoUrban.restyle(this, view);
      this.emit("pin");
    }

    forget() {
      if (this.selection.size) this.select([]);
      if (this.pinned && this.pinned.layer !== this.view.layer && !this.pinned.layer.over) this.pin(null);
    }
  }

  geoUrban.Page = Page;
})();
