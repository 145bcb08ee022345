// The days that differ in working hours: rows come and go. Without scripts empty rows stand ready.
// It stands before the script that tells changed forms: taking the empty rows away changes nothing.
(function () {
  "use strict";

  lodge.enhance("[data-holidays]", function (part) {
    var rows = part.querySelector("[data-holiday-rows]"), model = part.querySelector("template[data-holiday-row]"), add = part.querySelector("[data-holiday-add]");
    if (!rows || !model || !add) return;

    function blank(row) {
      return Array.prototype.every.call(row.querySelectorAll("input"), function (input) { return !input.value; });
    }
    function changed() { rows.dispatchEvent(new Event("change", { bubbles: true })); }
    function ready(row) {
      var remove = row.querySelector("[data-holiday-remove]");
      remove.hidden = false;
      remove.addEventListener("click", function () {
        var next = row.nextElementSibling || row.previousElementSibling;
        row.remove();
        (next ? next.querySelector("input") : add).focus();
        changed();
      });
    }
    add.hidden = false;
    add.addEventListener("click", function () {
      rows.appendChild(model.content.cloneNode(true));
      var row = rows.lastElementChild;
      ready(row);
      row.querySelector("input").focus();
      changed();
    });
    Array.prototype.slice.call(rows.children).forEach(function (row) {
      if (blank(row) && !row.classList.contains("field--invalid")) row.remove();
      else ready(row);
    });
  });
})();
