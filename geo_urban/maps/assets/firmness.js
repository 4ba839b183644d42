/* How firm a class is: units that keep it in few of the settings tried are drawn with dots or lines, and paler.
   Patterns and dashes tell the steps apart without colours. */
(function () {
  "use strict";

  const { element } = geoUrban;

  const STEPS = [
    { least: 0.95, pattern: "", dash: null, strength: 1 },
    { least: 0.8, pattern: "dots", dash: "6 4", strength: 0.85 },
    { least: 0, pattern: "crosshatch", dash: "2 5", strength: 0.6 },
  ];
  const UNKNOWN = { pattern: "hatch", dash: "9 3 2 3", strength: 0.4 };
  const SAMPLE = "#aab4be";

  const stepOf = (share) => (share === null ? UNKNOWN : STEPS.find((step) => share >= step.least));

  /* Firmness is that of the study's own classes, so another way to class hides it. */
  const offered = (view) => Boolean(view.field && view.field.firm) && view.way === 0;

  const shows = (page, view) => Boolean(page.firmShown) && offered(view);

  function labels(page) {
    const [high, low] = [STEPS[0].least, STEPS[1].least].map((share) => page.number(share * 100, 0) + "%");
    return [
      page.word("{limit} of settings or more", { limit: high }),
      page.word("{low} to {high} of settings", { low: low, high: high }),
      page.word("under {limit} of settings", { limit: low }),
      page.word("not known"),
    ];
  }

  function sample(step, byLine) {
    const mark = geoUrban.swatch(SAMPLE, byLine ? "" : step.pattern);
    if (step.strength < 1) mark.style.opacity = step.strength;
    if (!byLine) return mark;
    const line = element("i", undefined, "gu-dash");
    const svg = geoUrban.svg("svg", { width: "100%", height: "100%" }, line);
    const drawn = { x1: 0, x2: "100%", y1: "50%", y2: "50%", stroke: "#1f2933", "stroke-width": 2.5 };
    geoUrban.svg("line", step.dash ? Object.assign(drawn, { "stroke-dasharray": step.dash }) : drawn, svg);
    return line;
  }

  /* Classes that have patterns of their own keep them, as lines do; dashes say how firm they are. */
  const tellsByLine = (layer, classes) => layer.kind === "line" || classes.patterns.length > 0;

  /* The steps that a legend shows, with their words and counts; "not known" only where there is such a unit. */
  function entries(page, view) {
    const { field } = view, classes = page.classes(view), names = labels(page);
    const made = [...STEPS, UNKNOWN].map((step, place) => ({
      step: step, label: names[place],
      count: field.firm.filter((share, number) => page.classOf(classes, number) >= 0 && stepOf(share) === step).length,
    }));
    return made.filter((entry) => entry.step !== UNKNOWN || entry.count);
  }

  function rows(page, home) {
    const { view } = page, byLine = tellsByLine(view.layer, page.classes(view)), list = element("ul");
    for (const { step, label, count } of entries(page, view)) {
      const row = element("li");
      row.append(sample(step, byLine), element("span", label), element("b", page.number(count, 0)));
      list.append(row);
    }
    home.replaceChildren(
      element("h3", page.word("How firm is it?")),
      element("p", page.word("share of the settings tried in which a unit keeps its class")), list,
    );
  }

  /* The same on a painted picture. A sample is paler as its units are: mixed with the white of the paper. */
  geoUrban.writeFirmness = function (page, view, writer, scale) {
    if (!shows(page, view)) return;
    const found = entries(page, view), byLine = tellsByLine(view.layer, page.classes(view));
    const paler = (strength) => "#" + [1, 3, 5].map((at) => {
      const tone = 255 - strength * (255 - parseInt(SAMPLE.slice(at, at + 2), 16));
      return Math.round(tone).toString(16).padStart(2, "0");
    }).join("");
    writer.skip(4);
    writer.text(page.word("How firm is it?"), { size: 13, bold: true, color: "#1f2933" });
    writer.text(page.word("share of the settings tried in which a unit keeps its class"), { size: 11, color: "#52606d", after: 3 });
    geoUrban.writeClasses(page, writer, {
      labels: found.map((entry) => entry.label), counts: found.map((entry) => entry.count), missing: 0,
      colors: found.map((entry) => paler(entry.step.strength)),
      patterns: found.map((entry) => entry.step.pattern),
      dashes: byLine ? found.map((entry) => entry.step.dash) : null,
    }, scale);
  };

  geoUrban.part("firmness", (page) => {
    const { view } = page;
    const legend = element("div");
    legend.id = "gu-firm";
    legend.hidden = true;
    document.getElementById("gu-size").before(legend);
    const showLegend = () => {
      legend.hidden = !shows(page, view);
      if (!legend.hidden) rows(page, legend);
    };
    const tool = geoUrban.addTool(page, {
      id: "gu-firm-tool", toggles: true, word: () => page.word("How firm is it?"),
      press: (pressed) => {
        page.firmShown = pressed;
        for (const target of page.views) geoUrban.restyle(page, target);
        showLegend();
      },
    });
    tool.hidden = true;
    (page.styling = page.styling || []).push((style, { layer, number, field }) => {
      style.dashArray = null; // Leaflet keeps what a style does not name
      if (!page.firmShown || !field.firm) return;
      if (!page.views.some((one) => one.layer === layer && one.field === field && offered(one))) return;
      const classes = field.classifications[0];
      if (page.classOf(classes, number) < 0) return;
      const step = stepOf(field.firm[number]), byLine = tellsByLine(layer, classes);
      if (layer.kind === "line") style.opacity *= step.strength;
      else style.fillOpacity *= step.strength;
      if (!byLine) style.pattern = step.pattern;
      else if (step.dash) {
        style.dashArray = step.dash;
        if (layer.kind !== "line") Object.assign(style, { color: "#1f2933", opacity: 1, weight: Math.max(style.weight, 1.6) });
      }
    });
    page.on("field", (changed) => {
      if (changed !== view) return;
      tool.hidden = !offered(view);
      showLegend();
    });
    page.on("language", showLegend);
  });
})();
