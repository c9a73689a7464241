/** Adds up the chosen tickets and keeps the total in sight. Amounts are whole minor units; the server has the last word. */
class TicketOrder extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("input", () => this.#refresh());
    window.addEventListener("pageshow", () => this.#refresh());
    this.#refresh();
  }

  #refresh(): void {
    let minor = 0;
    let count = 0;
    for (const input of this.querySelectorAll<HTMLInputElement>("input[data-price]")) {
      const quantity = Math.max(0, Number.parseInt(input.value, 10) || 0);
      count += quantity;
      minor += quantity * Number(input.dataset["price"]);
    }
    const total = this.#format(minor);
    for (const place of document.querySelectorAll("[data-total]")) place.textContent = total;
    for (const place of document.querySelectorAll<HTMLElement>("[data-when]")) {
      place.hidden = place.dataset["when"] === "chosen" ? count === 0 : count > 0;
    }
  }

  #format(minor: number): string {
    const currency = this.dataset["currency"] ?? "EUR";
    const probe = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
    const exponent = probe.maximumFractionDigits ?? 2;
    const unit = 10 ** exponent;
    const digits = minor % unit === 0 ? 0 : exponent;
    const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
    return new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(minor / unit);
  }
}

customElements.define("ticket-order", TicketOrder);
