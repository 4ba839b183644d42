/* A pinned unit: its figures, and where it stands among all units or over the years. */
(function () {
  "use strict";

  const { element, svg } = geoUrban;
  const WIDTH = 260, HEIGHT = 96, TOP = 18, BOTTOM = 18; // of a chart, in its own units
  const FEW_YEARS = 6; // up to which years are bars rather than a line
  const BAR = "#52606d", MARKED = "#0b5fff", INK = "#1f2933";

  const sameUnit = (one, other) => Boolean(one && other && one.layer === other.layer && one.number === other.number);

  function chart(said, height) {
    return svg("svg", {
      viewBox: "0 0 " + WIDTH + " " + height, role: "img", "aria-label": said, class: "gu-chart", "font-size": 12,
    });
  }

  /* The indicator that a unit is looked at by: the shown one, or the first of a layer that lies over it. */
  function lookedAt(page, layer) {
    const { view } = page, main = layer === view.layer;
    const indicator = layer.indicators[main ? view.indicator : 0], year = main ? view.year : indicator.fields.length - 1;
    const field = layer.fields[indicator.fields[year]];
    return { indicator, year, field, classes: main ? page.classes() : field.classifications[0] };
  }

  // --- over the years ---------------------------------------------------------------------------------------------------

  function yearsChart(page, unit, { indicator, year }) {
    const fields = indicator.fields.map((place) => unit.layer.fields[place]);
    const values = fields.map((field) => page.value(field, unit.number));
    const texts = fields.map((field) => page.shown(field, unit.number, true));
    const known = values.filter((value) => value !== null);
    const made = chart(indicator.years.map((name, at) => name + ": " + texts[at]).join(", "), HEIGHT);
    const low = Math.min(0, ...known), high = Math.max(0, ...known), room = HEIGHT - TOP - BOTTOM;
    const place = (value) => TOP + (high === low ? room : ((high - value) / (high - low)) * room);
    const slot = WIDTH / values.length, middle = (at) => (at + 0.5) * slot;
    const bars = values.length <= FEW_YEARS;
    if (!bars) {
      const path = values.map((value, at) => value === null ? "" : (at && values[at - 1] !== null ? "L" : "M") + middle(at) + " " + place(value));
      svg("path", { d: path.join(""), fill: "none", stroke: BAR, "stroke-width": 2 }, made);
    }
    values.forEach((value, at) => {
      const shown = at === year;
      if (value !== null && bars) {
        const wide = Math.min(slot * 0.6, 44), top = Math.min(place(value), place(0));
        svg("rect", {
          x: middle(at) - wide / 2, y: top, width: wide, height: Math.max(Math.abs(place(value) - place(0)), 1),
          fill: shown ? MARKED : BAR, class: "gu-bar",
        }, made);
      } else if (value !== null) {
        svg("circle", { cx: middle(at), cy: place(value), r: shown ? 5 : 3, fill: shown ? MARKED : BAR, class: "gu-bar" }, made);
      }
      const few = bars || at === 0 || at === values.length - 1 || shown;
      if (!few) return;
      const anchor = bars ? "middle" : at === 0 ? "start" : at === values.length - 1 ? "end" : "middle";
      const x = anchor === "start" ? 0 : anchor === "end" ? WIDTH : middle(at);
      const weight = shown ? 600 : 400;
      svg("text", { x, y: HEIGHT - 4, "text-anchor": anchor, fill: INK, "font-weight": weight }, made, indicator.years[at]);
      const over = value === null ? TOP : Math.min(place(value), place(0)) - 5;
      const text = value === null ? page.word("no data") : page.shown(fields[at], unit.number);
      svg("text", { x, y: over, "text-anchor": anchor, fill: INK, "font-weight": weight }, made, text);
    });
    svg("line", { x1: 0, x2: WIDTH, y1: place(0), y2: place(0), stroke: BAR, "stroke-width": 1 }, made);
    return [made];
  }

  /* Categories have no height: a list of years and classes says it. */
  function yearsList(page, unit, { indicator, year }) {
    const list = element("ul", undefined, "gu-years");
    indicator.fields.forEach((place, at) => {
      const field = unit.layer.fields[place], row = element("li", undefined, at === year ? "gu-active" : "");
      const classes = field.classifications[0];
      row.append(
        element("span", indicator.years[at]),
        geoUrban.swatch(page.color(classes, unit.number), page.pattern(classes, unit.number)),
        element("span", page.shown(field, unit.number)),
      );
      list.append(row);
    });
    return [list];
  }

  // --- among all units --------------------------------------------------------------------------------------------------

  /* How many units have a value, and how many of them a greater one. */
  function rank(page, field, number) {
    const own = page.value(field, number), known = field.values.filter((value) => value !== null);
    return { rank: 1 + known.filter((value) => value > own).length, of: known.length };
  }

  function standing(page, unit, { field, classes }) {
    const found = page.classOf(classes, unit.number);
    if (found < 0) return [];
    const { counts, missing, labels } = classes, total = counts.reduce((one, other) => one + other, missing);
    const inClass = page.word("In the class “{label}”: {count} of {total} units.", {
      label: page.t(labels[found]), count: page.number(counts[found], 0), total: page.number(total, 0),
    });
    const lines = [];
    if (!field.texts) {
      const { rank: place, of } = rank(page, field, unit.number);
      lines.push(page.word("Rank {rank} of {of}, the highest first.", { rank: page.number(place, 0), of: page.number(of, 0) }));
    }
    lines.push(inClass);
    const height = 64, top = 14, most = Math.max(...counts), slot = WIDTH / counts.length;
    const made = chart(lines.join(" "), height);
    counts.forEach((count, at) => {
      const tall = most ? (count / most) * (height - top - 2) : 0;
      svg("rect", {
        x: at * slot + 1, y: height - 1 - tall, width: Math.max(slot - 2, 1), height: tall, class: "gu-bar",
        fill: classes.colors[at], stroke: at === found ? INK : "#7b8794", "stroke-width": at === found ? 2 : 0.75,
      }, made);
      if (at !== found) return;
      const middle = (at + 0.5) * slot, tip = height - 3 - tall;
      svg("path", { d: "M" + (middle - 6) + " " + (tip - 9) + "h12l-6 9z", fill: MARKED, class: "gu-mark" }, made);
    });
    svg("line", { x1: 0, x2: WIDTH, y1: height - 0.5, y2: height - 0.5, stroke: BAR, "stroke-width": 1 }, made);
    return [made, ...lines.map((line) => element("p", line))];
  }

  // --- the panel --------------------------------------------------------------------------------------------------------

  function figures(page, unit, shown) {
    const table = element("table");
    const add = (label, value, active, isText) => {
      const row = element("tr", undefined, active ? "gu-active" : ""), head = element("th", label);
      head.scope = "row";
      row.append(head, element("td", value, isText ? "" : "gu-figure"));
      table.append(row);
    };
    for (const field of unit.layer.fields) {
      add(page.t(field.label), page.shown(field, unit.number, true), field === shown, Boolean(field.texts));
      if (field.firm) add(page.word("keeps its class"), page.firmness(field, unit.number), false, true);
    }
    return table;
  }

  function content(page, unit) {
    const { layer, number } = unit, looked = lookedAt(page, layer), made = [];
    const code = layer.codes[number], head = element("h2", page.name(layer, number));
    if (head.textContent !== code) head.append(" ", element("small", code));
    const release = element("button", page.word("Unpin"), "gu-tool");
    release.type = "button";
    release.addEventListener("click", () => page.pin(null));
    const top = element("div", undefined, "gu-row");
    top.append(head, release);
    made.push(top, element("h3", page.t(looked.indicator.label)));
    const many = looked.indicator.fields.length > 1;
    if (many) made.push(...(looked.field.texts ? yearsList : yearsChart)(page, unit, looked));
    made.push(...standing(page, unit, looked), figures(page, unit, looked.field));
    return made;
  }

  geoUrban.part("panel", (page) => {
    const section = geoUrban.addSection("gu-panel", "gu-pinned");
    section.hidden = true;
    section.setAttribute("aria-live", "polite");
    const show = () => {
      section.hidden = !page.pinned;
      section.setAttribute("aria-label", page.word("Pinned unit"));
      section.replaceChildren(...(page.pinned ? content(page, page.pinned) : []));
    };
    page.on("pin", show);
    page.on("field", (view) => { if (view === page.view && page.pinned) show(); });
    page.on("language", show);
    page.on("click", (unit) => {
      const { raised } = page;
      page.pin(sameUnit(page.pinned, unit) ? null : unit);
      // Pinning draws all units anew; the tip stays, because on a phone it is all that is seen at once.
      if (raised) geoUrban.raise(page, raised.view, raised.unit, raised.place);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !page.pinned || geoUrban.isTyping(event)) return;
      page.pin(null);
    });
  });
})();
