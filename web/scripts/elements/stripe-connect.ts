export {};

const PATIENCE_MS = 15000;

/** The little of Connect.js that is used here (docs.stripe.com/connect/get-started-connect-embedded-components). */
interface ConnectComponent extends HTMLElement {
  setOnExit?(left: () => void): void;
  setOnLoadError?(heard: () => void): void;
}
interface ConnectClient {
  create(name: string): ConnectComponent | null;
}
interface ConnectLoader {
  onLoad?: () => void;
  init?(options: Record<string, unknown>): ConnectClient;
}
declare global {
  interface Window {
    StripeConnect?: ConnectLoader;
  }
}

/** Shows Stripe's pages of an account in the places that name them. The session's secret comes by a request and stays in memory. */
class StripeConnect extends HTMLElement {
  connectedCallback(): void {
    this.#show("[data-loading]", true);
    const loader: ConnectLoader = (window.StripeConnect ??= {});
    if (loader.init) this.#mount(loader);
    else loader.onLoad = () => this.#mount(window.StripeConnect ?? {});
    // Whoever blocks Stripe's script sees nothing happen: the page says so.
    window.setTimeout(() => {
      if (!window.StripeConnect?.init) this.#fail();
    }, PATIENCE_MS);
  }

  #mount(loader: ConnectLoader): void {
    const client = loader.init?.({
      publishableKey: this.dataset["key"] ?? "",
      fetchClientSecret: () => this.#secret(),
      locale: document.documentElement.lang,
      appearance: appearance(),
    });
    if (!client) {
      this.#fail();
      return;
    }
    for (const place of this.querySelectorAll<HTMLElement>("[data-component]")) {
      const component = client.create(place.dataset["component"] ?? "");
      if (!component) continue;
      component.setOnExit?.(() => window.location.assign(this.dataset["done"] ?? ""));
      component.setOnLoadError?.(() => this.#fail());
      place.replaceChildren(component);
    }
    this.#show("[data-loading]", false);
  }

  async #secret(): Promise<string | undefined> {
    try {
      const answer = await fetch(this.dataset["session"] ?? "", {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams({ csrf: this.dataset["csrf"] ?? "" }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const told: unknown = await answer.json();
      return (told as { client_secret?: string }).client_secret;
    } catch {
      this.#fail();
      return undefined;
    }
  }

  #fail(): void {
    this.#show("[data-loading]", false);
    const place = this.querySelector<HTMLElement>("[data-error]");
    if (!place) return;
    place.textContent = this.dataset["failed"] ?? "";
    place.hidden = false;
  }

  #show(selector: string, isShown: boolean): void {
    const part = this.querySelector<HTMLElement>(selector);
    if (part) part.hidden = !isShown;
  }
}

/** The shop's own colours, in Stripe's words. */
function appearance(): Record<string, unknown> {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    variables: {
      colorPrimary: token("--accent"),
      colorBackground: token("--surface-raised"),
      colorText: token("--text"),
      colorDanger: token("--critical"),
      fontFamily: getComputedStyle(document.body).fontFamily,
    },
  };
}

customElements.define("stripe-connect", StripeConnect);
