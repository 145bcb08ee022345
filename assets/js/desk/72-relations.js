// A choice that changes the rest of a form presses the button that is there for those without scripts, and a menu that
// is open stays open while the page around it is kept fresh.
(function () {
  "use strict";

  lodge.enhance("button[data-follows]", function (button) {
    var field = button.form && button.form.elements[button.getAttribute("data-follows")];
    if (!field || !field.addEventListener) return;
    field.addEventListener("change", function () { button.form.requestSubmit(button); });
  });

  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var target = event.detail.target, menu = document.getElementById("more-menu");
    if (target && target.id === "ticket-header" && menu && menu.matches(":popover-open")) event.preventDefault();
  });

  // c opens a new ticket from wherever keys are listened to.
  document.addEventListener("keydown", function (event) {
    var el = event.target;
    if (event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !document.body.hasAttribute("data-keys")) return;
    if (el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName))) return;
    if (document.querySelector('[data-key="c"]') || document.querySelector(":popover-open, dialog[open]") || document.getElementById("new-ticket")) return;
    event.preventDefault();
    location.href = "/agent/tickets/new";
  });
})();
