/* Axes of a chart: where its ticks stand and how numbers become places. */
(function () {
  "use strict";

  const STEPS = [1, 2, 5, 10];
  const MARGIN = 0.04; // of the axis, beyond the outermost points

  function linearTicks(low, high, most) {
    const raw = (high - low) / Math.max(1, most), power = 10 ** Math.floor(Math.log10(raw));
    const step = STEPS.find((one) => one * power >= raw * (1 - 1e-9)) * power;
    const first = Math.ceil(low / step - 1e-9), found = [];
    for (let number = first; number * step <= high + step * 1e-9; number++) found.push(number * step || 0);
    return { at: found, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }

  /* Powers of ten; between them 2 and 5 where there is room for them; on a short axis round numbers. */
  function logTicks(low, high, most) {
    const decades = Math.log10(high / low);
    if (decades < 1) return linearTicks(low, high, most);
    const parts = decades * 3 <= most ? [1, 2, 5] : [1];
    const every = Math.max(1, Math.ceil(decades / most)), found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
      if (power % every) continue;
      for (const part of parts) {
        const value = part * 10 ** power;
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push(value);
      }
    }
    return { at: found, decimals: null };
  }

  /* An axis from the least to the greatest value, drawn from pixel `start` to pixel `end`, with up to `most` ticks. */
  geoUrban.axis = function (values, { log, start, end, most }) {
    let low = Infinity, high = -Infinity;
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (!(low <= high)) [low, high] = log ? [1, 10] : [0, 1];
    const into = log ? Math.log10 : (value) => value, back = log ? (value) => 10 ** value : (value) => value;
    let from = into(low), to = into(high);
    const room = (to - from || (log ? 1 : Math.abs(from) || 1)) * MARGIN * (to > from ? 1 : 12);
    [from, to] = [from - room, to + room];
    const ticks = (log ? logTicks : linearTicks)(back(from), back(to), most);
    return {
      log: log, low: low, high: high, ticks: ticks.at,
      decimals: (tick) => ticks.decimals ?? Math.max(0, -Math.floor(Math.log10(tick) + 1e-9)),
      at: (value) => start + (into(value) - from) / (to - from) * (end - start),
    };
  };
})();
