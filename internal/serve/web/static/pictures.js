// Lets what a tile draws leave as a picture. Charts paint themselves (charts.js); what is
// drawn by HTML and SVG is painted here as it is seen: grounds, shapes and words.
"use strict";

(() => {
  // offerPicture puts a button beside the links of a tile. The picture is made when it is
  // asked for, by make: a data URL.
  globalThis.offerPicture = (tile, make) => {
    const links = tile?.querySelector(".links");
    if (!links) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "PNG";
    const title = tile.querySelector("h2").textContent;
    button.setAttribute("aria-label", "PNG of " + title);
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = make();
      link.download = title.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-") + ".png";
      link.click();
    });
    links.append(button);
  };

  for (const tile of document.querySelectorAll(".tile")) {
    if (tile.querySelector("figure.chart")) continue;
    if (tile.querySelector("svg.ages, .funnel svg, .bars svg, .band svg, .heat")) offerPicture(tile, () => painted(tile));
  }

  function painted(tile) {
    const box = tile.getBoundingClientRect();
    const height = tile.querySelector(".links").getBoundingClientRect().top - box.top;
    const sharp = 2;
    const canvas = document.createElement("canvas");
    canvas.width = box.width * sharp;
    canvas.height = height * sharp;
    const pen = canvas.getContext("2d");
    pen.scale(sharp, sharp);
    pen.translate(-box.left, -box.top);
    pen.textBaseline = "middle";
    pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
    pen.fillRect(box.left, box.top, box.width, height);
    paint(tile, pen);
    return canvas.toDataURL("image/png");
  }

  function paint(part, pen) {
    for (const node of part.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) write(node, pen);
      if (!(node instanceof Element) || node.matches(".links, .hidden, details") || !node.checkVisibility()) continue;
      const style = getComputedStyle(node);
      if (node instanceof SVGElement) {
        draw(node, style, pen);
      } else {
        ground(node, style, pen);
      }
      paint(node, pen);
    }
  }

  // Words are written one by one, where the page has them.
  function write(node, pen) {
    const style = getComputedStyle(node.parentElement);
    pen.font = [style.fontWeight, style.fontSize, style.fontFamily].join(" ");
    pen.fillStyle = style.color;
    for (const word of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const at = range.getBoundingClientRect();
      pen.fillText(word[0], at.left, (at.top + at.bottom) / 2);
    }
  }

  function ground(node, style, pen) {
    const at = node.getBoundingClientRect();
    pen.fillStyle = style.backgroundColor;
    pen.fillRect(at.left, at.top, at.width, at.height);
    const edge = parseFloat(style.borderBottomWidth);
    if (edge > 0) {
      pen.fillStyle = style.borderBottomColor;
      pen.fillRect(at.left, at.bottom - edge, at.width, edge);
    }
  }

  function draw(node, style, pen) {
    const at = node.getBoundingClientRect();
    pen.globalAlpha = Number(style.opacity) * Number(style.fillOpacity);
    pen.fillStyle = style.fill;
    pen.strokeStyle = style.stroke;
    pen.lineWidth = parseFloat(style.strokeWidth);
    pen.beginPath();
    switch (node.tagName) {
      case "rect":
        pen.rect(at.left, at.top, at.width, at.height);
        break;
      case "circle":
        pen.arc((at.left + at.right) / 2, (at.top + at.bottom) / 2, at.width / 2, 0, 2 * Math.PI);
        break;
      case "line":
        pen.moveTo(at.left, at.top);
        pen.lineTo(at.right, at.bottom);
    }
    if (style.fill !== "none" && node.tagName !== "line") pen.fill();
    if (style.stroke !== "none") pen.stroke();
    pen.globalAlpha = 1;
  }
})();
