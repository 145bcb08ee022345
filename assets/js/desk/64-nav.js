// Rows of links that scroll sideways show the present one.
(function () {
  "use strict";
  lodge.enhance(".agent-sections [aria-current], .agent-views [aria-current], .tabs [aria-current]", function (link) {
    var row = link.parentElement, box = row.getBoundingClientRect(), at = link.getBoundingClientRect();
    if (row.scrollWidth > row.clientWidth) row.scrollLeft += at.left - box.left - (box.width - at.width) / 2;
  });
})();
