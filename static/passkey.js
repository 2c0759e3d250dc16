"use strict";

// Passkeys: the browser signs what the server asked for, and the form sends the signature. Without a script, or in a
// browser that knows no passkeys, these forms stay hidden; codes work everywhere.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

function readable(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: text(answer.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[name]) response[name] = text(answer[name]);
  }
  if (answer.getTransports) response.transports = answer.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function create(options, withoutPassword) {
  const wanted = withoutPassword
    ? { residentKey: "required", requireResidentKey: true, userVerification: "required" }
    : {};
  return navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials),
      authenticatorSelection: { ...options.authenticatorSelection, ...wanted },
    },
  });
}

async function get(options) {
  return navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) },
  });
}

async function optionsOf(form) {
  const written = form.querySelector("#passkey-options");
  if (written) return JSON.parse(written.textContent).publicKey;
  const answer = await fetch(form.dataset.passkey, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options.publicKey;
}

const KINDS = { SecurityError: "unusable", NotSupportedError: "unusable", InvalidStateError: "known" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const fault = form.querySelector("[data-passkey-fault]");
  const sentence = fault.lastElementChild;
  const cancelled = sentence.textContent;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    try {
      const options = await optionsOf(form);
      const credential = options.user
        ? await create(options, form.elements.passwordless.checked)
        : await get(options);
      form.elements.credential.value = JSON.stringify(readable(credential));
      form.submit(); // past this listener
    } catch (error) {
      sentence.textContent = fault.dataset[KINDS[error.name]] ?? cancelled;
      fault.hidden = false;
    }
  });
}
