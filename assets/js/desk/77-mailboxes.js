// The form of a mailbox: the line that shows the sender as people will see it follows the typing.
(function () {
  "use strict";
  lodge.enhance("[data-sender]", function (line) {
    var form = line.closest("form");
    if (!form) return;
    var name = form.elements.from_name, address = form.elements.address;
    var agent = line.getAttribute("data-agent"), project = line.getAttribute("data-project"), workspace = line.getAttribute("data-workspace");
    var values = { "{agent}": agent, "{project}": project, "{workspace}": workspace };
    function show() {
      // One pass: a name that looks like a variable is a name.
      var text = name.value.replace(/\{(agent|project|workspace)\}/g, function (found) { return values[found]; }).replace(/\s+/g, " ").trim();
      line.querySelector("[data-sender-name]").textContent = text || project;
      line.querySelector("[data-sender-address]").textContent = "<" + (address.value.trim() || "support@example.com") + ">";
    }
    form.addEventListener("input", show);
    show();
  });
})();
