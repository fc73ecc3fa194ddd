/* The end of a consent: the page it was asked from shows the connection afresh, and this window goes. */
"use strict";

window.opener?.location.reload();
window.close();
