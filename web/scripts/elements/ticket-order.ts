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
      minor += quantity * this.#price(input);
    }
    const gift = this.querySelector<HTMLInputElement>("input[name=donation]");
    if (gift && count > 0) minor += this.#amount(gift.value) ?? 0;
    const total = this.#format(minor);
    for (const place of document.querySelectorAll("[data-total]")) place.textContent = total;
    for (const place of document.querySelectorAll<HTMLElement>("[data-when]")) {
      place.hidden = place.dataset["when"] === "chosen" ? count === 0 : count > 0;
    }
  }

  /** What one ticket costs: where the buyer names the price, what stands in that field. */
  #price(input: HTMLInputElement): number {
    const named = this.querySelector<HTMLInputElement>(`input[data-names="${input.name}"]`);
    return (named && this.#amount(named.value)) ?? Number(input.dataset["price"]);
  }

  /** Reads an amount as people type it, in minor units. */
  #amount(text: string): number | undefined {
    const amount = /^(\d+)(?:[.,](\d*))?$/.exec(text.replace(/\s/g, ""));
    const exponent = this.#exponent();
    const [, whole = "", fraction = ""] = amount ?? [];
    if (!amount || fraction.length > exponent) return undefined;
    return Number(whole + fraction.padEnd(exponent, "0"));
  }

  #exponent(): number {
    const currency = this.dataset["currency"] ?? "EUR";
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  }

  #format(minor: number): string {
    const currency = this.dataset["currency"] ?? "EUR";
    const exponent = this.#exponent();
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
