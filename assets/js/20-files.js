// File lists with previews. The real <input type=file multiple> stays the source of truth: what it holds is what is sent.
(function () {
  "use strict";

  function kind(file) {
    if (/^image\//.test(file.type)) return "file-image";
    if (/^video\//.test(file.type)) return "file-video";
    if (/^audio\//.test(file.type)) return "file-audio";
    if (/zip|compressed|tar|gzip/.test(file.type)) return "file-archive";
    if (/^text\/|pdf|word|document/.test(file.type)) return "file-text";
    return "file";
  }

  lodge.enhance("[data-files]", function (box) {
    var input = box.querySelector("input[type=file]");
    var form = input && input.form;
    var list = form && form.querySelector("[data-file-list]");
    if (!input || !list || typeof DataTransfer === "undefined") return;
    var status = form.querySelector("[data-file-status]");
    var maxFile = Number(box.dataset.maxFile) || Infinity;
    var maxTotal = Number(box.dataset.maxTotal) || Infinity;
    var maxFiles = Number(box.dataset.maxFiles) || Infinity;
    var chosen = [], urls = [];
    box.classList.add("is-enhanced");

    function write() {
      var all = new DataTransfer();
      chosen.forEach(function (file) { all.items.add(file); });
      input.files = all.files;
    }

    function kept() { return form.querySelectorAll('input[name="keep"]:checked').length; }

    function say(text) { if (status) status.textContent = text; }

    function draw() {
      urls.forEach(function (url) { URL.revokeObjectURL(url); });
      urls = [];
      list.textContent = "";
      chosen.forEach(function (file, i) {
        var item = document.createElement("li");
        item.className = "file-chip";
        if (/^image\/(png|jpe?g|gif|webp|avif|bmp)$/.test(file.type)) {
          var img = document.createElement("img");
          img.className = "thumb"; img.alt = ""; img.width = 40; img.height = 40;
          img.src = URL.createObjectURL(file);
          urls.push(img.src);
          item.appendChild(img);
        } else item.appendChild(lodge.icon(kind(file)));
        var name = document.createElement("span");
        name.className = "file-chip__name"; name.textContent = file.name; name.title = file.name;
        var size = document.createElement("span");
        size.className = "file-chip__size"; size.textContent = lodge.bytes(file.size);
        var remove = document.createElement("button");
        remove.type = "button"; remove.className = "file-chip__remove";
        remove.setAttribute("aria-label", lodge.word(box, "remove", { name: file.name }));
        remove.appendChild(lodge.icon("x"));
        remove.addEventListener("click", function () {
          chosen.splice(i, 1); write(); draw();
          say(lodge.word(box, "removed", { name: file.name }));
          var next = list.querySelectorAll("button")[Math.min(i, chosen.length - 1)];
          (next || input).focus();
        });
        item.append(name, size, remove);
        list.appendChild(item);
      });
    }

    function add(files) {
      var refused = [];
      Array.prototype.forEach.call(files, function (file) {
        if (chosen.some(function (f) { return f.name === file.name && f.size === file.size && f.lastModified === file.lastModified; })) return;
        var total = chosen.reduce(function (sum, f) { return sum + f.size; }, 0);
        if (file.size > maxFile) refused.push(lodge.word(box, "too-large", { name: file.name, max: lodge.bytes(maxFile) }));
        else if (total + file.size > maxTotal) refused.push(lodge.word(box, "too-much", { name: file.name, max: lodge.bytes(maxTotal) }));
        else if (chosen.length + kept() >= maxFiles) refused.push(lodge.word(box, "too-many", { name: file.name, max: maxFiles }));
        else chosen.push(file);
      });
      write(); draw();
      var error = form.querySelector("[data-file-error]");
      if (error) { error.textContent = refused.join(" "); error.hidden = refused.length === 0; }
      if (!refused.length) say(lodge.word(box, "count", { count: chosen.length }));
    }

    input.addEventListener("change", function () {
      // The browser has just replaced the list by the new choice: put the earlier ones back in front.
      add(Array.prototype.slice.call(input.files));
    });
    ["dragover", "dragenter"].forEach(function (name) {
      form.addEventListener(name, function (event) {
        if (!event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types, "Files") < 0) return;
        event.preventDefault(); box.classList.add("is-over");
      });
    });
    form.addEventListener("dragleave", function (event) { if (!form.contains(event.relatedTarget)) box.classList.remove("is-over"); });
    form.addEventListener("drop", function (event) {
      box.classList.remove("is-over");
      if (!event.dataTransfer || !event.dataTransfer.files.length) return;
      event.preventDefault(); add(event.dataTransfer.files);
    });
    form.addEventListener("paste", function (event) {
      var files = event.clipboardData && event.clipboardData.files;
      // Office programs put a picture of copied text beside the text: text wins.
      if (!files || !files.length || event.clipboardData.getData("text/plain")) return;
      event.preventDefault(); add(files);
    });
    form.addEventListener("reset", function () { chosen = []; draw(); });
    if (input.files.length) add(Array.prototype.slice.call(input.files));
  });
})();
