"use strict";

// Keeps the figures up to date. What is read or typed meanwhile stays where it is: of all else that
// changed there is a word.

const interval = 2000;
const shown = document.body.dataset.state;
const link = document.querySelector("#link");

function show({state, texts}) {
  for (const place of document.querySelectorAll("[data-live]")) {
    const text = texts[place.dataset.live];
    if (text !== undefined && place.textContent !== text) place.textContent = text;
  }
  for (const bar of document.querySelectorAll("[data-live-value]")) {
    const text = texts[bar.dataset.liveValue];
    if (text !== undefined) bar.value = Number(text.replace(/\D/g, ""));
  }
  if (state !== shown) document.querySelector("#changed").hidden = false;
}

function tell(text, tone) {
  const place = document.querySelector("#link-state");
  if (place.textContent !== text) place.textContent = text;
  link.dataset.tone = tone;
}

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, {headers: {Accept: "application/json"}});
      if (!answer.ok) throw new Error(answer.statusText);
      show(await answer.json());
      tell("live", "good");
    } catch {
      tell("the queue does not answer: trying again", "bad");
    }
  }
  setTimeout(refresh, interval);
}

if (shown !== undefined) {
  // What was done is said once, and not again when the page is loaded again.
  const address = new URL(location.href);
  if (address.searchParams.has("said")) {
    address.searchParams.delete("said");
    history.replaceState(null, "", address);
  }
  refresh();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) link.dataset.tone = "good";
  });
}
