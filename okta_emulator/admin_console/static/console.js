/* The console's pages: tabs and panes that appear late, and forms that accept only what a person types.
 *
 * A form sends its own record of what was typed, not what its inputs show (OB-413): only real key events are recorded,
 * and an edit by a script clears the write-only values. Nothing is stored in the browser.
 */
"use strict";

const forms = new WeakMap();

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const content = () => document.querySelector("#content");
const formOf = (element) => element.closest("form[data-post]");

/* What a form sends: its record of the texts, and the state of its checkboxes and lists. */
const toSend = (form) => {
  const body = new URLSearchParams(forms.get(form));
  for (const box of form.querySelectorAll("input[type=checkbox]")) {
    body.set(`_${box.name}`, "on");
    if (box.checked) body.set(box.name, "true");
  }
  for (const other of form.querySelectorAll("input[type=radio]:checked, input[type=hidden], select"))
    body.set(other.name, other.value);
  return body;
};

/* Start the record of a form with the values that the server put into its inputs. */
const record = (form) => {
  const texts = [...form.querySelectorAll("input[type=text], input[type=password]")];
  forms.set(form, { ...Object.fromEntries(texts.map((input) => [input.name, input.value])), ...forms.get(form) });
};

const request = async (url, body) => {
  const headers = { "X-Requested-With": "XMLHttpRequest" };
  if (body) headers["X-Okta-XsrfToken"] = document.querySelector("#_xsrfToken").textContent;
  const response = await fetch(url, { method: body ? "POST" : "GET", body, headers });
  if (response.status === 401) location.reload();
  return response;
};

const put = async (response, form) => {
  if (response.status === 401) return;
  const html = await response.text();
  const slot = response.headers.get("X-Slot");
  if (slot !== "content") {
    form.querySelector(`[data-slot=${slot}]`).innerHTML = html;
    return;
  }
  await later(Number(content().dataset.delay));
  content().innerHTML = html;
  content().querySelectorAll("form[data-post]").forEach(record);
};

/* Hide entries that don't match a search field; like the real one, it reacts only to real keys (OB-407). */
const filter = (search) => {
  const words = search.value.trim().toLowerCase();
  const entries = [...document.getElementById(search.dataset.filters).children];
  for (const entry of entries) entry.hidden = !entry.textContent.toLowerCase().includes(words);
  if (entries.length)
    document.querySelector("#none").textContent = entries.every((entry) => entry.hidden) ? "No app has this name." : "";
};

document.addEventListener("click", async (event) => {
  if (event.target.closest("a[href='#']")) event.preventDefault();
  if (event.target.closest("[data-close]")) event.target.closest("[data-slot]").replaceChildren();
  const absent = event.target.closest("[data-absent]");
  if (absent) {
    document.querySelector("#absent p").textContent = absent.dataset.absent;
    document.querySelector("#absent").showModal();
  }
  if (event.target.closest("[data-sign-out]")) {
    await request("/admin/session/end", new URLSearchParams());
    location.reload();
  }
  const load = event.target.closest("[data-load]");
  if (load) {
    content().replaceChildren();
    if (load.closest("#tabs"))
      for (const tab of document.querySelectorAll("#tabs a")) tab.toggleAttribute("aria-current", tab === load);
    await put(await request(load.dataset.load));
  }
  const verify = event.target.closest("[data-verify]");
  if (verify) {
    const form = formOf(verify);
    form.querySelector("[data-slot=banner]").replaceChildren();
    await put(await request(`${form.dataset.post}/verify`, toSend(form)), form);
  }
});

document.addEventListener("submit", async (event) => {
  const form = formOf(event.target);
  if (!form) return;
  event.preventDefault();
  await put(await request(form.dataset.post, toSend(form)), form);
});

document.addEventListener("change", (event) => {
  const { creates } = event.target.dataset;
  if (creates) {
    const place = document.getElementById(creates);
    const fields = event.target.closest("form").querySelector("template").content.cloneNode(true);
    place.replaceChildren(...(event.target.checked ? [fields] : []));
    record(formOf(place));
  }
  if (event.target.dataset.chooses !== undefined)
    for (const part of formOf(event.target).querySelectorAll("[data-mode]"))
      part.hidden = part.dataset.mode !== event.target.value;
});

let typing = false;
document.addEventListener("keydown", (event) => (typing = event.isTrusted));
document.addEventListener("keyup", () => (typing = false));
document.addEventListener("input", (event) => {
  if (event.target.dataset.filters && typing) filter(event.target);
  const form = formOf(event.target);
  if (!form || !/^(text|password)$/.test(event.target.type)) return;
  const kept = forms.get(form);
  if (event.isTrusted && typing) kept[event.target.name] = event.target.value;
  else for (const secret of form.querySelectorAll("[data-write-only]")) kept[secret.name] = "";
});

if (content()) request(content().dataset.first).then(put);
