// Each file in this folder is one behaviour. They are joined in name order into one deferred script.
// Pages work without any of them.
(function () {
  "use strict";

  // lodge.enhance(selector, fn) runs fn once for each element that matches, now and after every htmx swap.
  var lodge = (window.lodge = window.lodge || {});
  var rules = [];

  function apply(rule, root) {
    var found = Array.prototype.slice.call(root.querySelectorAll(rule.selector));
    if (root.matches && root.matches(rule.selector)) found.unshift(root);
    found.forEach(function (el) {
      el.lodgeDone = el.lodgeDone || [];
      if (el.lodgeDone.indexOf(rule) >= 0) return;
      el.lodgeDone.push(rule);
      rule.fn(el);
    });
  }

  lodge.enhance = function (selector, fn) {
    var rule = { selector: selector, fn: fn };
    rules.push(rule);
    apply(rule, document);
  };

  document.addEventListener("htmx:load", function (event) {
    var root = event.detail && event.detail.elt;
    if (root && root.querySelectorAll) rules.forEach(function (rule) { apply(rule, root); });
  });

  // Words for scripts come from the page, so that they are in its language.
  lodge.word = function (el, name, values) {
    var text = el.getAttribute("data-word-" + name) || "";
    Object.keys(values || {}).forEach(function (key) { text = text.split("{" + key + "}").join(values[key]); });
    return text;
  };

  lodge.bytes = function (n) {
    var units = ["B", "KB", "MB", "GB"], i = 0;
    while (n >= 1024 && i < units.length - 1) { n /= 1024; i++; }
    return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: n < 10 && i > 0 ? 1 : 0 }).format(n) + "\u00a0" + units[i];
  };

  lodge.icon = function (name) {
    var NS = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(NS, "svg"), use = document.createElementNS(NS, "use");
    var sprite = document.querySelector('meta[name="icons"]');
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", (sprite ? sprite.content : "") + "#" + name);
    svg.appendChild(use);
    return svg;
  };
})();
