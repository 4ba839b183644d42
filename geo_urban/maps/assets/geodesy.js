/* Lengths and areas on the ellipsoid of WGS 84. The map's projection has no say in them. */
(function () {
  "use strict";

  const A = 6378137, F = 1 / 298.257223563, B = A * (1 - F); // WGS 84, metres
  const E2 = F * (2 - F), E = Math.sqrt(E2);
  const MEAN_RADIUS = (2 * A + B) / 3;
  const RAD = Math.PI / 180;
  const CLOSE_ENOUGH = 1e-12, MOST_ROUNDS = 200;

  /* Great-circle angle between two places on a sphere. */
  function angle(a, b) {
    const u = RAD * a.lat, v = RAD * b.lat, half = (x) => Math.sin(x / 2) ** 2;
    const h = half(v - u) + Math.cos(u) * Math.cos(v) * half(RAD * (b.lng - a.lng));
    return 2 * Math.asin(Math.min(1, Math.sqrt(h)));
  }

  /* Length of the geodesic between two places [m]: Vincenty's inverse formula (1975), exact to a millimetre. Between
     places nearly opposite on the Earth it does not converge; there the mean sphere answers, within 0.5 %. */
  geoUrban.distance = function (a, b) {
    const u1 = Math.atan((1 - F) * Math.tan(RAD * a.lat)), u2 = Math.atan((1 - F) * Math.tan(RAD * b.lat));
    const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    const along = RAD * (b.lng - a.lng);
    let lambda = along;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const sinL = Math.sin(lambda), cosL = Math.cos(lambda);
      const sinS = Math.hypot(c2 * sinL, c1 * s2 - s1 * c2 * cosL);
      if (sinS === 0) return 0;
      const cosS = s1 * s2 + c1 * c2 * cosL, sigma = Math.atan2(sinS, cosS);
      const sinAlpha = c1 * c2 * sinL / sinS, cos2 = 1 - sinAlpha ** 2;
      const mid = cos2 ? cosS - 2 * s1 * s2 / cos2 : 0; // on the equator there is no middle
      const c = F / 16 * cos2 * (4 + F * (4 - 3 * cos2));
      const before = lambda;
      lambda = along + (1 - c) * F * sinAlpha * (sigma + c * sinS * (mid + c * cosS * (2 * mid ** 2 - 1)));
      if (Math.abs(lambda - before) > CLOSE_ENOUGH) continue;
      const square = cos2 * (A ** 2 - B ** 2) / B ** 2;
      const p = 1 + square / 16384 * (4096 + square * (square * (320 - 175 * square) - 768));
      const q = square / 1024 * (256 + square * (square * (74 - 47 * square) - 128));
      const inner = cosS * (2 * mid ** 2 - 1) - q / 6 * mid * (4 * sinS ** 2 - 3) * (4 * mid ** 2 - 3);
      return B * p * (sigma - q * sinS * (mid + q / 4 * inner));
    }
    return MEAN_RADIUS * angle(a, b);
  };

  // --- area: on the sphere of equal area, which the authalic latitude leads to (Snyder 1987, p. 16) -----------------------

  const q = (sine) => (1 - E2) * (sine / (1 - E2 * sine ** 2) - Math.log((1 - E * sine) / (1 + E * sine)) / (2 * E));
  const POLE = q(1);
  const AUTHALIC_RADIUS = A * Math.sqrt(POLE / 2);

  function authalic(latitude) {
    return Math.asin(Math.max(-1, Math.min(1, q(Math.sin(RAD * latitude)) / POLE)));
  }

  /* Area inside a ring of places [m²]. */
  geoUrban.areaInside = function (ring) {
    let sum = 0;
    ring.forEach((a, place) => {
      const b = ring[(place + 1) % ring.length];
      const s = Math.tan(authalic(a.lat) / 2), t = Math.tan(authalic(b.lat) / 2);
      const along = ((b.lng - a.lng + 540) % 360 - 180) * RAD;
      sum += 2 * Math.atan2(Math.tan(along / 2) * (s + t), 1 + s * t);
    });
    return Math.abs(sum) * AUTHALIC_RADIUS ** 2;
  };

  /* Places along the great circle from `a` to `b`, for drawing. */
  geoUrban.between = function (a, b, steps) {
    const whole = angle(a, b);
    if (!whole) return [a, b];
    const vector = (p) => {
      const [u, v] = [RAD * p.lat, RAD * p.lng];
      return [Math.cos(u) * Math.cos(v), Math.cos(u) * Math.sin(v), Math.sin(u)];
    };
    const [from, to] = [vector(a), vector(b)];
    return Array.from({ length: steps + 1 }, (_, step) => {
      const t = step / steps, f = Math.sin((1 - t) * whole), g = Math.sin(t * whole);
      const [x, y, z] = from.map((value, axis) => f * value + g * to[axis]);
      return L.latLng(Math.atan2(z, Math.hypot(x, y)) / RAD, Math.atan2(y, x) / RAD);
    });
  };
})();
