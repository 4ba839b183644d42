/* What a map of a whole country carries: a small map of its far parts, and the approval number. */
(function () {
  "use strict";

  const { element } = geoUrban;

  /* The small map follows the main one and is never moved by itself. */
  function addInset(page, inset) {
    const home = element("figure", undefined, "gu-inset"), frame = element("div", undefined, "gu-inset-map");
    const caption = element("figcaption");
    home.append(frame, caption);
    page.view.map.getContainer().append(home);
    L.DomEvent.disableClickPropagation(home);
    const still = {
      zoomControl: false, attributionControl: false, dragging: false, scrollWheelZoom: false, doubleClickZoom: false,
      boxZoom: false, keyboard: false, touchZoom: false,
    };
    const options = Object.assign({}, geoUrban.options(page.data), still, { attributionControl: false });
    const map = L.map(frame, options);
    const show = () => map.fitBounds(inset.bounds, { animate: false, padding: [1, 1] });
    show();
    geoUrban.addView(page, map, { follows: page.view, within: L.latLngBounds(inset.bounds) });
    map.on("resize", show);
    const name = () => {
      caption.textContent = page.t(inset.title);
      home.setAttribute("aria-label", page.t(inset.title));
    };
    name();
    page.on("language", name);
  }

  geoUrban.part("sheet", (page) => {
    const { sheet } = page.data;
    if (!sheet) return;
    if (sheet.inset) addInset(page, sheet.inset);
    if (!sheet.approvalNumber) return;
    const line = element("p"), word = element("b"), colon = element("span");
    const name = () => {
      word.textContent = page.word("Approval number");
      colon.textContent = page.word(": ");
    };
    name();
    page.on("language", name);
    line.append(word, colon, sheet.approvalNumber);
    document.getElementById("gu-about").append(line);
  });
})();
