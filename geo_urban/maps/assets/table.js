/* The shown layer as a table: sorted by any column, linked with the map, and taken away as CSV. Only the rows in sight
   are elements, so that thousands of units open at once. */
(function () {
  "use strict";

  const { element } = geoUrban;
  const SPARE = 12; // rows kept above and below those in sight
  const WIDEST = 24; // of a column of texts, in characters
  const HEAD_WIDEST = 16;
  const ROW = 30; // height of a row before one is measured [pixels]
  const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

  // --- columns ----------------------------------------------------------------------------------------------------------

  /* Columns of a layer. `raw` is what a file holds, `shown` what a reader sees, `key` what is sorted by. */
  function columns(page, layer) {
    const code = (number) => layer.codes[number], name = (number) => page.name(layer, number);
    const made = [
      { head: page.word("Name"), raw: name, shown: name, key: name, text: true },
      { head: page.word("Code"), raw: code, shown: code, key: code, text: true },
    ];
    for (const field of layer.fields) {
      const value = (number) => page.value(field, number), ranked = field.texts && field.classifications;
      const classOf = (number) => {
        const found = page.classOf(field.classifications[0], number);
        return found < 0 ? null : found;
      };
      made.push({
        head: page.heading(field), raw: value, shown: (number) => page.shown(field, number),
        key: ranked ? classOf : value, text: Boolean(field.texts), ranked: Boolean(ranked), field: field,
      });
      if (field.firm) {
        made.push({
          head: page.word("How firm: {label}", { label: page.t(field.label) }),
          filed: page.word("How firm: {label} (0–1)", { label: page.t(field.label) }),
          raw: (number) => field.firm[number], key: (number) => field.firm[number], text: false, field: null,
          shown: (number) => (field.firm[number] === null ? page.word("not known") : page.number(field.firm[number] * 100, 1) + "%"),
        });
      }
    }
    return made;
  }

  // A Chinese sign is as wide as two letters.
  const wide = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);

  function width(page, layer, column) {
    const numbers = layer.codes.map((_, number) => number);
    const head = Math.min(wide(column.head) + 3, HEAD_WIDEST);
    if (column.text) {
      const texts = column.field ? column.field.texts.map((text) => page.t(text)) : numbers.map(column.raw);
      return Math.max(head, Math.min(WIDEST, texts.reduce((most, text) => Math.max(most, wide(text)), 0) + 3));
    }
    // The longest number is the greatest or the least.
    const known = numbers.filter((number) => column.raw(number) !== null);
    const ends = known.reduce(([low, high], number) => [
      column.raw(number) < column.raw(low) ? number : low, column.raw(number) > column.raw(high) ? number : high,
    ], [known[0], known[0]]);
    const texts = known.length ? ends.map(column.shown) : [];
    return Math.max(head, ...[...texts, page.word("no data")].map((text) => wide(text) + 3));
  }

  // --- order ------------------------------------------------------------------------------------------------------------

  /* Numbers of the units to show, sorted; units without a value come last either way, ties in the order of codes. */
  function sorted(page, layer, column, descending) {
    const marked = page.selection.size && layer === page.view.layer;
    const numbers = layer.codes.map((_, number) => number).filter((number) => !marked || page.selection.has(number));
    if (!column) return numbers;
    const { compare } = new Intl.Collator(page.language === "zh" ? "zh-CN" : "en", { numeric: true });
    const keys = new Map(numbers.map((number) => [number, column.key(number)]));
    const turn = descending ? -1 : 1, words = column.text && !column.ranked;
    return numbers.sort((one, other) => {
      const a = keys.get(one), b = keys.get(other);
      if (a === null || b === null) return (a === null) - (b === null) || one - other;
      return turn * (words ? compare(a, b) : a - b) || one - other;
    });
  }

  // --- the file ---------------------------------------------------------------------------------------------------------

  /* A cell of a CSV file (RFC 4180). A spreadsheet would run a text that starts as a formula does. */
  function cell(value) {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    const text = FORMULA.test(value) ? "'" + value : value;
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  geoUrban.csv = function (heads, rows) {
    return "\ufeff" + [heads, ...rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
  };

  /* Hand a file to the reader. */
  geoUrban.download = function (name, blob) {
    const link = element("a"), address = URL.createObjectURL(blob);
    link.href = address;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  // --- the table --------------------------------------------------------------------------------------------------------

  class Table {
    constructor(page, panel) {
      this.page = page;
      this.sort = { place: -1, descending: false };
      this.active = 0; // place in the order of the row that the keyboard is on
      this.rowHeight = ROW;
      this.count = element("p");
      this.count.setAttribute("role", "status");
      this.save = element("button", undefined, "gu-tool");
      this.save.type = "button";
      this.save.id = "gu-csv";
      this.save.addEventListener("click", () => this.download());
      const bar = element("div", undefined, "gu-row gu-table-bar");
      bar.append(this.count, this.save);
      this.scroll = element("div", undefined, "gu-table-scroll");
      this.table = element("table");
      this.widths = element("colgroup");
      this.head = element("tr");
      this.body = element("tbody");
      const top = element("thead");
      top.append(this.head);
      this.table.append(this.widths, top, this.body);
      this.scroll.append(this.table);
      panel.append(bar, this.scroll);
      this.scroll.addEventListener("scroll", () => this.slice());
      new ResizeObserver(() => this.slice()).observe(this.scroll);
      this.listen();
    }

    listen() {
      const unitOf = (event) => {
        const row = event.target.closest("tr[data-unit]");
        return row ? { row: row, unit: { layer: this.layer, number: Number(row.dataset.unit) } } : null;
      };
      const raise = (event) => { const found = unitOf(event); if (found) this.raise(found.unit); };
      this.body.addEventListener("mouseover", raise);
      this.body.addEventListener("focusin", (event) => {
        const found = unitOf(event);
        if (found) this.active = Number(found.row.dataset.place);
        raise(event);
      });
      const lower = () => { if (this.raised) geoUrban.lower(this.page); this.raised = false; };
      this.body.addEventListener("mouseleave", lower);
      this.body.addEventListener("focusout", lower);
      const go = (event) => {
        const found = unitOf(event);
        if (!found) return;
        this.active = Number(found.row.dataset.place);
        this.page.pin(found.unit);
        geoUrban.goTo(this.page, found.unit);
      };
      this.body.addEventListener("click", go);
      this.body.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { go(event); event.preventDefault(); return; }
        const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: this.inSight(), PageUp: -this.inSight(), Home: -Infinity, End: Infinity };
        if (!(event.key in steps)) return;
        event.preventDefault();
        this.moveTo(this.active + steps[event.key]);
      });
    }

    /* Raise a unit on the map, where it is drawn; a table does not move the map. */
    raise(unit) {
      const { page } = this, shape = geoUrban.drawnOf(page, page.view, unit.layer)[unit.number];
      if (!shape) return;
      page.brief = true; // the row says the rest
      geoUrban.raise(page, page.view, unit, shape.getLatLng ? shape.getLatLng() : shape.getCenter());
      page.brief = false;
      this.raised = true;
    }

    inSight() { return Math.max(1, Math.floor((this.scroll.clientHeight - this.headHeight()) / this.rowHeight)); }
    headHeight() { return this.head.getBoundingClientRect().height; }

    /* Put the keyboard on a row, scrolling to it. */
    moveTo(place) {
      this.active = Math.max(0, Math.min(place, this.order.length - 1));
      const top = this.active * this.rowHeight;
      const room = this.scroll.clientHeight - this.headHeight() - 2; // both are rounded
      if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
      else if (top + this.rowHeight > this.scroll.scrollTop + room) this.scroll.scrollTop = top + this.rowHeight - room;
      this.slice(true);
    }

    /* Write the table anew: another layer, language, order or selection. */
    fill() {
      const { page } = this;
      if (this.layer !== page.view.layer) {
        this.sort = { place: -1, descending: false };
        this.scroll.scrollTop = 0;
      }
      this.layer = page.view.layer;
      this.columns = columns(page, this.layer);
      this.save.textContent = page.word("Download table (CSV)");
      this.table.setAttribute("aria-label", page.t(this.layer.title));
      const widths = this.columns.map((column) => width(page, this.layer, column));
      this.widths.replaceChildren(...widths.map((wide) => {
        const made = element("col");
        made.style.width = wide + "ch";
        return made;
      }));
      this.table.style.width = widths.reduce((sum, wide) => sum + wide, 0) + "ch";
      this.head.replaceChildren(...this.columns.map((column, place) => this.heading(column, place)));
      this.arrange();
    }

    heading(column, place) {
      const made = element("th"), button = element("button", column.head);
      made.scope = "col";
      button.type = "button";
      button.title = this.page.word("Sort by this column");
      if (!column.text) made.className = "gu-figure";
      button.addEventListener("click", () => {
        const again = this.sort.place === place;
        this.sort = { place: place, descending: again && !this.sort.descending };
        this.scroll.scrollTop = 0;
        this.arrange();
      });
      made.append(button);
      return made;
    }

    /* Point out the column that the map shows. */
    point() {
      const { views } = this.page;
      [...this.head.children].forEach((head, number) => {
        const { field } = this.columns[number];
        head.classList.toggle("gu-active", Boolean(field) && views.some((view) => view.field === field));
      });
    }

    arrange() {
      const { page, layer } = this, { place, descending } = this.sort;
      this.order = sorted(page, layer, this.columns[place], descending);
      this.active = 0;
      [...this.head.children].forEach((head, number) => {
        const state = number !== place ? "none" : descending ? "descending" : "ascending";
        head.setAttribute("aria-sort", state);
      });
      this.point();
      this.table.setAttribute("aria-rowcount", this.order.length + 1);
      const values = { count: page.number(this.order.length, 0), total: page.number(layer.codes.length, 0) };
      this.count.textContent = this.order.length < layer.codes.length
        ? page.word("{count} of {total} units, those marked", values) : page.word("{count} units", values);
      this.drawn = null;
      this.slice();
    }

    /* Make the rows in sight, between two spacers as high as all others. */
    slice(focus) {
      if (!this.order || !this.scroll.clientHeight) return;
      const first = Math.max(0, Math.floor(this.scroll.scrollTop / this.rowHeight) - SPARE);
      const last = Math.min(this.order.length, first + this.inSight() + 2 * SPARE + 1);
      const held = this.body.contains(document.activeElement);
      if (!this.drawn || this.drawn[0] !== first || this.drawn[1] !== last) {
        const rows = [];
        for (let place = first; place < last; place++) rows.push(this.row(place));
        const raised = this.raised; // taking the focused row away would lower its unit
        this.body.replaceChildren(this.spacer(first), ...rows, this.spacer(this.order.length - last));
        this.raised = raised;
        this.drawn = [first, last];
        const measured = rows.length ? rows[0].getBoundingClientRect().height : this.rowHeight;
        if (Math.abs(measured - this.rowHeight) > 0.1 && measured > 0) {
          this.rowHeight = measured;
          this.drawn = null;
          this.slice(focus);
          return;
        }
      }
      const rows = [...this.body.querySelectorAll("tr[data-place]")];
      // One row takes the focus; where the keyboard's row is out of sight, the first one.
      const home = rows.find((row) => Number(row.dataset.place) === this.active) || rows[0];
      for (const row of rows) row.tabIndex = row === home ? 0 : -1;
      if (home && (focus || held) && document.activeElement !== home) home.focus({ preventScroll: true });
    }

    row(place) {
      const { page } = this, number = this.order[place], made = element("tr");
      made.dataset.unit = number;
      made.dataset.place = place;
      made.setAttribute("aria-rowindex", place + 2);
      const pinned = page.pinned && page.pinned.layer === this.layer && page.pinned.number === number;
      if (pinned) made.setAttribute("aria-current", "true");
      this.columns.forEach((column, at) => {
        const text = column.shown(number), cell = element(at ? "td" : "th", text);
        if (!at) cell.scope = "row";
        if (!column.text) cell.className = "gu-figure";
        else if (wide(text) > WIDEST - 3) cell.title = text;
        made.append(cell);
      });
      return made;
    }

    spacer(rows) {
      const made = element("tr", undefined, "gu-space");
      made.setAttribute("aria-hidden", "true");
      made.style.height = rows * this.rowHeight + "px";
      return made;
    }

    download() {
      const { page, order } = this, { data } = page;
      const text = geoUrban.csv(
        this.columns.map((column) => column.filed || column.head),
        order.map((number) => this.columns.map((column) => column.raw(number))),
      );
      const several = data.layers.filter((layer) => layer.thematic && !layer.over).length > 1;
      const name = data.name + (several ? "_" + this.layer.name : "") + ".csv";
      geoUrban.download(name, new Blob([text], { type: "text/csv;charset=utf-8" }));
    }
  }

  geoUrban.part("table", (page) => {
    let table = null;
    const tab = geoUrban.addTab(page, {
      id: "gu-table", word: () => page.word("Table"),
      show: (panel) => {
        table = table || new Table(page, panel);
        table.fill();
      },
    });
    const anew = () => { if (table && tab.isOpen()) table.fill(); };
    page.on("layer", anew);
    page.on("language", anew);
    page.on("field", () => { if (table && tab.isOpen() && table.layer === page.view.layer) table.point(); });
    page.on("selection", () => { if (table && tab.isOpen()) table.arrange(); });
    page.on("pin", () => {
      if (!table || !tab.isOpen()) return;
      table.drawn = null;
      table.slice();
    });
  });
})();
