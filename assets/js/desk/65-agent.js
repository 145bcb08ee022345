// The desk: short times in the queue, a list that draws itself anew only when nobody is at it, and a composer that
// never forgets that a text was meant as a note.
(function () {
  "use strict";

  // <time data-style="ago"> reads "4 min ago", and after a day as a date.
  function ago(el) {
    var at = new Date(el.getAttribute("datetime"));
    if (isNaN(at)) return;
    var lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
    var minutes = Math.round((Date.now() - at) / 60000);
    var near = new Intl.RelativeTimeFormat(lang, { style: "short", numeric: "auto" });
    if (minutes < 1) el.textContent = near.format(0, "second");
    else if (minutes < 60) el.textContent = near.format(-minutes, "minute");
    else if (minutes < 24 * 60) el.textContent = near.format(-Math.round(minutes / 60), "hour");
    else el.textContent = new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", year: new Date().getFullYear() === at.getFullYear() ? undefined : "numeric" }).format(at);
    el.title = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "short" }).format(at);
  }
  lodge.enhance('time[data-style="ago"]', ago);
  setInterval(function () {
    if (!document.hidden) Array.prototype.forEach.call(document.querySelectorAll('time[data-style="ago"]'), ago);
  }, 60000);

  // News of the list: shown at once where no pointer, focus, choice or walked-to row would lose its place, else as a link.
  // Somebody may come to the list while the answer is on its way: then the link stays too.
  function attended(list) {
    return window.scrollY > 80 || list.matches(":hover") || list.contains(document.activeElement) || !!list.querySelector(".is-current, [data-pick]:checked");
  }
  lodge.enhance("[data-news]", function (link) {
    var list = document.getElementById("rows");
    if (list && !attended(list)) link.click();
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var asked = event.detail.requestConfig, list = event.detail.target;
    if (!asked || !asked.elt.matches("[data-news]") || !asked.triggeringEvent || asked.triggeringEvent.isTrusted) return;
    if (list && attended(list)) event.detail.shouldSwap = false;
  });

  // A draft comes back in the mode it was written in: a note must never return as a reply.
  var PREFIX = "lodge-mode:";
  function keep(key, mode) {
    try { if (mode === "note") localStorage.setItem(PREFIX + key, mode); else localStorage.removeItem(PREFIX + key); } catch (e) { /* private window */ }
  }
  function kept(key) { try { return localStorage.getItem(PREFIX + key); } catch (e) { return null; } }

  lodge.enhance("[data-draft-clear]", function (el) { keep(el.getAttribute("data-draft-clear"), ""); });
  lodge.enhance("[data-mode-of]", function (radio) {
    var key = radio.getAttribute("data-mode-of");
    if (radio.value === "note" && kept(key) === "note" && radio.form.elements.body.value) radio.checked = true;
    radio.addEventListener("change", function () { keep(key, radio.value); hint(radio.form); });
  });
  function hint(form) {
    var body = form.elements.body, note = form.querySelector("[data-note]");
    var mode = !note || note.checked ? "note" : "reply";
    body.placeholder = body.getAttribute("data-" + mode + "-placeholder") || "";
  }
  lodge.enhance("form.composer", hint);

  // Nothing is taken away from under the hand: while somebody is at a control of the sidebar, what a poll brings waits until
  // they have left it, and so does the answer to another control while this one holds something that is not sent yet.
  function unsent(el) {
    if (el.tagName === "SELECT") return Array.prototype.some.call(el.options, function (o) { return o.selected !== o.defaultSelected; });
    return /^(INPUT|TEXTAREA)$/.test(el.tagName) && el.value !== el.defaultValue;
  }
  var asker = null, late = null, timer = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    asker = event.detail.requestConfig && event.detail.requestConfig.elt;
  });
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var target = event.detail.target, at = document.activeElement;
    if (!target || target.id !== "sidebar") return;
    var polled = !!asker && asker.id === "agent-poll", own = asker && asker.contains(at);
    if (!target.contains(at) || !(polled || (!own && unsent(at)))) { late = null; return; }
    var fresh = event.detail.fragment;
    late = fresh && fresh.id === "sidebar" ? fresh : fresh && fresh.querySelector ? fresh.querySelector("#sidebar") : null;
    event.preventDefault();
  });
  function catchUp() {
    var old = document.getElementById("sidebar");
    if (!late || !old || old.contains(document.activeElement)) return;
    if (old.querySelector(".htmx-request")) { timer = setTimeout(catchUp, 300); return; }
    var fresh = late;
    late = null;
    old.replaceWith(fresh);
    if (window.htmx) window.htmx.process(fresh);
    fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: fresh } }));
  }
  document.addEventListener("focusout", function (event) {
    if (!late || !event.target.closest || !event.target.closest("#sidebar")) return;
    clearTimeout(timer);
    timer = setTimeout(catchUp, 300);
  });
})();
