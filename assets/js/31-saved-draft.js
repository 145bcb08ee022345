// Saved drafts: what a signed-in customer types is kept on the server, so that it waits on every device of theirs.
(function () {
  "use strict";
  lodge.enhance("form[data-draft-url]", function (form) {
    var timer, last = "", sending = false, state = form.querySelector("[data-draft-state]");
    function typed() {
      var body = new URLSearchParams();
      new FormData(form).forEach(function (value, name) { if (typeof value === "string") body.append(name, value); });
      return body;
    }
    function text() { var body = typed(); body.delete("csrf"); return body.toString(); }
    function save() {
      clearTimeout(timer);
      var now = text();
      if (sending || now === last || !form.isConnected) return;
      last = now;
      fetch(form.getAttribute("data-draft-url"), { method: "POST", body: typed(), credentials: "same-origin", keepalive: now.length < 6e4,
        headers: { "X-Draft": "1", "X-CSRF-Token": form.getAttribute("data-draft-csrf") } }).then(function (r) {
        if (r.ok && state) state.hidden = false; else if (!r.ok) last = "";
      }, function () { last = ""; });
    }
    last = text();
    form.addEventListener("input", function () { if (state) state.hidden = true; clearTimeout(timer); timer = setTimeout(save, 1500); });
    form.addEventListener("submit", function () { sending = true; clearTimeout(timer); });
    window.addEventListener("pageshow", function () { sending = false; });
  });
})();
