const MINUS = '<path d="M5 12h14"/>';
const PLUS = '<path d="M5 12h14"/><path d="M12 5v14"/>';

/** A number field with a button on each side. Steps over the gap between 0 and the smallest quantity. */
class TicketStepper extends HTMLElement {
  #input!: HTMLInputElement;
  #less!: HTMLButtonElement;
  #more!: HTMLButtonElement;

  connectedCallback(): void {
    const input = this.querySelector("input");
    if (!input || this.hasAttribute("ready")) return;
    this.#input = input;
    this.#less = this.#button(-1, this.dataset["less"] ?? "−", MINUS);
    this.#more = this.#button(1, this.dataset["more"] ?? "+", PLUS);
    this.prepend(this.#less);
    this.append(this.#more);
    input.addEventListener("input", () => this.#refresh());
    input.addEventListener("change", () => this.#set(this.#value()));
    this.setAttribute("ready", "");
    this.#refresh();
  }

  #button(step: number, label: string, paths: string): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "stepper__button";
    button.dataset["step"] = String(step);
    button.setAttribute("aria-label", label);
    button.innerHTML = `<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" aria-hidden="true" focusable="false">${paths}</svg>`;
    button.addEventListener("click", () => this.#step(step));
    return button;
  }

  #value(): number {
    const value = Number.parseInt(this.#input.value, 10);
    return Number.isNaN(value) ? 0 : value;
  }

  #bounds(): [number, number] {
    return [Number(this.dataset["min"] ?? 1), Number(this.#input.max || 99)];
  }

  #step(by: number): void {
    const [min, max] = this.#bounds();
    const value = this.#value();
    if (by > 0) this.#set(value < min ? min : Math.min(value + 1, max));
    else this.#set(value <= min ? 0 : value - 1);
    this.#input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #set(value: number): void {
    const [min, max] = this.#bounds();
    const wanted = value <= 0 ? 0 : Math.min(Math.max(value, min), max);
    this.#input.value = String(wanted);
    this.#refresh();
  }

  #refresh(): void {
    const [, max] = this.#bounds();
    const value = this.#value();
    this.#less.disabled = value <= 0;
    this.#more.disabled = value >= max;
  }
}

customElements.define("ticket-stepper", TicketStepper);
