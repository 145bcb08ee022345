// Who else has this ticket open: the page says every 15 seconds that it is looked at, at once when somebody begins or
// stops to write in it, and when it is left. What others do comes with the page's own poll.
(function () {
  "use strict";
  var EVERY = 15e3, PAUSE = 10e3;
  var typing = false, timer = null, pause = null, last = "";

  function element() { return document.getElementById("presence"); }
  function url() { var el = element(); return el ? el.getAttribute("data-beat") : ""; }

  function data(extra) {
    var d = new URLSearchParams(extra);
    d.set("csrf", lodge.token());
    if (typing) d.set("typing", "1");
    return d;
  }

  function beat() {
    clearTimeout(timer);
    var to = url();
    if (!to || document.hidden) return;
    last = to;
    timer = setTimeout(beat, EVERY);
    fetch(to, { method: "POST", body: data(), headers: { "HX-Request": "true" }, credentials: "same-origin" }).then(function (res) {
      return res.ok ? res.text() : "";
    }).then(function (html) {
      var el = element();
      if (!html || !el || el.getAttribute("data-beat") !== to) return;
      var box = document.createElement("template");
      box.innerHTML = html.trim();
      // Nothing is drawn anew that is the same: a screen reader would say it again.
      var fresh = box.content.firstElementChild;
      if (fresh && fresh.innerHTML !== el.innerHTML) el.innerHTML = fresh.innerHTML;
    }).catch(function () { /* the next one says it */ });
  }

  function leave() {
    clearTimeout(timer);
    if (!last || !navigator.sendBeacon) return;
    typing = false;
    navigator.sendBeacon(last, data({ gone: "1" }));
    last = "";
  }

  function write(on) {
    clearTimeout(pause);
    if (on) pause = setTimeout(function () { write(false); }, PAUSE);
    if (typing === on) return;
    typing = on;
    beat();
  }

  document.addEventListener("input", function (event) {
    if (event.isTrusted && event.target.id === "body" && event.target.closest("#composer")) write(!!event.target.value.trim());
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.target.id === "composer" || (event.target.closest && event.target.closest("#composer"))) write(false);
  });
  document.addEventListener("visibilitychange", function () { if (document.hidden) leave(); else beat(); });
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", function (event) { if (event.persisted) beat(); });
  lodge.enhance("#presence", function (el) { if (el.getAttribute("data-beat") !== last) beat(); });
})();
