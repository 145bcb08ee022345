// Drafts: what is typed into a field with data-draft="key" outlives a reload in this browser, until it was sent.
(function () {
  "use strict";
  var PREFIX = "lodge-draft:", DAYS = 14;

  function store(work) { try { return work(window.localStorage); } catch (e) { return null; } }

  store(function (s) {
    var oldest = Date.now() - DAYS * 864e5;
    Object.keys(s).forEach(function (key) {
      if (key.indexOf(PREFIX) !== 0) return;
      var at = 0;
      try { at = JSON.parse(s.getItem(key)).at; } catch (e) { /* unreadable: drop it */ }
      if (!(at > oldest)) s.removeItem(key);
    });
  });

  // The clearing mark comes before the field in the answer to a successful post.
  lodge.enhance("[data-draft-clear]", function (el) {
    store(function (s) { s.removeItem(PREFIX + el.getAttribute("data-draft-clear")); });
  });

  lodge.enhance("[data-draft]", function (field) {
    var key = PREFIX + field.getAttribute("data-draft");
    if (!field.getAttribute("data-draft")) return;
    if (!field.value) {
      var text = store(function (s) { try { return JSON.parse(s.getItem(key)).text; } catch (e) { return ""; } });
      if (text) field.value = text;
    }
    var timer;
    field.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    });
    function save() {
      clearTimeout(timer);
      if (!field.isConnected) return;
      store(function (s) {
        if (field.value.trim()) s.setItem(key, JSON.stringify({ text: field.value, at: Date.now() })); else s.removeItem(key);
      });
    }
    field.addEventListener("blur", save);
    window.addEventListener("pagehide", function () { if (!field.form || field.form.getAttribute("aria-busy") !== "true") save(); });
  });
})();
