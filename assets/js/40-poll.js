// Live pages: an element with data-poll (seconds) gets a "poll" event now and then while the page is looked at, and at
// once when it comes back into sight. With data-stream it is also woken by "changed" events of that stream.
(function () {
  "use strict";
  var QUIET_AFTER = 30 * 60e3, QUIET_EVERY = 5 * 60e3;
  var lastInput = Date.now();
  ["pointerdown", "keydown", "scroll", "touchstart"].forEach(function (name) {
    window.addEventListener(name, function () { lastInput = Date.now(); }, { passive: true, capture: true });
  });

  var timer = null, due = null, stream = null, streamURL = "", asked = Date.now();
  // asker: the element whose question is under way; again: something changed meanwhile, so its answer may be too old.
  var asker = null, again = false, tries = 0;

  function element() { return document.querySelector("[data-poll]"); }

  function ask() {
    var el = element();
    if (!el || document.hidden) return;
    // The answer to a form may have replaced the asker; then nobody hears the end of its question.
    if (asker && asker.isConnected) { again = true; return; }
    asker = null;
    asked = Date.now();
    plan();
    el.dispatchEvent(new CustomEvent("poll", { bubbles: false }));
    // htmx wakes what it has swapped in only a moment later: until then nobody hears.
    if (asker !== el && tries++ < 20) soon(50);
  }

  // The timer of a question that is wanted is its own: drawing the page anew plans the next round and must not undo it.
  function soon(wait) {
    if (!due) due = setTimeout(function () { due = null; ask(); }, wait);
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.hasAttribute("data-poll")) { asker = event.detail.elt; tries = 0; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!asker || event.detail.requestConfig.elt !== asker) return;
    asker = null;
    if (again) { again = false; soon(50); }
  });

  function plan() {
    clearTimeout(timer);
    var el = element();
    if (!el || document.hidden) return;
    var every = (Number(el.getAttribute("data-poll")) || 60) * 1000;
    if (Date.now() - lastInput > QUIET_AFTER) every = Math.max(every, QUIET_EVERY);
    timer = setTimeout(ask, every * (0.9 + Math.random() * 0.2));
  }

  function listen() {
    var el = element();
    var url = el && !document.hidden && window.EventSource ? el.getAttribute("data-stream") || "" : "";
    if (url === streamURL && (stream || !url)) return;
    if (stream) stream.close();
    stream = null; streamURL = url;
    if (!url) return;
    stream = new EventSource(url);
    // Several changes at once are one question; a short random wait spreads the readers of one ticket. What happened
    // before the line stood, at first or after a break, was told to nobody.
    ["changed", "open"].forEach(function (name) {
      stream.addEventListener(name, function () { soon(20 + Math.random() * 120); });
    });
    stream.onerror = function () {
      // A server that refuses the stream closes it for good; the timer still asks.
      if (stream && stream.readyState === 2) { stream.close(); stream = null; }
    };
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { clearTimeout(timer); clearTimeout(due); due = null; if (stream) { stream.close(); stream = null; streamURL = ""; } return; }
    lastInput = Date.now();
    ask(); listen();
  });
  window.addEventListener("pagehide", function () { if (stream) { stream.close(); stream = null; streamURL = ""; } });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { ask(); listen(); } });
  window.addEventListener("online", ask);
  window.addEventListener("focus", function () { if (Date.now() - asked > 5000) ask(); });

  // A form's address says what the page held when the form was drawn; since then polls may have brought more.
  document.addEventListener("htmx:configRequest", function (event) {
    var el = element(), held = el && /[?&]after=(\d+)/.exec(el.getAttribute("hx-get") || "");
    if (held && event.detail.verb !== "get") event.detail.path = event.detail.path.replace(/([?&]after=)\d+/, "$1" + held[1]);
  });

  // A poll and the answer to a reply may cross and bring the same message: it stands there once.
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var list = event.detail.target, news = event.detail.fragment;
    if (!list || !news || !list.matches("#messages, #entries")) return;
    Array.prototype.forEach.call(news.querySelectorAll("li[id]"), function (item) {
      var old = document.getElementById(item.id), before = item.previousElementSibling;
      if (!old || !list.contains(old)) return;
      if (before && before.matches(".day")) before.remove();
      item.remove();
    });
  });

  lodge.enhance("[data-poll]", function () {
    plan(); listen();
    if (again) { again = false; soon(50); }
  });
  lodge.enhance("[data-poll-link]", function (link) { link.hidden = true; });
})();
