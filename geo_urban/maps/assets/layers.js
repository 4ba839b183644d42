/* Check boxes for whatever lies over or under the chosen layer. Other parts add theirs with `geoUrban.addGroup`. */
(function () {
  "use strict";

  const { element } = geoUrban;

  /* Add something that a reader can switch on and off.
     `title()` names it in the language in force, `isOn()` says whether it shows, `set(on)` shows or hides it. */
  geoUrban.addGroup = function (page, group) {
    (page.groups = page.groups || []).push(group);
    page.emit("groups");
    return group;
  };

  function box(page, group, number) {
    const label = element("label"), check = element("input");
    check.type = "checkbox";
    check.checked = group.isOn();
    check.id = "gu-group-" + number;
    check.addEventListener("change", () => group.set(check.checked));
    label.append(check, element("span", group.title()));
    return label;
  }

  function show(page, section) {
    const groups = page.groups || [], boxes = section.querySelectorAll("input");
    section.hidden = !groups.length;
    if (boxes.length === groups.length && section.dataset.language === page.language) {
      boxes.forEach((check, number) => { check.checked = groups[number].isOn(); }); // the focus stays where it is
      return;
    }
    section.dataset.language = page.language;
    section.replaceChildren(element("h2", page.word("Layers")), ...groups.map((group, number) => box(page, group, number)));
  }

  function switched(page, layer, on) {
    geoUrban.lower(page);
    geoUrban.switchLayer(page, layer, on);
    if (!on && page.pinned && page.pinned.layer === layer) page.pin(null);
  }

  geoUrban.part("layers", (page) => {
    const section = geoUrban.addSection("gu-groups", "gu-groups");
    for (const layer of page.data.layers.filter((layer) => layer.over)) {
      geoUrban.addGroup(page, {
        title: () => page.t(layer.title), isOn: () => layer.visible, set: (on) => switched(page, layer, on),
      });
    }
    const anew = () => show(page, section);
    for (const event of ["groups", "layer", "language"]) page.on(event, anew);
    anew();
  });
})();
