// Questions that depend on another answer come and go with it. What was typed stays in the page, and the server drops
// it when it does not count.
(function () {
  "use strict";

  function answers(form, name) {
    var all = [];
    Array.prototype.forEach.call(form.querySelectorAll('[name="' + name + '"]'), function (el) {
      if (el.type !== "checkbox" || el.checked) all.push(el.value);
    });
    return all.length ? all : [""];
  }

  function show(form) {
    Array.prototype.forEach.call(form.querySelectorAll("[data-show-if]"), function (field) {
      var name = field.getAttribute("data-show-if"), on = form.querySelector('[name="' + name + '"]');
      var wanted = JSON.parse(field.getAttribute("data-show-values"));
      // In the order of the page: what this one depends on is decided already.
      var met = !!on && !on.closest("[data-unmet]") && answers(form, name).some(function (value) { return wanted.indexOf(value) >= 0; });
      field.toggleAttribute("data-unmet", !met);
      var control = field.querySelector("input,select,textarea");
      if (field.hasAttribute("data-required") && field.nodeName !== "FIELDSET") control.required = met;
    });
  }

  lodge.enhance("[data-show-if]", function (field) {
    var form = field.closest("form");
    if (!form) return;
    show(form);
    if (form.lodgeConditions) return;
    form.lodgeConditions = true;
    form.addEventListener("change", function () { show(form); });
  });
})();
