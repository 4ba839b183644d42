/* The places where parts put their elements: buttons of the toolbar, sections at the side, tabs of the drawer. */
(function () {
  "use strict";

  const { element } = geoUrban;

  /* Elements of the frame say their words anew: data-word (its text), data-word-<attribute>, data-text (of the payload). */
  function say(page) {
    document.documentElement.lang = page.language;
    document.title = page.t(page.data.title);
    for (const found of document.querySelectorAll("[data-word]")) found.textContent = page.word(found.dataset.word);
    for (const name of ["placeholder", "title", "aria-label"]) {
      for (const found of document.querySelectorAll("[data-word-" + name + "]")) {
        found.setAttribute(name, page.word(found.getAttribute("data-word-" + name)));
      }
    }
    for (const found of document.querySelectorAll("[data-text]")) {
      const text = found.dataset.text.split("/").reduce((value, key) => value[key], page.data);
      found.textContent = page.t(text);
    }
  }

  /* Add a button to the toolbar. `word` gives its words in the language in force. */
  geoUrban.addTool = function (page, { id, word, press, toggles }) {
    const button = element("button", undefined, "gu-tool");
    button.type = "button";
    button.id = id;
    const name = () => { button.textContent = word(); };
    name();
    page.on("language", name);
    if (toggles) button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      if (toggles) button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      press(button.getAttribute("aria-pressed") === "true");
    });
    document.getElementById("gu-tools").append(button);
    return button;
  };

  /* Add a section to the side, before the lines on source and method. */
  geoUrban.addSection = function (id, className) {
    const section = element("section", undefined, className);
    section.id = id;
    document.getElementById("gu-about").before(section);
    return section;
  };

  /* Add a tab to the drawer under the map; `show(panel)` fills it whenever it is opened. */
  geoUrban.addTab = function (page, { id, word, show }) {
    const tabs = document.getElementById("gu-tabs"), tab = element("button", undefined, "gu-tab");
    const panel = element("div", undefined, "gu-panel");
    tab.type = "button";
    tab.id = id + "-tab";
    panel.id = id;
    panel.hidden = true;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", id);
    tab.setAttribute("aria-selected", "false");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    const name = () => { tab.textContent = word(); };
    name();
    page.on("language", name);
    const open = (wanted) => {
      for (const other of tabs.querySelectorAll(".gu-tab")) {
        const shown = wanted && other === tab;
        other.setAttribute("aria-selected", String(shown));
        document.getElementById(other.getAttribute("aria-controls")).hidden = !shown;
      }
      document.getElementById("gu-drawer").classList.toggle("gu-open", wanted);
      if (wanted) show(panel);
      // What was opened is painted before the map makes room for it: thousands of units take a moment.
      requestAnimationFrame(() => setTimeout(() => page.views.forEach((view) => view.map.invalidateSize())));
    };
    tab.addEventListener("click", () => open(panel.hidden));
    tabs.append(tab);
    document.getElementById("gu-panels").append(panel);
    document.getElementById("gu-drawer").hidden = false;
    return { tab: tab, panel: panel, open: open, isOpen: () => !panel.hidden };
  };

  geoUrban.part("frame", (page) => {
    page.on("language", () => say(page));
  });
})();
