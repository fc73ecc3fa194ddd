/* Fetches new exchanges once a second, shows them on top, and filters the list. */
"use strict";

const list = document.querySelector("#exchanges");
const search = document.querySelector("#search");
const failures = document.querySelector("#failures");
let last = 0;

const filter = () => {
  const words = search.value.toLowerCase();
  let shown = 0;
  for (const exchange of list.children) {
    const fits = exchange.textContent.toLowerCase().includes(words);
    exchange.hidden = !fits || (failures.checked && !exchange.classList.contains("bad"));
    shown += !exchange.hidden;
  }
  document.querySelector("#count").value = `${shown} of ${list.children.length}`;
  document.querySelector("#empty").hidden = list.children.length > 0;
};

const look = async () => {
  const response = await fetch(`/_emulator/console/exchanges?after=${last}`);
  if (!response.ok) return;
  last = Number(response.headers.get("X-Last"));
  list.insertAdjacentHTML("afterbegin", await response.text());
  filter();
};

search.addEventListener("input", filter);
failures.addEventListener("change", filter);
look();
setInterval(look, 1000);
