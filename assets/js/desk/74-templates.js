// Lists that are put in order by hand: the buttons do it without scripts; here they keep focus, and rows can be dragged.
(function () {
  "use strict";

  // After a move the page comes back at the button that was pressed.
  function refocus() {
    var button = /^#(up|down)-/.test(location.hash) && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!button) return;
    if (button.disabled) button = button.parentNode.querySelector("button:not([disabled])") || button;
    button.focus();
  }

  lodge.enhance("[data-sort-keys]", function (list) {
    var form = document.getElementById(list.getAttribute("data-sort-keys"));
    var dragged = null, before = "";
    function rows() { return Array.prototype.slice.call(list.children); }
    function keys() { return rows().map(function (row) { return row.getAttribute("data-sort-key"); }); }
    refocus();
    if (!form || rows().length < 2) return;

    rows().forEach(function (row) {
      var grip = row.querySelector("[data-grip]");
      grip.hidden = false;
      // Only the grip drags: text in the row can still be selected.
      grip.addEventListener("pointerdown", function () { row.draggable = true; });
      grip.addEventListener("pointerup", function () { row.draggable = false; });
      row.addEventListener("dragstart", function (event) {
        dragged = row; before = keys().join("\n");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.getAttribute("data-sort-key"));
        setTimeout(function () { row.classList.add("is-dragged"); }, 0);
      });
      row.addEventListener("dragend", function () {
        row.classList.remove("is-dragged"); row.draggable = false; dragged = null;
        if (keys().join("\n") === before) return;
        keys().forEach(function (key) {
          var input = document.createElement("input");
          input.type = "hidden"; input.name = "all"; input.value = key;
          form.appendChild(input);
        });
        form.requestSubmit();
      });
    });
    list.addEventListener("dragover", function (event) {
      if (!dragged) return;
      event.preventDefault();
      var over = event.target.closest("[data-sort-key]");
      if (!over || over === dragged || over.parentNode !== list) return;
      var box = over.getBoundingClientRect();
      list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
    });
    list.addEventListener("drop", function (event) { if (dragged) event.preventDefault(); });
  });

  // The editor of a field shows what the chosen kind and condition have a use for.
  lodge.enhance("[data-template-field] form", function (form) {
    function part(id) { var el = document.getElementById(id); return el && (el.nodeName === "FIELDSET" ? el : el.closest(".field")); }
    function toggle(id, on) { var el = part(id); if (el) el.hidden = !on; }
    function show() {
      var kind = form.elements.kind.value, on = form.elements.show_if.value;
      var asked = !form.elements.access || form.elements.access.value === "asked";
      toggle("options", kind === "select" || kind === "several");
      toggle("in_thread", asked);
      toggle("default", !asked || kind !== "checkbox");
      Array.prototype.forEach.call(form.querySelectorAll('fieldset[id^="show."]'), function (group) { group.hidden = group.id !== "show." + on; });
    }
    form.addEventListener("change", show);
    show();
  });
})();
