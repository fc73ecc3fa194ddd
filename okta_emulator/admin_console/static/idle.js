/* The warning that covers an unused page before its session ends. Any use of the page prevents it; once it is shown, only
 * its button removes it (our choice). Only real events count; the server is told about them now and then.
 */
"use strict";

{
  const { idle, warning } = document.body.dataset;
  const unused = document.querySelector("#idle");
  const told = { touched: Date.now(), server: Date.now() };

  const stay = () => {
    told.server = Date.now();
    const token = document.querySelector("#_xsrfToken").textContent;
    fetch("/admin/session/stay", { method: "POST", headers: { "X-Okta-XsrfToken": token } });
  };
  const touch = (event) => {
    const warned = !unused.hidden && !event.target.closest("#idle button");
    if (warned || !event.isTrusted) return;
    told.touched = Date.now();
    if (told.touched - told.server > idle / 4) stay();
  };
  for (const kind of ["pointermove", "click", "keydown"]) document.addEventListener(kind, touch, true);
  setInterval(() => (unused.hidden = Date.now() - told.touched < idle - warning), 200);
}
