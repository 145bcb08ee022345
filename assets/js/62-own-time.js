// When a desk is back, or answers, is written in its own zone. Where the visitor's differs, their time is added,
// written as the desk's is: 9:00, not 09:00.
(function () {
  "use strict";
  lodge.enhance("time[data-own-time]", function (el) {
    var text = el.getAttribute("datetime"), at = new Date(text), zone = /([+-])(\d\d):(\d\d)$/.exec(text);
    if (isNaN(at)) return;
    var offset = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
    if (-at.getTimezoneOffset() === offset) return;
    var lang = document.documentElement.lang;
    if (lang === "en") lang = "en-GB";
    el.textContent = el.getAttribute("data-own-time").replace("{time}", new Intl.DateTimeFormat(lang, { weekday: "long", hour: "2-digit", minute: "2-digit" }).format(at).replace(/\b0(?=\d:)/, ""));
    el.hidden = false;
  });
})();
