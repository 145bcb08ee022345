// The queue: rows are chosen by x, by the box and with Shift by the row of boxes; a list of keys goes from the row one
// stands on. Without scripts the boxes, the bar and the links do the same.
(function () {
  "use strict";

  function boxes(form) { return Array.prototype.slice.call(form.querySelectorAll("[data-pick]")); }

  function tell(form) {
    var all = boxes(form), chosen = all.filter(function (b) { return b.checked; }).length;
    var note = form.querySelector("[data-bulk-count]"), top = form.querySelector("[data-pick-all] input");
    if (note) note.textContent = chosen ? lodge.word(note, chosen === 1 ? "one" : "other", { count: chosen }) : "";
    if (top) { top.checked = chosen > 0 && chosen === all.length; top.indeterminate = chosen > 0 && chosen < all.length; }
  }

  lodge.enhance("form[data-bulk]", function (form) {
    var label = form.querySelector("[data-pick-all]"), link = form.querySelector("[data-pick-link]"), last = null;
    if (label) {
      label.hidden = false;
      if (link) link.hidden = true;
      label.querySelector("input").addEventListener("change", function (event) {
        boxes(form).forEach(function (b) { b.checked = event.target.checked; });
        tell(form);
      });
    }
    form.addEventListener("click", function (event) {
      var box = event.target.closest && event.target.closest("[data-pick]");
      if (!box) return;
      var all = boxes(form);
      if (event.shiftKey && last && last.isConnected) {
        var from = all.indexOf(last), to = all.indexOf(box);
        all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (b) { b.checked = box.checked; });
      }
      last = box;
      tell(form);
    });
    // A reset would bring back what the page was drawn with.
    form.addEventListener("reset", function (event) {
      event.preventDefault();
      boxes(form).forEach(function (b) { b.checked = false; });
      tell(form);
    });
    // Enter in a field of the bar means the button beside it, not the first of all.
    form.addEventListener("keydown", function (event) {
      var action = event.key === "Enter" && event.target.matches(".bulk .input") && event.target.closest(".bulk__action");
      if (!action) return;
      event.preventDefault();
      form.requestSubmit(action.querySelector("button"));
    });
    tell(form);
  });

  lodge.enhance("[data-focus]", function (el) { el.focus({ preventScroll: true }); });

  // An open filter panel closes by Escape and by a click beside it.
  document.addEventListener("click", function (event) {
    var panel = document.querySelector("details.filters[open]");
    if (panel && !panel.contains(event.target)) panel.open = false;
  });
  document.addEventListener("keydown", function (event) {
    var panel = event.key === "Escape" && document.querySelector("details.filters[open]");
    if (panel) { panel.open = false; panel.querySelector("summary").focus(); }
  });

  function busy(event) {
    var el = event.target;
    return event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented ||
      el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && el.type !== "checkbox") || document.querySelector("dialog[open], [popover]:popover-open");
  }
  function current() {
    return document.querySelector("[data-row].is-current") || (document.activeElement && document.activeElement.closest ? document.activeElement.closest("[data-row]") : null);
  }
  document.addEventListener("keydown", function (event) {
    if (!document.getElementById("rows") || !/^[xrnaf]$/.test(event.key) || busy(event)) return;
    if (event.key === "f") {
      var panel = document.querySelector("details.filters");
      if (panel) { event.preventDefault(); panel.open = true; var first = panel.querySelector("select, input:not([type=hidden])"); if (first) first.focus(); }
      return;
    }
    var row = current();
    if (!row) return;
    event.preventDefault();
    var box = row.querySelector("[data-pick]");
    if (event.key === "x") { if (box) box.click(); return; }
    if (event.key === "a") {
      if (box && !box.checked) box.click();
      var to = document.getElementById("bulk-assign");
      if (to) to.focus();
      return;
    }
    var link = row.querySelector(".queue__subject a");
    if (link) location.href = link.href + "#key-" + event.key;
  });

  // r and n in the list open the ticket with its reply or note begun.
  var begun = /^#key-([rn])$/.exec(location.hash);
  if (begun) {
    history.replaceState(null, "", location.pathname + location.search);
    window.addEventListener("load", function () {
      document.dispatchEvent(new KeyboardEvent("keydown", { key: begun[1], bubbles: true, cancelable: true }));
    });
  }
})();
