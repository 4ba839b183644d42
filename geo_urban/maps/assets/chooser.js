/* What is shown: indicator, year (with play), classification, and the language of the page. */
(function () {
  "use strict";

  const { element } = geoUrban;
  const STEP_MS = 1400;

  const LANGUAGES = [["en", "English"], ["zh", "中文"]];

  function fillIndicators(page, select) {
    const chosen = select.value;
    select.replaceChildren();
    const thematic = page.data.layers.filter((layer) => layer.thematic && !layer.over);
    for (const layer of thematic) {
      const home = thematic.length > 1 ? element("optgroup") : select;
      if (home !== select) {
        home.label = page.t(layer.title);
        select.append(home);
      }
      layer.indicators.forEach((indicator, number) => {
        const option = element("option", page.t(indicator.label));
        option.value = page.data.layers.indexOf(layer) + "/" + number;
        home.append(option);
      });
    }
    if (chosen) select.value = chosen;
  }

  function fillWays(page, view, row, select) {
    const ways = view.field.classifications;
    select.replaceChildren(...ways.map((way, number) => {
      const option = element("option", page.t(way.label));
      option.value = number;
      return option;
    }));
    select.value = view.way;
    row.hidden = ways.length < 2;
  }

  function yearsOf(view) { return view.layer.indicators[view.indicator].years; }

  function showYear(page, view, row, range, output) {
    const years = yearsOf(view);
    row.hidden = years.length < 2;
    if (row.hidden) return;
    range.max = years.length - 1;
    range.value = view.year;
    output.textContent = years[view.year];
    range.setAttribute("aria-valuetext", years[view.year]);
  }

  /* Bind the selectors of a view; a page has one set for the main view, and a second one where two maps are compared. */
  geoUrban.bindChooser = function (page, view, found) {
    const { select, yearRow, range, output, play, wayRow, way } = found;
    let clock = null;
    const stop = () => {
      clearInterval(clock);
      clock = null;
      play.textContent = page.word("Play");
    };
    const choose = (year) => {
      const [layer, indicator] = select.value.split("/").map(Number);
      page.choose(page.data.layers[layer], indicator, year, view);
    };
    const showAll = () => {
      // What is shown may have been chosen elsewhere than here.
      select.value = page.data.layers.indexOf(view.layer) + "/" + view.indicator;
      showYear(page, view, yearRow, range, output);
      fillWays(page, view, wayRow, way);
    };
    select.addEventListener("change", () => { stop(); choose(); });
    range.addEventListener("input", () => { stop(); choose(Number(range.value)); });
    play.addEventListener("click", () => {
      if (clock) { stop(); return; }
      play.textContent = page.word("Stop");
      clock = setInterval(() => choose((view.year + 1) % yearsOf(view).length), STEP_MS);
      choose((view.year + 1) % yearsOf(view).length);
    });
    way.addEventListener("change", () => page.classify(Number(way.value), view));
    page.on("field", (changed) => { if (changed === view) showAll(); });
    page.on("language", () => { fillIndicators(page, select); if (!clock) stop(); showAll(); });
    stop();
    fillIndicators(page, select);
  };

  function languageSwitch(page) {
    const select = document.getElementById("gu-language");
    for (const [code, name] of LANGUAGES) {
      const option = element("option", name);
      option.value = code;
      option.lang = code;
      select.append(option);
    }
    select.value = page.language;
    select.addEventListener("change", () => page.setLanguage(select.value));
  }

  geoUrban.part("chooser", (page) => {
    const at = (id) => document.getElementById(id);
    geoUrban.bindChooser(page, page.view, {
      select: at("gu-shown"), yearRow: at("gu-year-row"), range: at("gu-year"), output: at("gu-year-shown"),
      play: at("gu-play"), wayRow: at("gu-way-row"), way: at("gu-way"),
    });
    languageSwitch(page);
  });
})();
