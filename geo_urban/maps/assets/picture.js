/* The present view as one picture, painted by itself at any size, not copied from the screen: map, title, legend,
   scale, north, source and date. "Save picture" writes it as a file; a print of the page is this picture on one sheet. */
(function () {
  "use strict";

  const INK = "#1f2933", QUIET = "#52606d", ALARM = "#8a3b00", PINNED = "#0b5fff";
  const A4 = { width: 3508, height: 2480, dpi: 300 };
  const SCREEN_DPI = 96; // a picture is laid out as a page of this many pixels to the inch
  const MARGIN = 26, GAP = 14, SIDE = 228;
  const WIDE = 1.1; // pictures wider than this have the legend beside the map, others below it
  const SMALLER = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
  const METRE_INCHES = 39.3701;

  // --- the legend -------------------------------------------------------------------------------------------------------

  /* A sample of a line: dashed where a text says how. */
  function stroke(writer, dash) {
    if (!writer.draws) return;
    const { context, by } = writer, middle = writer.y + 8.5 * by;
    context.strokeStyle = INK;
    context.lineWidth = 2;
    context.setLineDash(dash ? dash.split(" ").map(Number) : []);
    context.beginPath();
    context.moveTo(writer.left, middle);
    context.lineTo(writer.left + 24 * by, middle);
    context.stroke();
    context.setLineDash([]);
  }

  function swatch(writer, color, pattern, scale, outline) {
    if (!writer.draws) return;
    const { context, by } = writer, [width, height] = [22 * by, 13 * by];
    const [left, top] = [writer.left, writer.y + 2 * by];
    context.fillStyle = color;
    context.fillRect(left, top, width, height);
    if (pattern) {
      const made = geoUrban.canvasPattern(context, pattern, scale, color);
      made.setTransform(new DOMMatrix().translate(left, top).scale(1 / scale));
      context.fillStyle = made;
      context.fillRect(left, top, width, height);
    }
    context.strokeStyle = outline || "#7b8794";
    context.lineWidth = outline ? 2 : 0.8;
    context.strokeRect(left, top, width, height);
  }

  function row(writer, label, count, mark) {
    const { context, y } = writer;
    mark();
    writer.text(label, { size: 12, color: INK, indent: 30, keep: count ? 52 : 0 });
    if (count && writer.draws) {
      writer.font(12);
      context.fillStyle = QUIET;
      context.textAlign = "right";
      context.fillText(count, writer.left + writer.width, y + 12 * writer.by * 1.1);
    }
    writer.skip(2);
  }

  function classRows(page, writer, classes, scale) {
    classes.labels.forEach((label, number) => {
      row(writer, page.t(label), page.number(classes.counts[number], 0), () => {
        if (classes.dashes) stroke(writer, classes.dashes[number]);
        else swatch(writer, classes.colors[number], classes.patterns[number], scale);
      });
    });
    if (classes.missing) {
      row(writer, page.word("no data"), page.number(classes.missing, 0), () => swatch(writer, page.data.noData, "", scale));
    }
  }

  function sizeRows(page, writer, layer) {
    const { context } = writer, { size } = layer;
    writer.text(page.heading(size), { size: 11, color: QUIET });
    for (const [text, pixels] of size.steps) {
      const high = layer.kind === "line" ? 18 : Math.max(18, 2 * pixels / writer.by + 4), top = writer.y;
      if (writer.draws) {
        const middle = top + high * writer.by / 2;
        context.strokeStyle = INK;
        context.fillStyle = "#ffffff";
        context.beginPath();
        if (layer.kind === "line") {
          context.lineWidth = pixels;
          context.moveTo(writer.left, middle);
          context.lineTo(writer.left + 22 * writer.by, middle);
          context.stroke();
        } else {
          context.lineWidth = 1;
          context.arc(writer.left + 18 * writer.by, middle, pixels, 0, 2 * Math.PI);
          context.fill();
          context.stroke();
        }
        writer.font(12);
        context.fillStyle = INK;
        context.textAlign = "left";
        context.textBaseline = "middle";
        context.fillText(text, writer.left + 44 * writer.by, middle);
        context.textBaseline = "alphabetic";
      }
      writer.skip(high);
    }
  }

  geoUrban.writeClasses = classRows; // for the legends of other parts

  /* The views that show something of their own. */
  function shownViews(page) { return page.views.filter((view) => !view.follows && !view.within); }

  function writeLegend(page, writer, scale) {
    for (const write of page.legends || []) write(writer, scale);
    // Over a grid units are drawn as borders, and there is nothing to say of their colours.
    const bare = geoUrban.isBare(page);
    for (const view of bare ? [] : shownViews(page)) {
      const { field, layer } = view;
      writer.text(page.t(field.label), { size: 14, bold: true, color: INK });
      writer.text([page.unit(field), page.word("{count} units", { count: page.number(layer.codes.length, 0) })].filter(Boolean).join(" · "),
        { size: 11, color: QUIET, after: 3 });
      if (field.modelled) writer.text(page.word("modelled, not counted"), { size: 11, bold: true, color: ALARM, after: 3 });
      classRows(page, writer, page.classes(view), scale);
      if (layer.size) sizeRows(page, writer, layer);
      geoUrban.writeFirmness(page, view, writer, scale);
      writer.skip(8);
    }
    for (const layer of page.data.layers) {
      if (!layer.over || !layer.visible || !layer.thematic) continue;
      const field = layer.fields[layer.indicators[0].fields[0]];
      writer.text(page.t(layer.title), { size: 13, bold: true, color: INK });
      writer.text(page.heading(field), { size: 11, color: QUIET, after: 3 });
      classRows(page, writer, field.classifications[0], scale);
      if (layer.size) sizeRows(page, writer, layer);
      writer.skip(8);
    }
    const { pinned, selection } = page;
    if (pinned) {
      const { layer, number } = pinned, field = layer === page.view.layer ? page.view.field : layer.fields[0];
      const value = field && !bare ? page.t(field.label) + " " + page.shown(field, number, true) : "";
      row(writer, [page.name(layer, number), value].filter(Boolean).join(" · "), "", () => swatch(writer, "#ffffff", "", scale, PINNED));
    }
    if (selection.size) {
      writer.text(page.word("{count} units are marked; the others are faded.", { count: page.number(selection.size, 0) }), { size: 11, color: QUIET });
    }
  }

  // --- what stands under the map ------------------------------------------------------------------------------------------

  function day(page, text) {
    const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
    return found ? page.date(new Date(Number(found[1]), found[2] - 1, Number(found[3]))) : text;
  }

  function projection(page) {
    const at = page.data.equalArea, degrees = (value) => page.number(value, 1) + "°";
    if (page.view.map.options.crs.code !== "geo-urban-equal-area") {
      return page.word("Web Mercator projection; the scale holds in the middle of the map.");
    }
    return page.word("Albers equal-area projection, parallels {south} and {north}, meridian {meridian}; the scale holds in the middle of the map.", {
      south: degrees(at.south), north: degrees(at.north), meridian: degrees(at.longitude),
    });
  }

  function writeNotes(page, writer) {
    const { data } = page, colon = page.word(": ");
    const line = (word, text, color) => { if (text) writer.text(word + colon + text, { size: 10.5, color: color || QUIET, after: 2 }); };
    data.cautions.forEach((caution) => line(page.word("Caution"), page.t(caution), ALARM));
    line(page.word("Method"), page.t(data.method));
    line(page.word("Source"), page.t(data.source));
    line(page.word("Cite as"), data.citation);
    if (data.sheet && data.sheet.approvalNumber) line(page.word("Approval number"), data.sheet.approvalNumber);
    if (data.tiles) writer.text(page.word("The background tiles of the page are not part of this picture."), { size: 10.5, color: QUIET, after: 2 });
    writer.text([
      data.date ? page.word("Date") + colon + day(page, data.date) : "",
      page.word("Drawn on {date}", { date: page.date(new Date()) }), projection(page), "geo_urban",
    ].filter(Boolean).join(" · "), { size: 10.5, color: QUIET });
  }

  /* The first size at which `write` needs no more than `room`, and the height it then has. */
  function fitted(context, box, room, write) {
    for (const by of SMALLER) {
      const writer = new geoUrban.Writer(context, Object.assign({}, box, { top: 0, by: by, draws: false }));
      write(writer);
      if (writer.y <= room || by === SMALLER[SMALLER.length - 1]) return { by: by, height: writer.y };
    }
    return null;
  }

  // --- the whole --------------------------------------------------------------------------------------------------------

  /* Whether a place lies in a polygon of the page: a ray from it crosses the borders of one an odd number of times. */
  function isLand(page, { lat, lng }) {
    const odd = (rings) => rings.reduce((inside, ring) => ring.reduce((now, { lat: y, lng: x }, number) => {
      const { lat: before, lng: there } = ring[number ? number - 1 : ring.length - 1];
      return (y > lat) !== (before > lat) && lng < (there - x) * (lat - y) / (before - y) + x ? !now : now;
    }, inside), false);
    return page.data.layers.some((layer) => layer.kind === "polygon" && layer.parts.some((parts) => parts.some(odd)));
  }

  /* Where the small map of far parts hides nothing of the main one: in a corner, smaller if it must be. */
  function insetBox(page, view, frame, framing, captionOf) {
    const element = view.map.getContainer(), main = page.view.map.getContainer();
    const wide = Math.max(80, Math.min(150, frame.width * element.clientWidth / main.clientWidth));
    const shape = element.clientHeight / element.clientWidth, within = L.latLngBounds(page.data.sheet.inset.mainBounds);
    const lines = page.data.layers.filter((layer) => layer.kind === "line" && layer.over).flatMap((layer) => layer.parts.flat(2));
    const places = page.arcs.flat().concat(lines).filter((place) => within.contains(place)).map(framing.project);
    let best = null;
    for (const [right, low] of [[true, true], [false, true], [false, false], [true, false]]) {
      for (const by of [1, 0.85, 0.7, 0.55]) {
        const width = wide * by, height = width * shape, caption = captionOf(width), whole = height + caption.length * 11 + 3;
        // Scale and north have two of the corners.
        const left = right ? frame.left + frame.width - width - 8 : frame.left + 8;
        const top = low ? frame.top + frame.height - whole - (right ? 8 : 52) : frame.top + (right ? 70 : 8);
        const borders = places.filter(([x, y]) => x > left - 3 && x < left + width + 3 && y > top - 3 && y < top + whole + 3).length;
        // Inside a large unit there may be no border to hide.
        const hidden = borders + (isLand(page, framing.unproject([left + width / 2, top + whole / 2])) ? 1 : 0);
        if (!best || hidden < best.hidden) best = { left, top, width, height, whole, caption, hidden };
        if (!hidden) return best;
      }
    }
    return best;
  }

  function paintInset(context, page, view, frame, framing, scale) {
    if (!view.map.getContainer().clientWidth || !page.view.map.getContainer().clientWidth) return;
    const writer = new geoUrban.Writer(context, { left: 0, top: 0, width: 0 }), title = page.t(page.data.sheet.inset.title);
    writer.font(9);
    const box = insetBox(page, view, frame, framing, (width) => geoUrban.wrap(title, width - 4, (words) => context.measureText(words).width));
    const { left, top, width, height, whole } = box;
    context.fillStyle = "#ffffff";
    context.fillRect(left, top, width, whole);
    geoUrban.paintView(context, page, view, box, scale);
    context.strokeStyle = QUIET;
    context.strokeRect(left, top, width, whole);
    writer.font(9);
    context.fillStyle = INK;
    context.textAlign = "center";
    box.caption.forEach((line, number) => context.fillText(line, left + width / 2, top + height + 11 * (number + 1) - 1));
  }

  /* The frames of the maps: one, or two beside each other where the page compares. */
  function paintMaps(context, page, frame, scale) {
    const views = page.views.filter((view) => !view.within && (view === page.view || view.map.getContainer().clientWidth));
    const width = (frame.width - GAP * (views.length - 1)) / views.length;
    return views.map((view, number) => {
      const own = { left: frame.left + number * (width + GAP), top: frame.top, width: width, height: frame.height };
      if (views.length > 1) {
        const writer = new geoUrban.Writer(context, { left: own.left, top: own.top, width: width });
        writer.text(page.heading(view.field), { size: 12, bold: true, color: INK, after: 4 });
        own.height -= writer.y - own.top;
        own.top = writer.y;
      }
      const framing = geoUrban.paintView(context, page, view, own, scale);
      if (view === page.view) page.views.filter((one) => one.within).forEach((inset) => paintInset(context, page, inset, own, framing, scale));
      const bar = geoUrban.paintScale(context, page, framing, own), north = geoUrban.paintNorth(context, page, framing, own);
      return { view, frame: own, framing, bar, north };
    });
  }

  /* Paint the page onto a new canvas of `width` × `height` pixels, `scale` of them to a pixel of the layout. Gives the
     canvas and where its maps lie on the layout. */
  geoUrban.paint = function (page, { width, height, scale }) {
    const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
    canvas.width = width;
    canvas.height = height;
    context.scale(scale, scale);
    const [across, down] = [width / scale, height / scale], inner = across - 2 * MARGIN;
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, across, down);
    const head = new geoUrban.Writer(context, { left: MARGIN, top: MARGIN - 8, width: inner });
    head.text(page.t(page.data.title), { size: 21, bold: true, color: INK });
    if (!geoUrban.isBare(page) && shownViews(page).length === 1 && page.t(page.view.field.label) !== page.t(page.data.title)) {
      head.text(page.heading(page.view.field), { size: 14, color: QUIET });
    }
    const top = head.y + 10;
    const notes = fitted(context, { left: MARGIN, width: inner }, down * 0.22, (writer) => writeNotes(page, writer));
    const bottom = down - MARGIN + 8 - notes.height;
    writeNotes(page, new geoUrban.Writer(context, { left: MARGIN, top: bottom, width: inner, by: notes.by }));
    const beside = across / down >= WIDE, frame = { left: MARGIN, top: top, width: inner, height: bottom - 8 - top };
    const legend = { left: MARGIN, width: inner };
    if (beside) {
      frame.width -= SIDE + GAP;
      Object.assign(legend, { left: MARGIN + frame.width + GAP, width: SIDE });
    }
    const write = (writer) => writeLegend(page, writer, scale);
    const found = fitted(context, legend, beside ? frame.height : frame.height * 0.45, write);
    if (!beside) frame.height -= found.height + GAP;
    write(new geoUrban.Writer(context, Object.assign(legend, { top: beside ? top : frame.top + frame.height + GAP, by: found.by })));
    return { canvas: canvas, maps: paintMaps(context, page, frame, scale) };
  };

  function sheet(page) {
    return geoUrban.paint(page, { width: A4.width, height: A4.height, scale: A4.dpi / SCREEN_DPI }).canvas;
  }

  // --- the file: PNG with its size on paper -------------------------------------------------------------------------------

  function checksum(bytes) {
    let sum = ~0;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    }
    return ~sum >>> 0;
  }

  /* The bytes of a PNG with a chunk that says how many pixels an inch has, after its header of 33 bytes. */
  geoUrban.withDpi = function (png, dpi) {
    const chunk = new Uint8Array(21), view = new DataView(chunk.buffer), perMetre = Math.round(dpi * METRE_INCHES);
    view.setUint32(0, 9);
    chunk.set([0x70, 0x48, 0x59, 0x73], 4); // pHYs
    view.setUint32(8, perMetre);
    view.setUint32(12, perMetre);
    chunk[16] = 1; // per metre
    view.setUint32(17, checksum(chunk.subarray(4, 17)));
    const all = new Uint8Array(png.length + chunk.length);
    all.set(png.subarray(0, 33));
    all.set(chunk, 33);
    all.set(png.subarray(33), 33 + chunk.length);
    return all;
  };

  geoUrban.pictureFile = async function (page) {
    const blob = await new Promise((done) => sheet(page).toBlob(done, "image/png"));
    const png = geoUrban.withDpi(new Uint8Array(await blob.arrayBuffer()), A4.dpi);
    return new File([png], page.data.name + "-" + page.view.field.column + ".png", { type: "image/png" });
  };

  async function save(page, button) {
    button.setAttribute("aria-busy", "true");
    await new Promise((done) => setTimeout(done, 30)); // lets the button show it before the page is busy
    try {
      const file = await geoUrban.pictureFile(page), link = geoUrban.element("a");
      link.href = URL.createObjectURL(file);
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  // --- print: whatever way it was asked for -------------------------------------------------------------------------------

  function bindPrint(page) {
    const home = geoUrban.element("div");
    home.id = "gu-print";
    home.setAttribute("aria-hidden", "true");
    document.body.append(home);
    window.addEventListener("beforeprint", () => home.replaceChildren(sheet(page)));
    window.addEventListener("afterprint", () => home.replaceChildren());
  }

  geoUrban.part("picture", (page) => {
    const button = geoUrban.addTool(page, { id: "gu-save-picture", word: () => page.word("Save picture"), press: () => save(page, button) });
    geoUrban.addTool(page, { id: "gu-print-page", word: () => page.word("Print"), press: () => window.print() });
    bindPrint(page);
  });
})();
