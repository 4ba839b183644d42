/* Words on a painted picture: wrapped where the language allows, Chinese between any two characters. */
(function () {
  "use strict";

  const FACES = 'system-ui, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif';
  const LINE = 1.35; // height of a line, in sizes of its letters
  // What must not begin a line, and what must not end one.
  const CLOSING = /^[,.;:!?)\]}%\u2019\u201d\u3001\u3002\u300b\u300d\u300f\u3011\uff01\uff05\uff09\uff0c\uff1a\uff1b\uff1f]/;
  const OPENING = /[([{\u2018\u201c\u300a\u300c\u300e\u3010\uff08]$/;
  const PIECES = /\s+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+/g;

  /* The parts of a text between which a line may end. */
  function pieces(text) {
    const found = [];
    for (const piece of text.match(PIECES) || []) {
      const last = found[found.length - 1];
      if (last !== undefined && !/^\s/.test(piece) && (CLOSING.test(piece) || OPENING.test(last)) && !/\s$/.test(last)) {
        found[found.length - 1] = last + piece;
      } else found.push(piece);
    }
    return found;
  }

  function* letters(piece, width, measure) {
    let part = "";
    for (const letter of piece) {
      if (part && measure(part + letter) > width) { yield part; part = ""; }
      part += letter;
    }
    yield part;
  }

  /* Lines of a text no wider than `width`. */
  geoUrban.wrap = function (text, width, measure) {
    const lines = [];
    let line = "";
    for (const piece of pieces(text)) {
      if (!line && /^\s/.test(piece)) continue;
      if (measure((line + piece).trimEnd()) <= width) { line += piece; continue; }
      if (line) lines.push(line.trimEnd());
      line = "";
      if (/^\s/.test(piece)) continue;
      for (const part of letters(piece, width, measure)) {
        if (line) lines.push(line);
        line = part;
      }
    }
    if (line.trimEnd()) lines.push(line.trimEnd());
    return lines;
  };

  /* Writes lines one under the other; without drawing, to learn how high they will be. */
  geoUrban.Writer = class {
    constructor(context, { left, top, width, by, draws }) {
      Object.assign(this, { context, left, y: top, top, width, by: by || 1, draws: draws !== false });
    }

    font(size, bold) { this.context.font = (bold ? "bold " : "") + size * this.by + "px " + FACES; }

    skip(space) { this.y += space * this.by; }

    /* Write a text; `indent` and `keep` leave room at its left and right. */
    text(text, { size, bold, color, indent, keep, after }) {
      if (!text) return;
      const { context } = this, high = size * this.by * LINE, start = (indent || 0) * this.by;
      this.font(size, bold);
      const room = this.width - start - (keep || 0) * this.by;
      for (const line of geoUrban.wrap(text, room, (words) => context.measureText(words).width)) {
        this.y += high;
        if (!this.draws) continue;
        context.fillStyle = color;
        context.textAlign = "left";
        context.textBaseline = "alphabetic";
        context.fillText(line, this.left + start, this.y - high * 0.25);
      }
      this.skip(after || 0);
    }
  };
})();
