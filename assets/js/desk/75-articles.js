// What is written into an article outlives a closed tab: it is kept in this browser and offered, never put in by itself,
// because what is saved may be newer.
(function () {
  "use strict";
  var PREFIX = "lodge-article:", DAYS = 30;

  function store(work) { try { return work(window.localStorage); } catch (e) { return null; } }
  function read(key) { return store(function (s) { return JSON.parse(s.getItem(PREFIX + key)); }); }
  function drop(key) { store(function (s) { s.removeItem(PREFIX + key); }); }
  function same(a, b) { return (a || "").replace(/\r\n/g, "\n").trim() === (b || "").replace(/\r\n/g, "\n").trim(); }

  store(function (s) {
    Object.keys(s).forEach(function (name) {
      if (name.indexOf(PREFIX) !== 0) return;
      var kept = read(name.slice(PREFIX.length));
      if (!kept || !(kept.at > Date.now() - DAYS * 864e5)) s.removeItem(name);
    });
  });

  lodge.enhance("[data-article]", function (body) {
    var form = body.form, title = form.elements.title, key = body.getAttribute("data-article"), isNew = body.getAttribute("data-article-new");
    // A new article that was saved has become this one.
    [key, isNew].forEach(function (name) { var kept = read(name); if (kept && same(kept.body, body.value)) drop(name); });

    var kept = read(key), bar = form.querySelector("[data-kept]");
    if (kept && kept.body && bar && !same(kept.body, body.value) && !form.querySelector(".error-summary")) {
      bar.hidden = false;
      bar.querySelector("[data-kept-take]").addEventListener("click", function () {
        body.value = kept.body;
        if (kept.title) title.value = kept.title;
        bar.hidden = true;
        body.dispatchEvent(new Event("input", { bubbles: true }));
        body.focus();
      });
      bar.querySelector("[data-kept-drop]").addEventListener("click", function () { drop(key); bar.hidden = true; body.focus(); });
    }

    var timer;
    function save() {
      clearTimeout(timer);
      // What is still on offer is not written over.
      if (!body.isConnected || body.value === body.defaultValue || (bar && !bar.hidden)) return;
      store(function (s) { s.setItem(PREFIX + key, JSON.stringify({ title: title.value, body: body.value, at: Date.now() })); });
    }
    body.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(save, 500); });
    window.addEventListener("pagehide", save);
  });
})();
