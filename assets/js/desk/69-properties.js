// A ticket's properties: folded on narrow screens, days by the visitor's own clock, and the bell.
(function () {
  "use strict";

  // What the visitor opened or folded stays so when the sidebar is drawn anew.
  var narrow = window.matchMedia("(max-width: 67.99rem)"), opened = false;
  lodge.enhance("[data-fold]", function (fold) {
    function fit() { fold.open = !narrow.matches || opened || !!fold.querySelector("[role=alert]"); }
    fit();
    fold.addEventListener("toggle", function (event) { if (event.target === fold && narrow.matches) opened = fold.open; });
    narrow.addEventListener("change", function () { if (fold.isConnected) fit(); });
  });
  lodge.enhance("#snooze", function (menu) {
    menu.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
      event.stopPropagation();
    });
  });

  lodge.enhance("[data-zone]", function (el) {
    try { el.value = Intl.DateTimeFormat().resolvedOptions().timeZone || ""; } catch (e) { /* the server's clock counts */ }
  });

  // A date without a value is no text to read: it says “None” by being faint until it is used.
  lodge.enhance("input[data-empty]", function (el) {
    el.addEventListener("input", function () { if (el.value) el.removeAttribute("data-empty"); });
  });

  // Browsers call a day changed with each digit that is typed: wait until the hand rests or moves on.
  function sendDay(el) {
    clearTimeout(el.lodgeDay);
    var sent = el.lodgeSent === undefined ? el.defaultValue : el.lodgeSent;
    if (el.value === sent || !el.isConnected || el.validity.badInput || (el.value && el.value < "2000")) return;
    el.lodgeSent = el.value;
    el.form.requestSubmit();
  }
  function isDay(event) { return event.target.matches && event.target.matches("input[data-day]"); }
  document.addEventListener("change", function (event) {
    if (!isDay(event)) return;
    clearTimeout(event.target.lodgeDay);
    event.target.lodgeDay = setTimeout(sendDay, 900, event.target);
  });
  document.addEventListener("focusout", function (event) { if (isDay(event)) sendDay(event.target); });

  // What a form of an old page brings may be on the page already: a poll was faster.
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var target = event.detail.target, fresh = event.detail.fragment;
    if (!target || target.id !== "entries" || !fresh || !fresh.querySelectorAll) return;
    Array.prototype.forEach.call(fresh.querySelectorAll("li[id]"), function (line) {
      if (document.getElementById(line.id)) line.remove();
    });
  });

  // Opening a ticket reads its notices, once somebody looks at the page.
  function see(form) {
    if (document.hidden || !form.isConnected) return;
    setTimeout(function () { if (form.isConnected) form.dispatchEvent(new CustomEvent("seen")); }, 50);
  }
  lodge.enhance("form[data-seen]", see);

  // The bell asks once a minute while it is looked at.
  var asked = Date.now();
  function ring() {
    var bell = document.querySelector("[data-bell]");
    if (!bell || document.hidden || Date.now() - asked < 20000) return;
    asked = Date.now();
    bell.dispatchEvent(new CustomEvent("bell"));
  }
  setInterval(ring, 60000);
  document.addEventListener("visibilitychange", function () {
    ring();
    Array.prototype.forEach.call(document.querySelectorAll("form[data-seen]"), see);
  });
})();
