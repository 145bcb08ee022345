// The switch of the scheme: at once and kept in a cookie, which the server reads to draw the next page right from the start.
(function () {
  "use strict";
  document.addEventListener("change", function (event) {
    var el = event.target;
    if (!el.matches || !el.matches("[data-theme-switch]")) return;
    var theme = el.value === "light" || el.value === "dark" ? el.value : "auto";
    document.documentElement.setAttribute("data-theme", theme);
    document.cookie = "theme=" + theme + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
  });
})();
