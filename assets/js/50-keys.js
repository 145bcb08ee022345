// Keys: Ctrl or Cmd with Enter sends the form one is writing in. On agents' pages single letters reach what carries
// data-key="x": a field gets focus, anything else is pressed. j and k walk the rows marked data-row.
(function () {
  "use strict";

  function writing(el) { return el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName)); }

  function row(step) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
    if (!rows.length) return;
    var at = rows.findIndex(function (r) { return r.contains(document.activeElement) || r.classList.contains("is-current"); });
    var next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))];
    rows.forEach(function (r) { r.classList.toggle("is-current", r === next); });
    var target = next.matches("a,button") ? next : next.querySelector("a,button") || next;
    target.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    var el = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && el.closest) {
      var form = el.closest("form");
      if (form && el.tagName === "TEXTAREA") {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[data-default]") || undefined);
      }
      return;
    }
    if (event.key === "Escape" && writing(el) && document.body.hasAttribute("data-keys")) { el.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(el) || !document.body.hasAttribute("data-keys")) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "j") { event.preventDefault(); return row(1); }
    if (event.key === "k") { event.preventDefault(); return row(-1); }
    if (!/^[a-z/?]$/.test(event.key)) return;
    var target = document.querySelector('[data-key="' + event.key + '"]');
    if (event.key === "o" && !target) target = document.querySelector("[data-row].is-current a");
    if (!target) return;
    event.preventDefault();
    if (writing(target) && target.type !== "radio" && target.type !== "checkbox") target.focus(); else target.click();
    var focus = target.getAttribute("data-key-focus");
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus();
  });
})();
