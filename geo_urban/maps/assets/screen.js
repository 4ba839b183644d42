/* The whole screen for the page, and on a phone one button for all the tools. */
(function () {
  "use strict";

  const { element } = geoUrban;

  function fullScreen(page) {
    const root = document.documentElement;
    if (!document.fullscreenEnabled) return; // an iPhone or a frame that does not allow it
    const go = () => {
      const asked = document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
      asked.catch(show); // the browser may refuse; the button then says how it is
    };
    const tool = geoUrban.addTool(page, { id: "gu-full", word: () => page.word("Full screen"), press: go });
    tool.setAttribute("aria-keyshortcuts", "F");
    const show = () => tool.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    show();
    document.addEventListener("fullscreenchange", show);
    // A key alone must not act while somebody types or speaks commands, so F works on the map only.
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(".folium-map")) go();
    });
  }

  /* A menu button that opens the toolbar; the style shows it on narrow screens only. */
  function menu(page) {
    const tools = document.getElementById("gu-tools"), button = element("button", undefined, "gu-tool");
    button.type = "button";
    button.id = "gu-tools-menu";
    button.setAttribute("aria-controls", tools.id);
    const open = (wanted) => {
      button.setAttribute("aria-expanded", String(wanted));
      tools.classList.toggle("gu-open", wanted);
    };
    const name = () => { button.textContent = page.word("Tools"); };
    name();
    open(false);
    page.on("language", name);
    button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
    tools.addEventListener("click", (event) => { if (event.target.closest(".gu-tool")) open(false); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
      open(false);
      button.focus();
    });
    tools.before(button);
  }

  geoUrban.part("screen", (page) => {
    fullScreen(page);
    menu(page);
  });
})();
