// The palette: Ctrl or Cmd with K, type, go. A combobox over links that the server has found.
(function () {
  "use strict";

  var dialog = document.getElementById("palette");
  if (!dialog || !dialog.showModal) return;
  var input = document.getElementById("palette-input"), list = document.getElementById("palette-found"), count = dialog.querySelector("[data-palette-count]");

  function options() { return Array.prototype.slice.call(list.querySelectorAll('[role="option"]')); }
  function chosen() { return list.querySelector('[aria-selected="true"]'); }
  function choose(el) {
    options().forEach(function (o) { o.setAttribute("aria-selected", String(o === el)); });
    if (el) { input.setAttribute("aria-activedescendant", el.id); el.scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
  }

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    input.focus();
    if (!list.children.length || input.value) { input.value = ""; input.dispatchEvent(new CustomEvent("palette")); }
  }

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close(); else open();
    }
  });
  lodge.enhance("[data-palette-open]", function (link) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  });
  dialog.querySelector("[data-palette-close]").addEventListener("click", function () { dialog.close(); });
  dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });

  input.addEventListener("keydown", function (event) {
    var all = options(), at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    }
  });
  // Enter goes to what is chosen. What is typed may be newer than what is found: then all tickets are searched.
  input.form.addEventListener("submit", function (event) {
    var to = chosen();
    if (!to || list.getAttribute("data-for") !== input.value) return;
    event.preventDefault();
    to.click();
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target !== list) return;
    var all = options(), n = all.filter(function (o) { return o.id !== "found-all"; }).length;
    var asked = event.detail.requestConfig && event.detail.requestConfig.parameters;
    list.setAttribute("data-for", asked && asked.q !== undefined ? asked.q : input.value);
    input.setAttribute("aria-expanded", String(all.length > 0));
    choose(all[0] || null);
    count.textContent = lodge.word(count, n === 0 ? "none" : n === 1 ? "one" : "other", { count: n });
  });
})();
