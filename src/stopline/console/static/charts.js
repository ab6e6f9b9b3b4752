/* Time series of the overview, drawn anew whenever the figures come. */
"use strict";
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const COLOURS = { sent: "--accent", received: "--good", blocked: "--bad", "opted in": "--good", "opted out": "--bad" };

  const draw = (place) => {
    const { names, data } = JSON.parse(place.dataset.chart);
    const isLong = data[0].at(-1) - data[0][0] > 172800;
    const when = (seconds) => new Date(seconds * 1000).toISOString().slice(isLong ? 5 : 11, isLong ? 10 : 16);
    const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    new uPlot({
      width: place.clientWidth,
      height: 170,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      cursor: { y: false },
      axes: [{ ...axis, values: (_, splits) => splits.map(when) }, { ...axis, size: 44, values: (_, splits) => splits.map((one) => (Number.isInteger(one) ? one.toLocaleString("en") : "")) }],
      scales: { y: { range: (_, low, high) => [0, Math.max(high * 1.1, 4)] } },
      series: [{ label: "UTC", value: "{YYYY}-{MM}-{DD} {HH}:{mm}" }, ...names.map((name) => ({
        label: name, stroke: colour(COLOURS[name]), width: 1.5, points: { show: false },
        fill: `color-mix(in srgb, ${colour(COLOURS[name])} 12%, transparent)`,
      }))],
    }, data, place);
  };

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach((place) => {
    if (!place.firstChild) draw(place);
  });
  document.addEventListener("htmx:after:swap", drawAll);
  let waiting;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.querySelectorAll("[data-chart]").forEach((place) => {
      place.replaceChildren();
      draw(place);
    }), 150);
  });
})();
