// Looking closer at a chart of readings: every point, zoomed by dragging across. Without this the drawn chart stays as it is.
(() => {
  const zoom = document.getElementById("zoom");
  if (!zoom) return;
  zoom.hidden = false;
  const button = zoom.querySelector("button");
  const loaded = (element) => new Promise((done, failed) => { element.onload = done; element.onerror = failed; document.head.append(element); });
  const made = (name, attributes) => Object.assign(document.createElement(name), attributes);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const shapes = (chart, series) => {
    const { ctx } = chart, out = series === 2, size = (out ? 5 : 2.5) * devicePixelRatio;
    ctx.save();
    ctx.fillStyle = colour(out ? "--bad" : "--edge");
    chart.data[0].forEach((at, n) => {
      const value = chart.data[series][n];
      if (value === null || at < chart.scales.x.min || at > chart.scales.x.max) return;
      const x = chart.valToPos(at, "x", true), y = chart.valToPos(value, "y", true);
      ctx.beginPath();
      if (out) { ctx.moveTo(x, y - size); ctx.lineTo(x + size, y); ctx.lineTo(x, y + size); ctx.lineTo(x - size, y); } else ctx.arc(x, y, size, 0, 7);
      ctx.fill();
    });
    ctx.restore();
    return false;
  };

  const draw = (points, frame) => {
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const zone = document.body.dataset.zone, word = (one) => document.querySelector(`.legend .${one}`).textContent;
    const one = (label) => ({ label, paths: () => null, points: { show: shapes }, value: (chart, value) => (value === null ? "" : `${value} ${points.unit}`) });
    const chart = new uPlot({
      width: frame.clientWidth - 16, height: 380, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
      scales: { y: { range: (_, low, high) => [low - (high - low) * .08 - .001, high + (high - low) * .08 + .001] } },
      axes: [axis, axis], cursor: { drag: { x: true, y: false } },
      series: [{ label: zoom.dataset.when, value: "{YYYY}-{MM}-{DD} {HH}:{mm}" }, one(word("dot")), one(`${word("up")} / ${word("down")}`)],
    }, [points.at, points.value.map((value, n) => (points.out[n] ? null : value)), points.value.map((value, n) => (points.out[n] ? value : null))], frame);
    new ResizeObserver(() => chart.setSize({ width: frame.clientWidth - 16, height: 380 })).observe(frame);
    return chart;
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await fetch(zoom.dataset.points, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const points = await answer.json();
      await Promise.all([loaded(made("script", { src: zoom.dataset.uplot })), loaded(made("link", { rel: "stylesheet", href: zoom.dataset.style }))]);
      const drawn = document.querySelector(".chart"), frame = made("div", { className: "chart closer" });
      drawn.after(frame);
      draw(points, frame);
      drawn.classList.add("print-only");
      button.hidden = true;
      zoom.classList.add("is-closer");
    } catch { button.disabled = false; }
  });
})();
