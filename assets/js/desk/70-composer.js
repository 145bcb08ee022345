// The composer's tools: marks of Markdown, the preview, articles and macros put in at the cursor, the countdown of a
// reply that can still be taken back. Everything that is sent is sent by the form itself.
(function () {
  "use strict";

  function token() {
    try { return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRF-Token"] || ""; } catch (e) { return ""; }
  }
  lodge.token = token;

  // What is put in can be undone with Ctrl-Z like typing.
  function put(field, text, from, to) {
    field.focus();
    field.setSelectionRange(from, to);
    if (!document.execCommand || !document.execCommand("insertText", false, text)) {
      field.setRangeText(text, from, to, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function around(field, before, after) {
    var from = field.selectionStart, to = field.selectionEnd, text = field.value.slice(from, to);
    var outer = field.value.slice(from - before.length, from) === before && field.value.slice(to, to + after.length) === after;
    if (outer) {
      put(field, text, from - before.length, to + after.length);
      field.setSelectionRange(from - before.length, to - before.length);
      return;
    }
    put(field, before + text + after, from, to);
    field.setSelectionRange(from + before.length, from + before.length + text.length);
  }

  // A mark at the head of each chosen line, taken away again when all have it.
  function lines(field, mark) {
    var value = field.value, from = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    var to = value.indexOf("\n", field.selectionEnd);
    if (to < 0) to = value.length;
    var all = value.slice(from, to).split("\n");
    var has = all.every(function (line) { return line.indexOf(mark) === 0; });
    var text = all.map(function (line) { return has ? line.slice(mark.length) : mark + line; }).join("\n");
    put(field, text, from, to);
    field.setSelectionRange(from + (all.length > 1 ? 0 : text.length), from + text.length);
  }

  function code(field) {
    var text = field.value.slice(field.selectionStart, field.selectionEnd);
    if (text.indexOf("\n") < 0) return around(field, "`", "`");
    around(field, "```\n", "\n```");
  }

  function link(field) {
    var from = field.selectionStart, to = field.selectionEnd, text = field.value.slice(from, to);
    if (/^https?:\/\/\S+$/.test(text)) {
      put(field, "[](" + text + ")", from, to);
      field.setSelectionRange(from + 1, from + 1);
      return;
    }
    put(field, "[" + text + "](" + SCHEME + ")", from, to);
    var at = text ? from + text.length + 3 : from + 1;
    field.setSelectionRange(at, text ? at + 8 : at);
  }

  var SCHEME = "https:" + "//";
  var marks = {
    bold: function (f) { around(f, "**", "**"); }, italic: function (f) { around(f, "*", "*"); }, link: link, code: code,
    list: function (f) { lines(f, "- "); }, quote: function (f) { lines(f, "> "); }
  };
  var keys = { b: "bold", i: "italic", k: "link", e: "code" };

  lodge.enhance("[data-format]", function (bar) {
    var field = document.getElementById(bar.getAttribute("aria-controls"));
    if (!field) return;
    var buttons = Array.prototype.slice.call(bar.querySelectorAll("button"));
    // One stop of the Tab key; the arrows walk.
    buttons.forEach(function (b, i) { b.tabIndex = i ? -1 : 0; });
    bar.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], at = buttons.indexOf(document.activeElement);
      if (!step || at < 0) return;
      event.preventDefault();
      var next = buttons[(at + step + buttons.length) % buttons.length];
      buttons.forEach(function (b) { b.tabIndex = b === next ? 0 : -1; });
      next.focus();
    });
    bar.addEventListener("click", function (event) {
      var button = event.target.closest("button[data-mark]");
      if (!button) return;
      writing(field.form);
      marks[button.getAttribute("data-mark")](field);
    });
    // Stops here: Ctrl-K is the palette everywhere else.
    field.addEventListener("keydown", function (event) {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
      var mark = keys[event.key.toLowerCase()];
      if (!mark) return;
      event.preventDefault();
      event.stopPropagation();
      marks[mark](field);
    });
    field.addEventListener("invalid", function () { writing(field.form); });
  });

  // What of the form a preview needs: no file is sent for it, only its name and size.
  function posted(form, show) {
    var data = new URLSearchParams();
    data.set("body", form.elements.body.value);
    var note = form.querySelector("[data-note]");
    data.set("mode", !note || note.checked ? "note" : "reply");
    if (form.elements.macro) data.set("macro", form.elements.macro.value); // its status stands in the mail
    if (show) data.set("show", show);
    var to = document.querySelector("[data-preview-to]");
    if (to) data.set("to", to.value);
    Array.prototype.forEach.call(form.elements.files ? form.elements.files.files : [], function (file) { data.append("named", file.size + " " + file.name); });
    Array.prototype.forEach.call(form.querySelectorAll('input[name="keep"]:checked'), function (kept) {
      var name = kept.parentNode.querySelector(".file-chip__name");
      if (name) data.append("named", "0 " + name.textContent);
    });
    return data;
  }

  function ask(url, data) {
    var options = { headers: { "HX-Request": "true", "X-CSRF-Token": token() }, credentials: "same-origin" };
    if (data) { options.method = "POST"; options.body = data; }
    return fetch(url, options).then(function (res) {
      if (!res.ok) throw new Error(String(res.status));
      return res.text();
    });
  }

  // The server's own fragments, cleaned there, under a policy that runs nothing inside them.
  function fill(el, html) {
    el.innerHTML = html;
    if (window.htmx) window.htmx.process(el);
    el.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: el } }));
  }

  function writing(form) {
    var tab = form.querySelector("[data-preview]"), box = form.querySelector(".writer__preview");
    if (!tab || !box || box.hidden) return;
    box.hidden = true;
    form.elements.body.hidden = false;
    tab.querySelector("[data-preview-label]").textContent = tab.getAttribute("data-word-preview");
  }

  lodge.enhance("[data-preview]", function (tab) {
    var form = tab.closest("form"), box = form.querySelector(".writer__preview"), body = form.elements.body;
    tab.addEventListener("click", function () {
      if (!box.hidden) { writing(form); body.focus(); return; }
      ask(tab.getAttribute("data-preview"), posted(form, "body")).then(function (html) {
        fill(box, html);
        box.hidden = false;
        body.hidden = true;
        tab.querySelector("[data-preview-label]").textContent = tab.getAttribute("data-word-write");
      }).catch(function () { offline(form, true); });
    });
  });

  function offline(form, on) {
    var box = form.querySelector("[data-offline]");
    if (box) box.hidden = !on;
  }

  function composer() { return document.getElementById("composer"); }

  function show(button, dialog) {
    var part = dialog.querySelector("[data-part]"), form = composer();
    var load = button.getAttribute("data-load"), post = button.getAttribute("data-post");
    dialog.lodgeReload = function () {
      return ask(load || post, post ? posted(form) : null).then(function (html) { fill(part, html); offline(form, false); });
    };
    reset(dialog);
    dialog.lodgeReload().then(function () {
      if (!dialog.open) dialog.showModal();
      var search = dialog.querySelector("input[type=search]");
      if (search) { search.value = ""; search.focus(); }
    }).catch(function () { offline(form, true); });
  }

  document.addEventListener("click", function (event) {
    var el = event.target.closest && event.target.closest("[data-open], [data-insert], [data-native], dialog");
    if (!el) return;
    if (el.hasAttribute("data-open")) {
      var dialog = document.getElementById(el.getAttribute("data-open"));
      if (!dialog || !dialog.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(el, dialog);
    } else if (el.hasAttribute("data-insert")) {
      insert(el.getAttribute("data-insert"), el.closest("dialog"));
    } else if (el.hasAttribute("data-native")) {
      // A page of its own: the form's own address stays out of it, and so do the files.
      event.preventDefault();
      var sent = document.createElement("form");
      sent.method = "post"; sent.action = el.getAttribute("formaction"); sent.target = "_blank"; sent.rel = "noopener"; sent.hidden = true;
      var data = posted(composer());
      data.set("csrf", token());
      data.forEach(function (value, name) {
        var field = document.createElement("input");
        field.type = "hidden"; field.name = name; field.value = value;
        sent.appendChild(field);
      });
      document.body.appendChild(sent);
      HTMLFormElement.prototype.submit.call(sent);
      sent.remove();
    } else if (event.target === el) {
      el.close(); // beside the dialog
    }
  });

  function insert(text, dialog) {
    var form = composer();
    if (dialog) dialog.close();
    if (!form) return;
    writing(form);
    var field = form.elements.body, from = field.selectionStart, to = field.selectionEnd, before = field.value.slice(0, from);
    if (before && !/\s$/.test(before)) text = " " + text;
    put(field, text, from, to);
  }

  document.addEventListener("change", function (event) {
    if (!event.target.hasAttribute || !event.target.hasAttribute("data-preview-to")) return;
    var dialog = event.target.closest("dialog"), value = event.target.value;
    if (dialog && dialog.lodgeReload) dialog.lodgeReload().then(function () {
      var again = dialog.querySelector("[data-preview-to]");
      if (again) { again.value = value; again.focus(); }
    }).catch(function () { offline(composer(), true); });
  });

  // Macros: the list leads to one of them, which shows its text before it is put in.
  var chosen = "";
  function reset(dialog) {
    chosen = "";
    var bar = dialog.querySelector("[data-macro-bar]");
    if (bar) bar.hidden = true;
  }

  document.addEventListener("click", function (event) {
    var dialog = event.target.closest && event.target.closest("#macro-dialog");
    if (!dialog) return;
    var item = event.target.closest("a[href*='/macros/'], [data-macro-url]"), part = dialog.querySelector("[data-part]");
    if (item) {
      event.preventDefault();
      event.stopPropagation();
      var url = item.getAttribute("data-macro-url") || item.getAttribute("href");
      ask(url).then(function (html) {
        fill(part, html);
        chosen = (/\/macros\/(\d+)/.exec(url) || [])[1] || "";
        dialog.querySelector("[data-macro-bar]").hidden = false;
        dialog.querySelector("[data-macro-insert]").focus();
      }).catch(function () { offline(composer(), true); });
    } else if (event.target.closest("[data-macro-back]")) {
      reset(dialog);
      if (dialog.lodgeReload) dialog.lodgeReload();
    } else if (event.target.closest("[data-macro-insert]")) {
      var area = dialog.querySelector("[data-macro-text]"), form = composer(), missing = dialog.querySelector("[data-macro-missing]");
      var gaps = missing && missing.textContent.trim() && area ? area.value.match(/\{\{[^{}]*\}\}/g) || [] : [];
      if (!form) return;
      if (form.elements.macro) form.elements.macro.value = chosen;
      var mode = dialog.querySelector("[data-macro-mode]"), note = form.querySelector("[data-note]");
      // A macro that is meant for colleagues must never become a reply by accident.
      if (mode && note && mode.getAttribute("data-macro-mode") === "note" && !note.checked) note.click();
      form.lodgeGaps = gaps;
      insert(area ? area.value : "", dialog);
      gap(form, true);
    }
  }, true);

  // Says what is still missing of a macro; puts the cursor there.
  function gap(form, select) {
    var field = form.elements.body, left = (form.lodgeGaps || []).filter(function (g, i, all) { return all.indexOf(g) === i && field.value.indexOf(g) >= 0; });
    var status = form.querySelector("[data-composer-status]");
    status.classList.toggle("visually-hidden", !left.length);
    status.classList.toggle("field__error", !!left.length);
    status.textContent = left.length ? lodge.word(status, "missing", { names: left.join(", ") }) : "";
    if (left.length && select) {
      writing(form);
      var at = field.value.indexOf(left[0]);
      field.focus();
      field.setSelectionRange(at, at + left[0].length);
    }
    return left.length > 0;
  }

  document.addEventListener("submit", function (event) {
    if (event.target.id === "composer" && gap(event.target, true)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  lodge.enhance("form.composer", function (form) {
    var body = form.elements.body, empty = !body.value, seen = form.querySelector("[data-seen]");
    body.addEventListener("input", function () {
      // Who begins to write has read what the page shows by now.
      if (empty && body.value && seen && !form.querySelector(".composer__newer")) {
        var poll = document.getElementById("agent-poll"), held = poll && /[?&]after=(\d+)/.exec(poll.getAttribute("hx-get") || "");
        if (held) seen.value = held[1];
      }
      empty = !body.value;
      if (form.lodgeGaps) gap(form, false);
    });
    // A text that came back from the server is a draft like any other.
    if (body.defaultValue) setTimeout(function () { body.dispatchEvent(new Event("input", { bubbles: true })); }, 0);
  });

  // A reply that comes back joins what has been typed since.
  document.addEventListener("htmx:configRequest", function (event) {
    var form = composer();
    if (!form || !/\/retraction(\?|$)/.test(event.detail.path) || !form.elements.body.value.trim()) return;
    event.detail.parameters.body = form.elements.body.value;
    event.detail.parameters.mode = posted(form).get("mode");
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var path = event.detail.pathInfo && event.detail.pathInfo.requestPath || "";
    if (!/\/retraction(\?|$)/.test(path) || !event.detail.successful) return;
    setTimeout(function () {
      var form = composer();
      if (!form) return;
      form.elements.body.focus();
      form.elements.body.setSelectionRange(form.elements.body.value.length, form.elements.body.value.length);
    }, 50);
  });

  // The seconds until a reply goes out. The list is asked for once they are over.
  lodge.enhance("[data-countdown]", function (el) {
    var at = Number(el.getAttribute("data-countdown")), timer = setInterval(tick, 250);
    function tick() {
      if (!el.isConnected) return clearInterval(timer);
      var left = Math.ceil((at - Date.now()) / 1000);
      var text = left > 0 ? lodge.word(el, "in", { seconds: left }) : lodge.word(el, "now");
      if (el.textContent !== text) el.textContent = text;
      if (left < -3) {
        clearInterval(timer);
        var poll = document.querySelector("[data-poll]");
        if (poll) poll.dispatchEvent(new CustomEvent("poll", { bubbles: false }));
      }
    }
    tick();
  });

  // Older entries came above: what was being read stays where it was.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target && event.detail.target.id === "earlier") event.detail.target.ownerDocument.lodgeHeight = document.documentElement.scrollHeight;
  });
  document.addEventListener("htmx:afterSettle", function () {
    if (!document.lodgeHeight) return;
    window.scrollBy({ top: document.documentElement.scrollHeight - document.lodgeHeight, behavior: "instant" });
    document.lodgeHeight = 0;
    var next = document.querySelector("[data-earlier]");
    if (next) next.focus({ preventScroll: true });
  });
})();
