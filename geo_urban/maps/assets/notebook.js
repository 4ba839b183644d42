/* In a notebook: put each map that is waiting into a frame of its own. Scripts and styles are in one output of the
   notebook only; whichever output brings them lets all the others draw. */
(function () {
  "use strict";

  const store = (window.geoUrbanNotebook = window.geoUrbanNotebook || { assets: {} });

  function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }

  const read = (home) => JSON.parse(home.querySelector("script.geo-urban-page").textContent);

  function bring(home) {
    const { key, assets } = read(home);
    if (assets && !store.assets[key]) store.assets[key] = unpacked(assets).then(JSON.parse);
  }

  async function draw(home) {
    const { key, page, title, height } = read(home);
    if (!store.assets[key]) return; // until another output brings them
    home.dataset.begun = "";
    const [assets, text] = await Promise.all([store.assets[key], unpacked(page)]);
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.style.cssText = "display:block;width:100%;height:" + height + "px;border:1px solid #cbd2d9";
    frame.allowFullscreen = true;
    frame.srcdoc = text.replace(/<!-- asset (\d+) -->/g, (mark, number) => assets[Number(number)]);
    home.prepend(frame);
    for (const still of home.querySelectorAll("img, p")) still.style.display = "none";
  }

  const waiting = () => [...document.querySelectorAll(".geo-urban-map:not([data-begun])")]
    .filter((home) => home.querySelector("script.geo-urban-page"));
  if (typeof DecompressionStream === "undefined") return; // the picture stays
  waiting().forEach(bring);
  waiting().forEach(draw);
})();
