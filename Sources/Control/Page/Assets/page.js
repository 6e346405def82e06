"use strict";
// Keeps what the server wrote up to date. Everything that comes is set as text.

// Milliseconds without news: until it is said, until another connection is made, between two.
const staleAfter = 4000;
const silentAfter = 20000;
const retryAfter = 2000;

let stream = null;
let heardAt = Date.now();
let triedAt = 0;

function all(selector, within = document) {
  return [...within.querySelectorAll(selector)];
}

function element(name, attributes = {}, text = null) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

// What is as it was is left alone: a screen reader says what changes.
function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function setAttribute(target, name, value) {
  if (value === undefined || value === null) target.removeAttribute(name);
  else if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

// Children by their keys: one that stays is kept, with its focus and whether it is open.
function fill(parent, items, make, update) {
  const children = all(":scope > [data-key]", parent);
  const known = new Map(children.map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    let child = known.get(item.key);
    known.delete(item.key);
    if (!child) {
      child = make(item);
      child.dataset.key = item.key;
    }
    const present = parent.children[index] ?? null;
    if (present !== child) parent.insertBefore(child, present);
    update(child, item);
  });
  for (const gone of known.values()) gone.remove();
}

// MARK: State

function showState(view) {
  if (document.body.dataset.instance !== view.instance) return location.reload();
  document.title = view.texts.title;
  for (const target of all("[data-text]")) setText(target, view.texts[target.dataset.text] ?? "");
  for (const target of all("b[data-text]")) {
    setAttribute(target, "data-tone", view.tones[target.dataset.text]);
  }
  setAttribute(document.getElementById("state"), "data-tone", view.tone);
  const troubles = view.troubles.map((text) => ({ key: text, text }));
  fill(
    document.getElementById("troubles"), troubles, () => element("li"),
    (item, trouble) => setText(item, trouble.text));
  for (const [name, rows] of Object.entries(view.tables)) {
    const body = document.querySelector(`[data-rows="${name}"]`);
    const labels = all("thead th", body.closest("table")).map((head) => head.textContent);
    fill(
      body, rows, () => element("tr", { role: "row" }),
      (row, item) => showRow(row, item.cells, labels));
  }
}

function showRow(row, cells, labels) {
  while (row.cells.length > cells.length) row.lastElementChild.remove();
  cells.forEach((cell, index) => {
    let target = row.cells[index];
    if (!target) {
      target = index === 0 && !cell.span
        ? element("th", { scope: "row", role: "rowheader" }) : element("td", { role: "cell" });
      row.append(target);
    }
    setAttribute(target, "data-tone", cell.tone);
    if (cell.span) setAttribute(target, "colspan", String(cell.span));
    else if (index > 0) setAttribute(target, "data-label", labels[index]);
    if (cell.actions) showActions(target, cell.actions);
    else if (cell.link) showLink(target, cell);
    else setText(target, cell.text);
  });
}

function showLink(target, cell) {
  let link = target.querySelector("a");
  if (!link) {
    link = element("a");
    target.replaceChildren(link);
  }
  setAttribute(link, "href", cell.link);
  setText(link, cell.text);
}

// The form stays the same element when what it does changes: who has its focus keeps it.
function showActions(target, actions) {
  while (target.children.length > actions.length) target.lastElementChild.remove();
  actions.forEach((action, index) => {
    let form = target.children[index];
    if (!form) {
      form = element("form", { method: "post" });
      const token = document.body.dataset.token;
      form.append(
        element("input", { type: "hidden", name: "token", value: token }),
        element("input", { type: "hidden", name: "queue" }), element("button"));
      target.append(form);
    }
    setAttribute(form, "action", action.path);
    setAttribute(form.elements.queue, "value", action.queue);
    const button = form.querySelector("button");
    setAttribute(button, "aria-label", `${action.label} ${action.queue}`);
    setText(button, action.label);
  });
}

// MARK: Events of messages

function showEvents(name, events) {
  const list = document.querySelector(`[data-events="${name}"]`);
  fill(list, events, makeEvent, (item, event) => {
    setAttribute(item, "data-tone", event.tone);
    setText(item.querySelector(".what"), event.text);
  });
}

function makeEvent(event) {
  const item = element("li");
  const head = element("div", { class: "head" });
  const time = element("time", { datetime: event.at }, event.time);
  head.append(time, " ", element("b", {}, event.source));
  if (event.link) head.append(" ", element("a", { class: "id", href: event.link }, event.id));
  item.append(head);
  if (event.output) {
    const details = element("details");
    details.append(element("summary", { class: "what" }));
    details.append(element("pre", { tabindex: "0" }, event.output));
    item.append(details);
  } else {
    item.append(element("div", { class: "what" }));
  }
  return item;
}

// MARK: Connection

function listen() {
  stream?.close();
  stream = new EventSource("/events" + location.search);
  const on = (name, show) => stream.addEventListener(name, (event) => {
    heardAt = Date.now();
    show(JSON.parse(event.data));
  });
  on("state", showState);
  on("load", showLoad);
  on("failures", (events) => showEvents("failures", events));
  on("story", (events) => showEvents("story", events));
}

// The browser connects again by itself, but not after an answer that is no stream, nor to what
// takes a connection and then is silent.
function watch() {
  const silence = Date.now() - heardAt;
  const isStale = silence > staleAfter;
  const link = document.getElementById("link");
  setAttribute(link, "data-tone", isStale ? "bad" : null);
  const state = isStale ? "no news since: trying to connect again" : "live";
  setText(document.getElementById("link-state"), state);
  const isOver = !stream || stream.readyState === EventSource.CLOSED || silence > silentAfter;
  if (!isOver || document.hidden || Date.now() - triedAt < retryAfter) return;
  triedAt = Date.now();
  listen();
}

// Nobody looks: nothing has to be made.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else {
    heardAt = Date.now();
    listen();
  }
});

// MARK: Actions

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post") return;
  event.preventDefault();
  const said = document.getElementById("said");
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST", headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    const { said: done, error } = await answer.json();
    setText(said, done ?? `Not done: ${error}`);
  } catch {
    setText(said, "The daemon did not answer: nothing is known of what was asked for.");
  }
});

listen();
watch();
setInterval(watch, 1000);
