// Forms: the error summary gets focus; a second press while the first is under way does nothing.
(function () {
  "use strict";

  lodge.enhance(".error-summary", function (summary) {
    summary.focus({ preventScroll: false });
  });

  function sending(form, on) {
    if (on) form.setAttribute("aria-busy", "true"); else form.removeAttribute("aria-busy");
    Array.prototype.forEach.call(form.querySelectorAll("button:not([type=button])"), function (button) {
      if (on) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
    });
  }

  // aria-disabled rather than disabled: the pressed button keeps its name and value, and its focus.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method === "dialog") return;
    if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); event.stopImmediatePropagation(); return; }
    // Wait a turn: another listener may still hold this submit back.
    setTimeout(function () {
      if (!event.defaultPrevented || form.hasAttribute("hx-post")) sending(form, true);
      if (!form.hasAttribute("hx-post")) setTimeout(function () { sending(form, false); }, 10000);
    }, 0);
  }, true);
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest && event.target.closest("form");
    if (form) sending(form, false);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) Array.prototype.forEach.call(document.forms, function (form) { sending(form, false); });
  });

  // A link in the summary moves focus into the field, also where the target is a group.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".error-summary a[href^='#']");
    if (!link) return;
    var field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    var control = field.matches("input,select,textarea") ? field : field.querySelector("input,select,textarea") || field;
    event.preventDefault();
    control.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  });

  // A select or field with data-submit sends its form when it changes (its button stays for visitors without scripts).
  document.addEventListener("change", function (event) {
    var el = event.target;
    if (el.hasAttribute && el.hasAttribute("data-submit") && el.form) el.form.requestSubmit();
  });

  // Articles found a moment too late must not take the list away from under who has gone into it.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var list = event.detail.target;
    if (list && list.id === "suggestions" && list.contains(document.activeElement)) event.detail.shouldSwap = false;
  });

  // htmx gives up silently when the line or the server fails; say so and keep the text.
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var form = event.target.closest && event.target.closest("form");
      var box = form && form.querySelector("[data-offline]");
      if (box) box.hidden = false;
    });
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var form = event.target.closest && event.target.closest("form");
    var box = form && form.querySelector("[data-offline]");
    if (box) box.hidden = true;
  });
})();
