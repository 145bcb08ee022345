// Proof of work without a third party: a form with data-pow-challenge and data-pow-bits gets a counter such that
// sha256(challenge + ":" + counter) begins with that many zero bits. It is sought in small portions while one types.
// SHA-256 after FIPS 180-4, because crypto.subtle is slow one call at a time and missing on plain HTTP.
(function () {
  "use strict";
  var K = [], H0 = [];
  (function () {
    function frac(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
    for (var n = 2, found = 0; found < 64; n++) {
      var prime = true;
      for (var d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
      if (!prime) continue;
      if (found < 8) H0[found] = frac(Math.sqrt(n));
      K[found++] = frac(Math.cbrt(n));
    }
  })();
  var W = new Int32Array(64);

  function sha256(text) {
    var length = text.length, words = new Int32Array((((length + 8) >> 6) + 1) << 4);
    for (var i = 0; i < length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
    words[length >> 2] |= 0x80 << (24 - (length & 3) * 8);
    words[words.length - 1] = length * 8;
    var h = Int32Array.from(H0);
    for (var at = 0; at < words.length; at += 16) {
      for (var t = 0; t < 64; t++) {
        if (t < 16) W[t] = words[at + t];
        else {
          var x = W[t - 15], y = W[t - 2];
          W[t] = (W[t - 16] + W[t - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
            (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
        }
      }
      var a = h[0], b = h[1], c = h[2], e0 = h[4], d = h[3], f = h[5], g = h[6], k = h[7];
      for (t = 0; t < 64; t++) {
        var one = (k + (((e0 >>> 6) | (e0 << 26)) ^ ((e0 >>> 11) | (e0 << 21)) ^ ((e0 >>> 25) | (e0 << 7))) + ((e0 & f) ^ (~e0 & g)) + K[t] + W[t]) | 0;
        var two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        k = g; g = f; f = e0; e0 = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e0; h[5] += f; h[6] += g; h[7] += k;
    }
    return h;
  }
  lodge.sha256 = sha256;

  function enough(h, bits) {
    for (var i = 0; bits > 0; i++, bits -= 32) if (bits >= 32 ? h[i] !== 0 : h[i] >>> (32 - bits) !== 0) return false;
    return true;
  }

  lodge.enhance("form[data-pow-challenge]", function (form) {
    var challenge = form.getAttribute("data-pow-challenge"), bits = Number(form.getAttribute("data-pow-bits")) || 0;
    var field = form.querySelector('input[name="pow"]');
    if (!field || !challenge) return;
    var counter = 0, done = false, waiting = null;
    function portion() {
      var end = performance.now() + 8;
      do {
        for (var i = 0; i < 50; i++, counter++) {
          if (enough(sha256(challenge + ":" + counter), bits)) {
            field.value = String(counter); done = true;
            if (waiting) { var button = waiting.button; waiting = null; form.requestSubmit(button); }
            return;
          }
        }
      } while (performance.now() < end);
      setTimeout(portion, waiting ? 0 : 4);
    }
    portion();
    // Sent before the search is over: hold it back and send it when it is.
    form.addEventListener("submit", function (event) {
      if (done || waiting) { if (waiting) event.preventDefault(); return; }
      event.preventDefault();
      waiting = { button: event.submitter && event.submitter.form === form ? event.submitter : undefined };
    });
  });
})();
