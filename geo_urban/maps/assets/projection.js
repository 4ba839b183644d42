/* Albers equal-area conic: a county looks as large as it is, wherever it lies. Web Mercator would draw the north of
   China almost twice too large. The scale of zoom levels is that of Web Mercator. */
(function () {
  "use strict";

  const EARTH_RADIUS_M = 6371007.2; // sphere with the Earth's area

  geoUrban.equalArea = function (at) {
    const rad = Math.PI / 180;
    const sin1 = Math.sin(at.south * rad), sin2 = Math.sin(at.north * rad);
    const n = (sin1 + sin2) / 2;
    const c = Math.cos(at.south * rad) ** 2 + 2 * n * sin1;
    const rho = (sine) => Math.sqrt(Math.max(0, c - 2 * n * sine)) / n;
    const rho0 = rho(Math.sin(at.latitude * rad));
    const projection = {
      bounds: L.bounds([-2e7, -2e7], [2e7, 2e7]),
      project(place) {
        const r = rho(Math.sin(place.lat * rad)), theta = n * (place.lng - at.longitude) * rad;
        return new L.Point(EARTH_RADIUS_M * r * Math.sin(theta), EARTH_RADIUS_M * (rho0 - r * Math.cos(theta)));
      },
      unproject(point) {
        const x = point.x / EARTH_RADIUS_M, y = rho0 - point.y / EARTH_RADIUS_M, sign = Math.sign(n);
        const r = sign * Math.hypot(x, y), theta = Math.atan2(sign * x, sign * y);
        const sine = Math.max(-1, Math.min(1, (c - (r * n) ** 2) / (2 * n)));
        return new L.LatLng(Math.asin(sine) / rad, at.longitude + theta / n / rad);
      },
    };
    const scale = 0.5 / (Math.PI * EARTH_RADIUS_M);
    return L.extend({}, L.CRS.Earth, {
      code: "geo-urban-equal-area",
      projection: projection,
      transformation: new L.Transformation(scale, 0.5, -scale, 0.5),
      wrapLng: undefined,
    });
  };

  /* How Leaflet is to make the map of this page. */
  geoUrban.options = function (data) {
    return {
      crs: data.equalArea && !data.tiles ? geoUrban.equalArea(data.equalArea) : L.CRS.EPSG3857,
      center: [0, 0], zoom: 3, zoomControl: false, zoomSnap: 0, zoomAnimation: !data.compare, attributionControl: Boolean(data.tiles),
    };
  };
})();
