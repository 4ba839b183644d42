/* The legend of what is shown: classes with their counts, units without data, whether it is modelled; and those of the
   layers over it. */
(function () {
  "use strict";

  const { element } = geoUrban;

  function classRows(page, field, classes, list) {
    list.replaceChildren();
    classes.labels.forEach((label, number) => {
      const row = element("li");
      row.append(
        geoUrban.swatch(classes.colors[number], classes.patterns[number]),
        element("span", page.t(label)), element("b", page.number(classes.counts[number], 0)),
      );
      list.append(row);
    });
    if (!classes.missing) return;
    const row = element("li");
    row.append(
      geoUrban.swatch(page.data.noData), element("span", page.word("no data")),
      element("b", page.number(classes.missing, 0)),
    );
    list.append(row);
  }

  function sizeRows(page, layer, home) {
    const { size } = layer;
    home.append(element("p", page.heading(size)));
    const list = element("ul", undefined, "gu-sizes");
    for (const [text, pixels] of size.steps) {
      const row = element("li"), mark = element("i", undefined, layer.kind === "line" ? "gu-stroke" : "gu-disc");
      if (layer.kind === "line") mark.style.height = pixels + "px";
      else mark.style.width = mark.style.height = 2 * pixels + "px";
      row.append(mark, element("span", text));
      list.append(row);
    }
    home.append(list);
  }

  /* Write the legend of what a view shows into the elements `at`: heading, unit, modelled, classes and size. */
  geoUrban.showLegend = function (page, view, at) {
    const { field, layer } = view;
    at.heading.textContent = page.t(field.label);
    at.unit.textContent = [page.unit(field), page.word("{count} units", { count: page.number(layer.codes.length, 0) })]
      .filter(Boolean).join(" · ");
    at.modelled.hidden = !field.modelled;
    classRows(page, field, page.classes(view), at.classes);
    at.size.replaceChildren();
    if (layer.size) sizeRows(page, layer, at.size);
  };

  function showOver(page) {
    const home = document.getElementById("gu-over-legends");
    home.replaceChildren();
    for (const layer of page.data.layers) {
      if (!layer.over || !layer.visible || !layer.thematic) continue;
      const field = layer.fields[layer.indicators[0].fields[0]], list = element("ul");
      home.append(element("h3", page.t(layer.title)), element("p", page.heading(field)));
      classRows(page, field, field.classifications[0], list);
      home.append(list);
      if (layer.size) sizeRows(page, layer, home);
    }
  }

  geoUrban.part("legend", (page) => {
    const at = {};
    for (const key of ["heading", "unit", "modelled", "classes", "size"]) at[key] = document.getElementById("gu-" + key);
    const showMain = () => geoUrban.showLegend(page, page.view, at);
    const show = () => { showMain(); showOver(page); };
    page.on("field", (view) => { if (view === page.view) showMain(); });
    page.on("layer", () => showOver(page));
    page.on("language", show);
  });
})();
