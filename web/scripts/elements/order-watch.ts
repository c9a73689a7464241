const FIRST_MS = 2000;
const SLOWEST_MS = 15000;

/** Looks again at an order that waits for its payment, less and less often, until its state changes. */
class OrderWatch extends HTMLElement {
  #delay = FIRST_MS;

  connectedCallback(): void {
    this.#later();
  }

  #later(): void {
    window.setTimeout(() => void this.#look(), this.#delay);
    this.#delay = Math.min(this.#delay * 1.4, SLOWEST_MS);
  }

  async #look(): Promise<void> {
    if (!this.isConnected) return;
    try {
      const answer = await fetch(window.location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const state = page.querySelector("[data-order-state]")?.getAttribute("data-order-state");
      if (state && state !== this.dataset["state"]) {
        window.location.reload();
        return;
      }
    } catch {
      // Offline: the next look may find a network.
    }
    this.#later();
  }
}

customElements.define("order-watch", OrderWatch);
