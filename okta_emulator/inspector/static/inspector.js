/* Fetches new exchanges page by page, once a second, shows them on top, and filters the list. */
"use strict";

const list = document.querySelector("#exchanges");
const search = document.querySelector("#search");
const failures = document.querySelector("#failures");
let last = 0;
let total = 0;

const filter = () => {
  const words = search.value.toLowerCase();
  let shown = 0;
  for (const exchange of list.children) {
    const fits = exchange.textContent.toLowerCase().includes(words);
    const good = !exchange.matches(".bad, .silent");
    exchange.hidden = !fits || (failures.checked && good);
    shown += !exchange.hidden;
  }
  document.querySelector("#count").value = `${shown} of ${total}`;
  document.querySelector("#empty").hidden = list.children.length > 0;
};

const look = async () => {
  for (;;) {
    const response = await fetch(`/_emulator/console/exchanges?after=${last}`);
    if (!response.ok) return;
    total = Number(response.headers.get("X-Total"));
    if (total < list.children.length) { // the org was reset
      list.replaceChildren();
      last = 0;
      continue;
    }
    const newest = Number(response.headers.get("X-Last"));
    if (newest === last) break;
    last = newest;
    list.insertAdjacentHTML("afterbegin", await response.text());
  }
  filter();
};

const watch = async () => {
  try {
    await look();
  } finally {
    setTimeout(watch, 1000);
  }
};

search.addEventListener("input", filter);
failures.addEventListener("change", filter);
watch();
