// Passkeys: a form asks the server what to ask the authenticator, and posts the answer as any form does. Where the
// browser knows no passkeys the forms stay hidden.
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/")), out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }
  function text(buffer) {
    var raw = "";
    new Uint8Array(buffer).forEach(function (b) { raw += String.fromCharCode(b); });
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function known(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }
  function answer(credential) {
    var r = credential.response, out = { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: {}, response: { clientDataJSON: text(r.clientDataJSON) } };
    if (credential.authenticatorAttachment) out.authenticatorAttachment = credential.authenticatorAttachment;
    if (r.attestationObject) {
      out.response.attestationObject = text(r.attestationObject);
      if (r.getTransports) out.response.transports = r.getTransports();
    } else {
      out.response.authenticatorData = text(r.authenticatorData);
      out.response.signature = text(r.signature);
      if (r.userHandle) out.response.userHandle = text(r.userHandle);
    }
    return JSON.stringify(out);
  }
  function create(options) {
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }
  function get(options) {
    options.challenge = bytes(options.challenge);
    options.allowCredentials = known(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }

  function wire(form, address, ask) {
    var field = form.querySelector("[name=credential]"), problem = form.querySelector("[data-passkey-error]"), none = form.parentNode.querySelector("[data-passkey-none]");
    form.hidden = false;
    if (none) none.hidden = true;
    form.addEventListener("submit", function (event) {
      if (field.value) return;
      event.preventDefault();
      problem.hidden = true;
      fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (response) {
        return response.json().then(function (said) {
          if (!response.ok) throw new Error(said.error || "");
          return ask(said.publicKey);
        });
      }).then(function (credential) {
        field.value = answer(credential);
        form.submit();
      }).catch(function (failure) {
        // What the browser or the authenticator says is not in the reader's language.
        problem.textContent = failure instanceof DOMException || failure instanceof TypeError || failure instanceof SyntaxError || !failure.message ? form.getAttribute("data-passkey-failed") : failure.message;
        problem.hidden = false;
      });
    });
  }
  lodge.enhance("form[data-passkey-add]", function (form) { wire(form, form.getAttribute("data-passkey-add"), create); });
  lodge.enhance("form[data-passkey-sign-in]", function (form) { wire(form, form.getAttribute("data-passkey-sign-in"), get); });
})();
