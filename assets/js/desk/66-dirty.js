// Forms that are saved by a button say when something has not been saved, and ask before the page is left.
(function () {
  "use strict";

  function state(form) { return new URLSearchParams(new FormData(form)).toString(); }

  lodge.enhance("form[data-dirty]", function (form) {
    var saved = state(form), note = form.querySelector("[data-dirty-note]"), leaving = false;
    // A refused form comes back with what was typed, and so does one that was tried: that is not saved either.
    var refused = !!form.querySelector(".error-summary, [data-unsaved]");
    function dirty() { return !leaving && form.isConnected && (refused || state(form) !== saved); }
    function show() { if (note) note.hidden = !dirty(); }
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    form.addEventListener("submit", function () { leaving = true; setTimeout(function () { leaving = false; }, 10000); });
    window.addEventListener("beforeunload", function (event) { if (dirty()) event.preventDefault(); });
    show();
  });
})();
