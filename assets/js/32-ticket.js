// A signed-in customer's ticket: how far it was read and what is half written are kept on the server; and printing.
(function () {
  "use strict";

  function token() {
    try { return JSON.parse(document.body.getAttribute("hx-headers")); } catch (e) { return {}; }
  }

  function tell(url, name, value, last) {
    var body = new URLSearchParams();
    body.set(name, value);
    return fetch(url, { method: "POST", headers: token(), body: body, keepalive: !!last && value.length < 2e4 }).catch(function () { /* the next one tells it */ });
  }

  var told = 0;
  function seen(el) {
    var version = Number(el.getAttribute("data-seen-version"));
    if (document.hidden || !el.isConnected || version <= told) return;
    told = version;
    tell(el.getAttribute("data-seen"), "version", String(version));
  }
  lodge.enhance("[data-seen]", seen);
  document.addEventListener("visibilitychange", function () {
    var el = document.querySelector("[data-seen]");
    if (el) seen(el);
  });

  lodge.enhance("textarea[data-draft-url]", function (field) {
    var timer, kept = field.defaultValue;
    function save(last) {
      clearTimeout(timer);
      if (!field.isConnected || field.value === kept || (field.form && field.form.getAttribute("aria-busy") === "true")) return;
      kept = field.value;
      tell(field.getAttribute("data-draft-url"), "body", kept, last);
    }
    field.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(save, 1500); });
    field.addEventListener("blur", function () { save(); });
    window.addEventListener("pagehide", function () { save(true); });
    if (field.form) field.form.addEventListener("submit", function () { clearTimeout(timer); kept = field.value; });
  });

  lodge.enhance("[data-print]", function (button) {
    button.addEventListener("click", function () { window.print(); });
  });
})();
