// What is due says so minute by minute: the words, the colour and the sign of a chip follow the clock without a reload,
// and nothing around it moves but its own text.
(function () {
  "use strict";
  var MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR, NEAR = 12 * HOUR, WEEK = 6 * DAY;

  function language() { var lang = document.documentElement.lang; return lang === "en" ? "en-GB" : lang; }
  function two(n) { return n < 10 ? "0" + n : String(n); }

  // 35 m, 2 h 05 m, 3 d
  function span(ms, units) {
    var minutes = Math.max(Math.floor(ms / MINUTE), 1);
    if (minutes < 60) return minutes + " " + units[2];
    if (minutes < 24 * 60) return Math.floor(minutes / 60) + " " + units[1] + " " + two(minutes % 60) + " " + units[2];
    return Math.floor(minutes / 60 / 24) + " " + units[0];
  }
  function write(at, zone, style) {
    if (zone) style.timeZone = zone;
    try { return new Intl.DateTimeFormat(language(), style).format(at); } catch (e) { delete style.timeZone; return new Intl.DateTimeFormat(language(), style).format(at); }
  }
  function moment(at, now, zone) {
    var clock = write(at, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    var day = { year: "numeric", month: "numeric", day: "numeric" };
    if (write(at, zone, day) === write(now, zone, Object.assign({}, day))) return clock;
    if (Math.abs(at - now) < WEEK) return write(at, zone, { weekday: "short" }) + " " + clock;
    return write(at, zone, { day: "numeric", month: "short" });
  }

  function follow(chip) {
    var now = Date.now(), at = +chip.getAttribute("data-due"), soon = +chip.getAttribute("data-soon"), units = chip.getAttribute("data-units").split("|");
    if (!at || units.length < 3) return;
    var late = now >= at, near = !late && soon > 0 && now >= soon, by = chip.getAttribute("data-by");
    var text = chip.querySelector("[data-due-text]"), tag = chip.querySelector("[data-due-tag]"), sign = chip.querySelector("use"), says = "";
    if (late) says = chip.getAttribute("data-over").replace("{left}", span(now - at, units));
    else if (by && at - now < NEAR) says = chip.getAttribute("data-in").replace("{left}", span(at - now + MINUTE - 1000, units));
    else if (by) says = by.replace("{at}", moment(at, now, chip.getAttribute("data-place")));
    if (says && text.textContent !== says) text.textContent = says;
    chip.classList.toggle("due--late", late);
    chip.classList.toggle("due--soon", near);
    if (tag) tag.textContent = near ? " " + chip.getAttribute("data-soon-tag") : "";
    if (sign && by) sign.setAttribute("href", sign.getAttribute("href").replace(/#.*$/, late || near ? "#alarm-clock" : "#clock"));
  }
  lodge.enhance("[data-due]", follow);
  function all() { if (!document.hidden) Array.prototype.forEach.call(document.querySelectorAll("[data-due]"), follow); }
  setInterval(all, MINUTE);
  document.addEventListener("visibilitychange", all);
})();
