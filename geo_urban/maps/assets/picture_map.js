/* Paint a view of the map into a frame of a picture, at any size: units, their colours, patterns and borders, layers
   over them, and whatever other parts add through `page.painters`. */
(function () {
  "use strict";

  const RAD = Math.PI / 180;
  const SEA = "#f3f5f7", INK = "#1f2933";
  const NICE = [1, 2, 5, 10];

  /* How places of a view become points of a frame: all that the screen shows is in it, as large as it fits. */
  geoUrban.framing = function (page, view, frame) {
    const { map } = view, size = map.getSize(), zero = (place) => map.project(place, 0);
    let middle = zero(map.getCenter()), by = map.getZoomScale(map.getZoom(), 0);
    by *= Math.min(frame.width / Math.max(size.x, 1), frame.height / Math.max(size.y, 1));
    if (page.untouched && !view.within) {
      const box = geoUrban.extent(page, view), whole = box.getSize(), margin = 16;
      middle = box.getCenter();
      by = Math.min((frame.width - 2 * margin) / Math.max(whole.x, 1e-9), (frame.height - 2 * margin) / Math.max(whole.y, 1e-9));
    }
    const center = { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
    return {
      by: by,
      center: map.unproject(middle, 0),
      project: (place) => {
        const at = zero(L.latLng(place));
        return [center.x + (at.x - middle.x) * by, center.y + (at.y - middle.y) * by];
      },
      unproject: ([x, y]) => map.unproject(L.point(middle.x + (x - center.x) / by, middle.y + (y - center.y) / by), 0),
    };
  };

  // --- shapes -----------------------------------------------------------------------------------------------------------

  function trace(context, ring, project, closed) {
    ring.forEach((place, number) => {
      const [x, y] = project(place);
      if (number) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    if (closed) context.closePath();
  }

  function path(context, layer, parts, style, project) {
    context.beginPath();
    if (layer.kind === "point") {
      for (const part of parts) {
        const [x, y] = project(part[0]);
        context.moveTo(x + style.radius, y);
        context.arc(x, y, style.radius, 0, 2 * Math.PI);
      }
    } else if (layer.kind === "line") parts.forEach((part) => trace(context, part, project, false));
    else parts.forEach((polygon) => polygon.forEach((ring) => trace(context, ring, project, true)));
  }

  function paintUnit(context, page, layer, number, style, project, scale) {
    path(context, layer, layer.parts[number], style, project);
    if (style.fill !== false && layer.kind !== "line") {
      // Where units let tiles through on the page, there is nothing behind them here.
      context.globalAlpha = page.data.tiles && style.fillOpacity > 0.5 ? 1 : style.fillOpacity ?? 1;
      context.fillStyle = style.fillColor;
      context.fill("evenodd");
      if (style.pattern) {
        const pattern = geoUrban.canvasPattern(context, style.pattern, scale, style.fillColor);
        pattern.setTransform(new DOMMatrix().scale(1 / scale)); // its tile has the pixels of the picture
        context.fillStyle = pattern;
        context.fill("evenodd");
      }
    }
    if (style.stroke !== false && style.weight) {
      context.globalAlpha = style.opacity ?? 1;
      context.strokeStyle = style.color;
      context.lineWidth = style.weight;
      context.lineJoin = context.lineCap = "round";
      context.setLineDash(style.dashArray ? String(style.dashArray).split(/[\s,]+/).map(Number) : []);
      context.stroke();
      context.setLineDash([]);
    }
    context.globalAlpha = 1;
  }

  function isPinned(page, layer, number) {
    return page.pinned && page.pinned.layer === layer && page.pinned.number === number;
  }

  function paintLayer(context, page, view, layer, project, scale) {
    layer.parts.forEach((parts, number) => {
      if (!parts.length || isPinned(page, layer, number)) return;
      paintUnit(context, page, layer, number, geoUrban.unitStyle(page, view, layer, number), project, scale);
    });
  }

  /* Let the painters of other parts paint: functions of a context that counts in pixels of the view's map, and the view.
     They come under the units, or where their property `over` is set over everything. */
  function paintOthers(context, page, view, framing, over) {
    const { map } = view, by = framing.by / map.getZoomScale(map.getZoom(), 0);
    const [left, top] = framing.project(map.containerPointToLatLng([0, 0]));
    for (const painter of page.painters || []) {
      if (Boolean(painter.over) !== over) continue;
      context.save();
      context.translate(left, top);
      context.scale(by, by);
      painter(context, view);
      context.restore();
    }
  }

  /* Paint a view into a frame. */
  geoUrban.paintView = function (context, page, view, frame, scale) {
    const framing = geoUrban.framing(page, view, frame), { project } = framing;
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.width, frame.height);
    context.fillStyle = SEA;
    context.fill();
    context.clip();
    paintOthers(context, page, view, framing, false);
    paintLayer(context, page, view, view.layer, project, scale);
    // As on the screen: outlines first, then what has figures of its own.
    const over = page.data.layers.filter((layer) => layer.over && layer.visible && layer !== view.layer);
    for (const layer of over.filter((one) => !one.thematic).concat(over.filter((one) => one.thematic))) {
      paintLayer(context, page, view, layer, project, scale);
    }
    const { pinned } = page;
    if (pinned && (pinned.layer === view.layer || (pinned.layer.over && pinned.layer.visible))) {
      const style = geoUrban.unitStyle(page, view, pinned.layer, pinned.number);
      paintUnit(context, page, pinned.layer, pinned.number, style, project, scale);
    }
    paintOthers(context, page, view, framing, true);
    context.restore();
    context.strokeStyle = "#7b8794";
    context.lineWidth = 1;
    context.strokeRect(frame.left, frame.top, frame.width, frame.height);
    return framing;
  };

  // --- scale and north ----------------------------------------------------------------------------------------------------

  /* The longest round length that is no wider than `widest`, measured across the middle of the frame [m], and its width. */
  geoUrban.scaleBar = function (framing, frame, widest) {
    const [x, y] = [frame.left + frame.width / 2, frame.top + frame.height / 2], probe = widest / 2;
    const metres = geoUrban.distance(framing.unproject([x - probe, y]), framing.unproject([x + probe, y]));
    const power = 10 ** Math.floor(Math.log10(metres));
    const length = Math.max(...NICE.map((one) => one * power).filter((one) => one <= metres));
    // On a bar shorter than the probe the scale differs a little less from that of the middle.
    let width = widest * length / metres;
    for (let round = 0; round < 3; round++) {
      width *= length / geoUrban.distance(framing.unproject([x - width / 2, y]), framing.unproject([x + width / 2, y]));
    }
    return { length: length, width: width };
  };

  /* Where north is in the middle of a frame: the angle from straight up, clockwise [rad]. Meridians of a cone lean. */
  geoUrban.north = function (framing) {
    const { lat, lng } = framing.center, step = 0.01;
    const [x0, y0] = framing.project([lat - step, lng]), [x1, y1] = framing.project([lat + step, lng]);
    return Math.atan2(x1 - x0, y0 - y1);
  };

  geoUrban.paintScale = function (context, page, framing, frame) {
    const bar = geoUrban.scaleBar(framing, frame, Math.min(160, frame.width / 3));
    const [left, bottom] = [frame.left + 12, frame.top + frame.height - 12];
    const text = bar.length < 1000 ? page.word("{value} m", { value: page.number(bar.length, 0) })
      : page.word("{value} km", { value: page.number(bar.length / 1000, 0) });
    context.font = "11px system-ui, sans-serif";
    const room = Math.max(bar.width, context.measureText(text).width) + 14;
    context.fillStyle = "rgba(255, 255, 255, 0.85)";
    context.fillRect(left - 6, bottom - 26, room, 32);
    context.strokeStyle = context.fillStyle = INK;
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(left, bottom - 6);
    context.lineTo(left, bottom);
    context.lineTo(left + bar.width, bottom);
    context.lineTo(left + bar.width, bottom - 6);
    context.stroke();
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(text, left, bottom - 12);
    return Object.assign(bar, { left: left, bottom: bottom });
  };

  geoUrban.paintNorth = function (context, page, framing, frame) {
    const turn = geoUrban.north(framing);
    context.save();
    context.translate(frame.left + frame.width - 30, frame.top + 34);
    context.rotate(turn);
    context.beginPath();
    context.moveTo(0, -8);
    context.lineTo(6, 16);
    context.lineTo(0, 11);
    context.lineTo(-6, 16);
    context.closePath();
    context.font = "bold 12px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    // A pale rim instead of a ground: nothing of the map is hidden.
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = "#ffffff";
    context.fillStyle = INK;
    context.stroke();
    context.strokeText(page.word("N"), 0, -10);
    context.fill();
    context.fillText(page.word("N"), 0, -10);
    context.restore();
    return turn / RAD;
  };
})();
