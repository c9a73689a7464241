interface Challenge {
  token: string;
  options: { publicKey: Record<string, unknown> };
}

/** A challenge is good for five minutes; one that waits in the background is renewed before. */
const RENEW_MS = 4 * 60 * 1000;

/**
 * A form that a passkey fills in: it gets a challenge, has the device answer, and sends the answer as a form does. Stays hidden
 * where the browser has no passkeys. With `data-autofill` the browser also offers them in the field of the address.
 */
class PasskeyForm extends HTMLElement {
  #form: HTMLFormElement | null = null;
  #waiting: AbortController | null = null;

  connectedCallback(): void {
    this.#form = this.querySelector("form");
    if (!this.#form || typeof PublicKeyCredential === "undefined") return;
    this.hidden = false;
    for (const hint of document.querySelectorAll<HTMLElement>("[data-no-passkeys]")) hint.hidden = true;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#ask();
    });
    if (this.dataset["autofill"] !== undefined) void this.#offer();
  }

  disconnectedCallback(): void {
    this.#waiting?.abort();
  }

  async #ask(): Promise<void> {
    this.#waiting?.abort();
    this.#show(false);
    try {
      const challenge = await this.#challenge();
      if (challenge) await this.#answer(challenge, {});
    } catch {
      this.#show(true);
    }
  }

  /** Once the field of the address is entered: a challenge costs the server a row. */
  async #offer(): Promise<void> {
    const can = PublicKeyCredential.isConditionalMediationAvailable;
    if (!can || !(await can.call(PublicKeyCredential))) return;
    const field = document.querySelector<HTMLInputElement>('input[autocomplete~="webauthn"]');
    field?.addEventListener("focus", () => void this.#wait(), { once: true });
    if (field && document.activeElement === field) void this.#wait();
  }

  async #wait(): Promise<void> {
    if (this.#waiting) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    const timer = window.setTimeout(() => {
      waiting.abort();
      this.#waiting = null;
      void this.#wait();
    }, RENEW_MS);
    try {
      const challenge = await this.#challenge();
      if (challenge && !waiting.signal.aborted) {
        await this.#answer(challenge, { mediation: "conditional", signal: waiting.signal });
      }
    } catch {
      // Called off, or nothing chosen: the form beside it goes on.
    } finally {
      window.clearTimeout(timer);
    }
  }

  async #challenge(): Promise<Challenge | null> {
    const answer = await fetch(this.dataset["options"] ?? "", {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({ csrf: this.dataset["csrf"] ?? "" }),
    });
    // Sent elsewhere: the person has to prove himself first.
    if (answer.redirected) {
      window.location.assign(answer.url);
      return null;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Challenge;
  }

  async #answer(challenge: Challenge, how: CredentialRequestOptions): Promise<void> {
    const publicKey = decoded(challenge.options.publicKey);
    const credential =
      this.dataset["kind"] === "create"
        ? await navigator.credentials.create({ publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions })
        : await navigator.credentials.get({ ...how, publicKey: publicKey as unknown as PublicKeyCredentialRequestOptions });
    if (!(credential instanceof PublicKeyCredential) || !this.#form) throw new Error("no credential");
    this.#fill("token", challenge.token);
    this.#fill("credential", JSON.stringify(encoded(credential)));
    this.#form.submit();
  }

  #fill(name: string, value: string): void {
    const field = this.#form?.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }

  #show(failed: boolean): void {
    const place = this.querySelector<HTMLElement>("[data-failed]");
    if (place) place.hidden = !failed;
  }
}

/** Turns the texts of the JSON form into bytes where the browser wants bytes (Web Authentication Level 3, §5.1.8). */
function decoded(options: Record<string, unknown>): Record<string, unknown> {
  const ids = (list: unknown): unknown =>
    Array.isArray(list) ? list.map((entry: { id: string }) => ({ ...entry, id: bytes(entry.id) })) : list;
  const user = options["user"] as { id: string } | undefined;
  return {
    ...options,
    challenge: bytes(options["challenge"] as string),
    ...(user ? { user: { ...user, id: bytes(user.id) } } : {}),
    ...(options["allowCredentials"] ? { allowCredentials: ids(options["allowCredentials"]) } : {}),
    ...(options["excludeCredentials"] ? { excludeCredentials: ids(options["excludeCredentials"]) } : {}),
  };
}

/** Writes a credential as `toJSON` does, which not every browser has. */
function encoded(credential: PublicKeyCredential): Record<string, unknown> {
  const response = credential.response;
  const common = {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
  };
  if (response instanceof AuthenticatorAttestationResponse) {
    return {
      ...common,
      response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) },
    };
  }
  const assertion = response as AuthenticatorAssertionResponse;
  return {
    ...common,
    response: {
      clientDataJSON: text(assertion.clientDataJSON),
      authenticatorData: text(assertion.authenticatorData),
      signature: text(assertion.signature),
      userHandle: assertion.userHandle ? text(assertion.userHandle) : null,
    },
  };
}

function bytes(base64url: string): ArrayBuffer {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

customElements.define("passkey-form", PasskeyForm);
export {};
