// Times are written by the server in UTC; here they move to the visitor's own zone and language.
(function () {
  "use strict";
  var styles = {
    time: { hour: "2-digit", minute: "2-digit" },
    datetime: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }
  };
  var own = document.querySelector("meta[name=time-zone]");
  if (own) styles = Object.fromEntries(Object.entries(styles).map(function (s) { return [s[0], Object.assign({ timeZone: own.content }, s[1])]; }));
  lodge.enhance("time[data-style]", function (el) {
    var style = styles[el.getAttribute("data-style")], at = new Date(el.getAttribute("datetime"));
    if (!style || isNaN(at)) return;
    var lang = document.documentElement.lang;
    if (lang === "en") lang = "en-GB";
    el.textContent = new Intl.DateTimeFormat(lang, style).format(at);
    el.title = new Intl.DateTimeFormat(lang, Object.assign({ dateStyle: "full", timeStyle: "long" }, own ? { timeZone: own.content } : {})).format(at);
  });
})();
