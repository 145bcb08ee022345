// Settings of a project: opening a portal asks once more in a dialog, and rows can be dragged into another order.
// Without scripts a page asks, and the buttons of each row move it.
(function () {
  "use strict";

  lodge.enhance("form[data-portal]", function (form) {
    var dialog = form.querySelector("[data-portal-dialog]");
    if (!dialog || !dialog.showModal) return;
    form.addEventListener("submit", function (event) {
      var chosen = form.querySelector("input[name=portal]:checked");
      if (event.submitter && event.submitter.hasAttribute("data-portal-yes")) return;
      if (!chosen || chosen.value !== "public" || form.getAttribute("data-portal") === "public") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      dialog.showModal();
    }, true);
    dialog.querySelector("[data-portal-no]").addEventListener("click", function () { dialog.close(); });
    // A way back with the browser finds the page, not the dialog.
    window.addEventListener("pageshow", function () { if (dialog.open) dialog.close(); });
  });

  // Many tabs on a narrow screen: the present one is in sight.
  lodge.enhance(".settings__tabs [aria-current]", function (tab) {
    var bar = tab.parentNode;
    bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
  });

  lodge.enhance("[data-sort]", function (list) {
    var dragged = null;
    function rows() { return Array.prototype.slice.call(list.children); }
    function clear() {
      rows().forEach(function (row) { row.classList.remove("is-over", "is-over-below", "is-dragged"); row.draggable = false; });
      dragged = null;
    }
    rows().forEach(function (row) {
      var grip = row.querySelector("[data-sort-grip]"), form = row.querySelector("[data-sort-form]");
      if (!grip || !form) return;
      grip.hidden = false;
      grip.addEventListener("pointerdown", function (event) { if (event.pointerType !== "touch") row.draggable = true; });
      grip.addEventListener("pointerup", function () { row.draggable = false; });
      row.addEventListener("dragstart", function (event) {
        dragged = row;
        row.classList.add("is-dragged");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", "");
      });
      row.addEventListener("dragend", clear);
    });
    function under(event) {
      var row = event.target.closest && event.target.closest("[data-sort] > *");
      return row && row.parentNode === list ? row : null;
    }
    list.addEventListener("dragover", function (event) {
      var row = under(event);
      if (!dragged || !row) return;
      event.preventDefault();
      rows().forEach(function (other) { other.classList.remove("is-over", "is-over-below"); });
      if (row !== dragged) row.classList.add(rows().indexOf(row) > rows().indexOf(dragged) ? "is-over-below" : "is-over");
    });
    list.addEventListener("drop", function (event) {
      var row = under(event);
      if (!dragged || !row) return;
      event.preventDefault();
      var by = rows().indexOf(row) - rows().indexOf(dragged), form = dragged.querySelector("[data-sort-form]");
      clear();
      if (!by) return;
      var field = document.createElement("input");
      field.type = "hidden"; field.name = "by"; field.value = String(by);
      form.appendChild(field);
      form.submit();
    });
  });
})();
