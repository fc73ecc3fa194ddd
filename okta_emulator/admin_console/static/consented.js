/* After a consent: reload the page that asked for it, and close this window. */
"use strict";

window.opener?.location.reload();
window.close();
