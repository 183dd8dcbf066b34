// Looking closer at a chart of readings: every point, by buttons, keys, fingers or a mouse. Without this the drawn chart stays as it is.
(() => {
  const zoom = document.getElementById("zoom");
  if (!zoom) return;
  zoom.hidden = false;
  const button = zoom.querySelector("[data-open]");
  const loaded = (element) => new Promise((done, failed) => { element.onload = done; element.onerror = failed; document.head.append(element); });
  const made = (name, attributes) => Object.assign(document.createElement(name), attributes);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The marks of the drawn chart, from its own definitions: those of re-measures last, so that nothing covers them.
  const outline = (shape) => {
    const drawn = document.getElementById(`m-${shape}`), path = new Path2D(drawn.getAttribute("d") || "");
    if (shape === "dot") path.arc(0, 0, Number(drawn.getAttribute("r")), 0, 7);
    return path;
  };
  const shapes = (points) => (chart, series) => {
    const { ctx } = chart, scale = devicePixelRatio, isOut = series === 2;
    const within = colour("--edge"), out = colour("--bad"), sheet = colour("--sheet"), edge = isOut ? out : colour("--done");
    const paths = Object.fromEntries(["dot", "up", "down", "square"].map((shape) => [shape, outline(shape)]));
    const mark = (n) => {
      const at = chart.data[0][n], value = chart.data[series][n], square = points.shape[n] === "square";
      if (value === null || at < chart.scales.x.min || at > chart.scales.x.max) return;
      ctx.setTransform(scale, 0, 0, scale, chart.valToPos(at, "x", true), chart.valToPos(value, "y", true));
      ctx.fillStyle = square ? sheet : isOut ? out : within;
      ctx.fill(paths[points.shape[n]]);
      if (square) ctx.stroke(paths.square);
    };
    ctx.save();
    ctx.strokeStyle = edge;
    ctx.lineWidth = 2;
    points.shape.forEach((shape, n) => { if (shape !== "square") mark(n); });
    points.shape.forEach((shape, n) => { if (shape === "square") mark(n); });
    ctx.restore();
    return false;
  };

  // Under the marks: the line of middle values, and from a reading to its re-measure.
  const lines = (points) => (chart) => {
    const { ctx, bbox } = chart, scale = devicePixelRatio;
    const line = (ends) => {
      ctx.beginPath();
      for (const [at, value] of ends) ctx.lineTo(chart.valToPos(at, "x", true), chart.valToPos(value, "y", true));
      ctx.stroke();
    };
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    Object.assign(ctx, { lineJoin: "round", strokeStyle: colour("--accent"), lineWidth: 2 * scale, globalAlpha: .75 });
    if (points.middle.length) line(points.middle);
    Object.assign(ctx, { strokeStyle: colour("--bad"), lineWidth: 1.4 * scale, globalAlpha: 1 });
    for (const ends of points.joins) line(ends.map((n) => [points.at[n], points.value[n]]));
    ctx.restore();
  };

  const draw = (points, frame) => {
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    // As everywhere here: year, month, day and 24 hours; [from so many seconds apart, text, and more where a year, a day or a minute is new].
    const newDay = "\n{MM}-{DD}", newYear = "\n{YYYY}-{MM}-{DD}";
    const dates = [[2419200, "{YYYY}-{MM}", ...Array(6).fill(null), 1], [86400, "{MM}-{DD}", "\n{YYYY}", ...Array(5).fill(null), 1], [60, "{HH}:{mm}", newYear, null, newDay, null, null, null, 1], [1, "{HH}:{mm}:{ss}", newYear, null, newDay, null, null, null, 1]];
    const sides = ["low", "high"].filter((side) => points[side].some((value) => value !== null));
    const zone = document.body.dataset.zone, word = (one) => document.querySelector(`.legend .${one}`).textContent;
    const limit = (label) => ({ label, stroke: colour("--done"), dash: [5, 4], paths: uPlot.paths.stepped({ align: 1 }), points: { show: false }, value: (chart, value) => (value === null ? "" : `${value} ${points.unit}`) });
    const one = (label) => ({ label, paths: () => null, points: { show: shapes(points) }, value: (chart, value) => (value === null ? "" : `${value} ${points.unit}`) });
    const day = (at) => new Date(at * 1000).toLocaleString("sv-SE", { timeZone: zone }).slice(0, 16);
    const chart = new uPlot({
      hooks: { drawAxes: [lines(points)], setScale: [(it, key) => { if (key === "x") frame.setAttribute("aria-label", `${points.title}, ${day(it.scales.x.min)} – ${day(it.scales.x.max)}`); }] },
      width: frame.clientWidth - 16, height: 380, tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
      scales: { y: { range: (_, low, high) => [low - (high - low) * .08 - .001, high + (high - low) * .08 + .001] } },
      legend: { markers: { show: false } }, // the key below has the marks
      axes: [{ ...axis, values: dates, space: 72 }, axis], cursor: { drag: { x: true, y: false } },
      series: [{ label: zoom.dataset.when, value: "{YYYY}-{MM}-{DD} {HH}:{mm}" }, one(word("dot")), one(`${word("up")} / ${word("down")}`), ...sides.map((side) => limit(`${zoom.dataset.zone} ${side === "low" ? "≥" : "≤"}`))],
    }, [points.at, points.value.map((value, n) => (points.out[n] ? null : value)), points.value.map((value, n) => (points.out[n] ? value : null)), ...sides.map((side) => points[side])], frame);
    new ResizeObserver(() => chart.setSize({ width: frame.clientWidth - 16, height: 380 })).observe(frame);
    return chart;
  };

  // What is seen, from its middle: never wider than all there is, never narrower than a minute.
  const moved = (chart, points) => {
    const first = points.at[0] - 1, last = points.at[points.at.length - 1] + 1;
    const show = (min, max) => {
      const width = Math.min(Math.max(max - min, 60), last - first), from = Math.min(Math.max(min, first), last - width);
      chart.setScale("x", { min: from, max: from + width });
    };
    const by = (factor, at = 0.5) => {
      const { min, max } = chart.scales.x, width = (max - min) * factor, middle = min + (max - min) * at;
      show(middle - width * at, middle + width * (1 - at));
    };
    const aside = (share) => { const { min, max } = chart.scales.x, step = (max - min) * share; show(min + step, max + step); };
    return { in: () => by(0.5), out: () => by(2), back: () => aside(-0.3), on: () => aside(0.3), whole: () => show(first, last), by, aside };
  };

  const steered = (chart, frame, move) => {
    for (const one of zoom.querySelectorAll("[data-zoom]")) { one.hidden = false; one.addEventListener("click", () => move[one.dataset.zoom]()); }
    const keys = { "+": "in", "=": "in", "-": "out", "−": "out", ArrowLeft: "back", ArrowRight: "on", 0: "whole", Home: "whole" };
    frame.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      move[keys[event.key]]();
    });
    const fingers = new Map(), over = chart.over;
    const spread = () => { const [a, b] = [...fingers.values()]; return Math.max(Math.abs(a - b), 10); };
    over.addEventListener("pointerdown", (event) => { if (event.pointerType !== "mouse") { fingers.set(event.pointerId, event.clientX); over.setPointerCapture(event.pointerId); } });
    over.addEventListener("pointermove", (event) => {
      if (!fingers.has(event.pointerId)) return;
      const box = over.getBoundingClientRect(), before = fingers.get(event.pointerId), apart = fingers.size === 2 ? spread() : 0;
      fingers.set(event.pointerId, event.clientX);
      if (fingers.size === 1) move.aside((before - event.clientX) / box.width);
      else if (fingers.size === 2) { const [a, b] = [...fingers.values()]; move.by(apart / spread(), Math.min(Math.max(((a + b) / 2 - box.left) / box.width, 0), 1)); }
    });
    for (const end of ["pointerup", "pointercancel"]) over.addEventListener(end, (event) => fingers.delete(event.pointerId));
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
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      const chart = draw(points, frame);
      steered(chart, frame, moved(chart, points));
      frame.focus({ preventScroll: true });
      drawn.classList.add("print-only");
      button.hidden = true;
      zoom.classList.add("is-closer");
    } catch { button.disabled = false; }
  });
})();
