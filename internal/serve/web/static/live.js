// A page that shows something under way is asked for again every few seconds, while it
// is looked at. It stays as it is where that fails.
"use strict";

const live = document.querySelector("[data-live]");
const again = async () => {
  if (document.hidden || live.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (!next) {
      location.reload();
      return;
    }
    const open = [...live.querySelectorAll("details")].map((d) => d.open);
    live.replaceChildren(...next.childNodes);
    live.querySelectorAll("details").forEach((d, i) => { if (i < open.length) d.open = open[i]; });
  } catch {
    // The server may be restarting: the next time.
  }
};
if (live) setInterval(again, Number(live.dataset.live) * 1000);
