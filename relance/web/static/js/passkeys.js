// Passkeys: `data-passkey` says whether one is made ("create") or used ("get"; "ask" fetches the challenge first).

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !window.PublicKeyCredential;
  // Until here it could only have been sent without a passkey.
  form.querySelector("button").disabled = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form);
  });
}

async function answer(form) {
  const said = form.querySelector("[role=alert][hidden], [role=alert].told");
  try {
    const credential = await (form.dataset.passkey === "create" ? make(form) : use(form));
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    // Not requestSubmit: that would ask for the passkey again.
    form.submit();
  } catch {
    said.textContent = form.dataset.failed;
    said.classList.add("told");
    said.hidden = false;
  }
}

async function make(form) {
  const { publicKey } = JSON.parse(form.dataset.options);
  const selection = { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const options = PublicKeyCredential.parseCreationOptionsFromJSON({ ...publicKey, authenticatorSelection: selection });
  return navigator.credentials.create({ publicKey: options });
}

async function use(form) {
  const { publicKey } = form.dataset.passkey === "ask" ? await ask(form.action) : JSON.parse(form.dataset.options);
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
}

async function ask(address) {
  const answered = await fetch(address, { headers: { Accept: "application/json" } });
  return (await answered.json()).request_options;
}
