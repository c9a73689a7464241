export {};

/** The little of Stripe.js that is used here (docs.stripe.com/js). */
interface StripeError {
  message?: string;
}
interface StripeElements {
  create(kind: "payment", options: Record<string, unknown>): StripeField;
  submit(): Promise<{ error?: StripeError }>;
}
interface StripeField {
  mount(place: HTMLElement): void;
  on(event: "ready" | "loaderror", heard: () => void): void;
}
interface StripeClient {
  elements(options: Record<string, unknown>): StripeElements;
  createConfirmationToken(wish: {
    elements: StripeElements;
    params: { return_url: string };
  }): Promise<{ error?: StripeError; confirmationToken?: { id: string } }>;
}
declare global {
  interface Window {
    Stripe?: (key: string, options: { stripeAccount: string; locale: string }) => StripeClient;
  }
}

/**
 * Shows Stripe's form and sends its own form with what that leaves: a token that stands for the card, once. The card's
 * details are typed into a frame of Stripe's and never reach this page. Payment itself is moved by our server.
 */
class StripePayment extends HTMLElement {
  #client: StripeClient | undefined;
  #elements: StripeElements | undefined;

  connectedCallback(): void {
    const form = this.closest("form");
    const place = this.querySelector<HTMLElement>("[data-form]");
    if (!form || !place) return;
    if (!window.Stripe) {
      this.#tell(this.dataset["failed"]);
      return;
    }
    this.#show("[data-loading]", true);
    this.#client = window.Stripe(this.dataset["key"] ?? "", {
      stripeAccount: this.dataset["account"] ?? "",
      locale: document.documentElement.lang,
    });
    this.#elements = this.#client.elements({
      mode: "payment",
      amount: Number(this.dataset["amount"]),
      currency: this.dataset["currency"],
      appearance: appearance(),
    });
    const field = this.#elements.create("payment", { layout: "accordion" });
    field.on("ready", () => this.#ready(form));
    field.on("loaderror", () => {
      this.#show("[data-loading]", false);
      this.#tell(this.dataset["failed"]);
    });
    field.mount(place);
    // Before the guard against a second sending hears of it: this form is sent by us, later.
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (form.dataset["paying"] !== "true") void this.#pay(form);
    });
    // Who comes back with the browser's button finds a form that can be sent.
    window.addEventListener("pageshow", () => this.#rest(form));
  }

  #ready(form: HTMLFormElement): void {
    this.#show("[data-loading]", false);
    this.#show("[data-note]", true);
    const send = form.querySelector<HTMLElement>(".checkout__send");
    if (send) send.hidden = false;
  }

  async #pay(form: HTMLFormElement): Promise<void> {
    const field = form.querySelector<HTMLInputElement>('input[name="confirmation_token"]');
    const [client, elements] = [this.#client, this.#elements];
    if (!client || !elements || !field) return;
    form.dataset["paying"] = "true";
    form.querySelector('button[type="submit"]')?.setAttribute("aria-busy", "true");
    this.#tell(undefined);
    try {
      const checked = await elements.submit();
      const made = checked.error
        ? { error: checked.error }
        : await client.createConfirmationToken({ elements, params: { return_url: this.dataset["return"] ?? "" } });
      if (made.error || !made.confirmationToken) {
        this.#rest(form);
        this.#tell(made.error?.message ?? this.dataset["odd"]);
        return;
      }
      field.value = made.confirmationToken.id;
      form.submit();
    } catch {
      this.#rest(form);
      this.#tell(this.dataset["failed"]);
    }
  }

  #rest(form: HTMLFormElement): void {
    delete form.dataset["paying"];
    form.querySelector('button[type="submit"]')?.removeAttribute("aria-busy");
  }

  #tell(text: string | undefined): void {
    const place = this.querySelector<HTMLElement>("[data-error]");
    if (!place) return;
    place.textContent = text ?? "";
    place.hidden = !text;
  }

  #show(selector: string, isShown: boolean): void {
    const part = this.querySelector<HTMLElement>(selector);
    if (part) part.hidden = !isShown;
  }
}

/** The shop's own colours and shapes, in Stripe's words. */
function appearance(): Record<string, unknown> {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    theme: "stripe",
    variables: {
      colorPrimary: token("--accent"),
      colorBackground: token("--surface-raised"),
      colorText: token("--text"),
      colorTextSecondary: token("--text-muted"),
      colorDanger: token("--critical"),
      borderRadius: token("--radius-control"),
      fontFamily: getComputedStyle(document.body).fontFamily,
    },
  };
}

customElements.define("stripe-payment", StripePayment);
