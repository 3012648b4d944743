// Draws the charts of a page from the options that the server wrote beside their
// tables, when they come into view. Without this, or without the library that
// data-library names, the tables are there. pictures.js lets them leave as pictures. The library is Apache ECharts
// (Apache-2.0); echarts.LICENSE.txt beside it is its licence.
"use strict";

(() => {
  const library = document.currentScript.dataset.library;
  const figures = document.querySelectorAll("figure.chart[data-chart]");
  if (!library || !("IntersectionObserver" in window)) {
    for (const figure of figures) openTable(figure);
    return;
  }
  const drawn = new Map(); // figure -> chart
  let loading;

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      load().then(() => draw(entry.target)).catch(() => openTable(entry.target));
    }
  }, { rootMargin: "200px" });
  for (const figure of figures) seen.observe(figure);

  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      drawn.get(target)?.resize();
      draw(target);
    }
  });

  // The library is asked for once, by the first chart that is seen.
  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  function draw(figure) {
    let chart = drawn.get(figure);
    if (figure.hidden) return;
    if (!chart) {
      const canvas = document.createElement("div");
      canvas.className = "canvas";
      figure.replaceChildren(canvas); // it tells screen readers what the caption told
      chart = echarts.init(canvas, null, { renderer: "canvas" });
      drawn.set(figure, chart);
      resized.observe(figure);
      offerPicture(figure.closest(".tile"), () => chart.getDataURL({
        type: "png", pixelRatio: 2, backgroundColor: getComputedStyle(document.documentElement).getPropertyValue("--surface").trim(),
      }));
    }
    const option = resolved(JSON.parse(figure.dataset.chart));
    nameLines(option, figure.clientWidth);
    makeRoomForLegend(option, figure.clientWidth);
    chart.setOption(option, true);
  }

  // Lines are named at their ends where the chart is wide, else by the legend.
  function nameLines(option, width) {
    if (option.labelRoom && width > 480) {
      option.grid.right = option.labelRoom;
      option.grid.top = 16;
      delete option.legend;
    } else {
      for (const line of option.series) delete line.endLabel;
    }
  }

  // A legend takes as many rows as its names need, above what is drawn.
  function makeRoomForLegend(option, width) {
    if (!option.legend) return;
    const { itemWidth, itemGap } = option.legend;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = option.textStyle.fontSize + "px " + option.textStyle.fontFamily;
    const [padding, beforeName, row] = [5, 5, 10 + itemGap]; // as the library has them
    let [rows, used] = [1, 0];
    for (const name of new Set(option.series.map((line) => line.name))) {
      const item = itemWidth + beforeName + pen.measureText(name).width + itemGap;
      if (used > 0 && used + item > width - 2 * padding) [rows, used] = [rows + 1, 0];
      used += item;
    }
    option.grid.top = 20 + rows * row;
  }

  // Colours are named by custom properties; numbers and periods were written by
  // the server.
  function resolved(option) {
    const style = getComputedStyle(document.documentElement);
    const colours = (part) => {
      for (const [key, value] of Object.entries(part)) {
        if (typeof value === "string" && /^(c|borderC)olor$/.test(key) && value.startsWith("--")) part[key] = style.getPropertyValue(value).trim();
        else if (value && typeof value === "object") colours(value);
      }
    };
    colours(option);
    const property = (name) => style.getPropertyValue(name).trim();
    option.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
    option.xAxis.axisLabel.formatter = (value, i) => option.xAxis.axisLabel.texts[i];
    const y = option.yAxis;
    y.axisLabel.formatter = (value) => y.axisLabel.texts[Math.round((value - y.min) / y.interval)] ?? "";
    Object.assign(option.tooltip, {
      formatter: (points) => told(points, option.series),
      backgroundColor: property("--surface"),
      borderColor: property("--line"),
      textStyle: { color: property("--ink"), fontSize: 12 },
    });
    return option;
  }

  function told(points, series) {
    const lines = points
      .map((point) => [point, series[point.seriesIndex].texts[point.dataIndex]])
      .filter(([, text]) => text)
      .map(([point, text]) => point.marker + point.seriesName + "  " + text);
    return lines.length ? [points[0].name, ...lines].join("\n") : points[0].name + "\n–";
  }

  function openTable(figure) {
    figure.hidden = true;
    const data = figure.closest(".tile")?.querySelector("details.data");
    if (data) data.open = true;
  }

  // Colours follow the system and the choice of the viewer.
  function redraw() {
    for (const figure of drawn.keys()) draw(figure);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

  // Paper is light, and holds the tables as well: nobody can point at it.
  let restore = () => {};
  addEventListener("beforeprint", () => {
    const root = document.documentElement;
    const theme = root.dataset.theme;
    const closed = [...document.querySelectorAll("details.data:not([open])")];
    for (const data of closed) data.open = true;
    root.dataset.theme = "light";
    if (window.echarts) for (const figure of figures) draw(figure);
    restore = () => {
      for (const data of closed) data.open = false;
      if (theme) root.dataset.theme = theme;
      else delete root.dataset.theme;
      redraw();
    };
  });
  addEventListener("afterprint", () => restore());
})();
