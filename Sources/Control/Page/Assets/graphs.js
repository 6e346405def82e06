"use strict";
// Draws the load of the last 15 minutes.

// Seconds that a graph shows.
const span = 900;
const size = { width: 600, height: 100 };
const vector = "http://www.w3.org/2000/svg";

function seconds(value) {
  if (value >= 3600) return `${(value / 3600).toFixed(1)} h`;
  if (value >= 120) return `${Math.round(value / 60)} min`;
  return value >= 10 ? `${Math.round(value)} s` : `${value.toFixed(1)} s`;
}

function count(value) {
  if (value < 10 && !Number.isInteger(value)) return value.toFixed(1);
  return Math.round(value).toLocaleString("en").replaceAll(",", "\u202F");
}

const graphs = {
  rate: {
    lines: [["handled", "handled"], ["failed", "failed"]],
    text: (value) => `${count(value)}/s`, least: 1,
  },
  lag: { lines: [["lag", "oldest"]], text: seconds, least: 1 },
  waiting: { lines: [["waiting", "waiting"]], text: count, least: 10 },
};

// A round number that is no less than what is shown.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((step) => step * power >= value) * power;
}

function showLoad(load) {
  for (const figure of all("[data-graph]")) {
    showGraph(figure, graphs[figure.dataset.graph], load.points);
  }
}

function showGraph(figure, graph, points) {
  const drawn = figure.querySelector("svg") ?? makeGraph(figure, graph);
  const names = graph.lines.map(([name]) => name);
  const known = points.flatMap((point) => names.map((name) => point[name]))
    .filter((value) => value !== null);
  const most = Math.max(graph.least, ...known);
  const top = ceiling(most);
  for (const [index, name] of names.entries()) {
    const pieces = piecesOf(points, name, top);
    const lines = pieces.map((piece) => `M${piece.map(place).join("L")}`);
    drawn.querySelector(`path.${name}`).setAttribute("d", lines.join(""));
    if (index === 0) drawn.querySelector("path.area").setAttribute("d", pieces.map(area).join(""));
  }
  const now = nowOf(graph, names, points[points.length - 1] ?? {});
  setText(figure.querySelector(".now"), now);
  setText(figure.querySelector(".most"), graph.text(top));
  setAttribute(drawn, "aria-label", `now ${now}; the most in 15 minutes ${graph.text(most)}`);
}

function nowOf(graph, names, point) {
  const known = names.filter((name) => (point[name] ?? null) !== null);
  const texts = known.map((name) => graph.text(point[name]) + (name === "failed" ? " failed" : ""));
  return texts.join(", ") || "–";
}

function place({ x, y }) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

function area(piece) {
  const [first, last] = [piece[0], piece[piece.length - 1]];
  const corners = [{ x: first.x, y: size.height }, ...piece, { x: last.x, y: size.height }];
  return `M${corners.map(place).join("L")}Z`;
}

// Each stretch in which the value is known, as places in the drawing.
function piecesOf(points, name, top) {
  const pieces = [[]];
  for (const point of points) {
    if (point[name] === null) pieces.push([]);
    else {
      pieces[pieces.length - 1].push({
        x: size.width * (1 - point.ago / span), y: size.height * (1 - point[name] / top),
      });
    }
  }
  return pieces.filter((piece) => piece.length > 0);
}

function makeGraph(figure, graph) {
  const drawn = document.createElementNS(vector, "svg");
  drawn.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  drawn.setAttribute("preserveAspectRatio", "none");
  drawn.setAttribute("role", "img");
  const add = (name, attributes) => {
    const part = document.createElementNS(vector, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    drawn.append(part);
  };
  for (const part of [1, 2]) {
    const x = (size.width * part) / 3;
    add("line", { x1: x, x2: x, y1: 0, y2: size.height });
  }
  add("line", { x1: 0, x2: size.width, y1: 0, y2: 0 });
  add("path", { class: "area" });
  for (const [name] of graph.lines) add("path", { class: name });
  const scale = element("div", { class: "scale", "aria-hidden": "true" });
  for (const text of ["15 min ago", "10", "5", "now"]) scale.append(element("span", {}, text));
  figure.append(drawn, element("span", { class: "most", "aria-hidden": "true" }), scale);
  if (graph.lines.length > 1) {
    const key = element("div", { class: "key" });
    for (const [name, text] of graph.lines) key.append(element("span", { class: name }, text));
    figure.append(key);
  }
  return drawn;
}
