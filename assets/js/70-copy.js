// Copy: a button with data-copy="text", or a code block inside .prose, puts its text on the clipboard.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.getAttribute("data-copy")).then(function () {
      var done = button.getAttribute("data-copied"), label = button.querySelector("[data-copy-label]") || button;
      if (!done) return;
      var before = label.textContent;
      label.textContent = done;
      setTimeout(function () { label.textContent = before; }, 1600);
    });
  });
  lodge.enhance("[data-copy-code] pre", function (pre) {
    var root = pre.closest("[data-copy-code]"), bar = document.createElement("div"), button = document.createElement("button");
    bar.className = "code-block";
    button.type = "button"; button.className = "button button--small code-block__copy";
    button.textContent = root.getAttribute("data-copy-code");
    button.setAttribute("data-copy", pre.textContent);
    button.setAttribute("data-copied", root.getAttribute("data-copied-word") || "");
    pre.parentNode.insertBefore(bar, pre);
    bar.append(pre, button);
    pre.tabIndex = 0;
  });
})();
