const BUZZ: Record<string, number[]> = { admit: [60], check: [80, 80, 80], refuse: [300] };

/** Lets the answer be felt too, and readies the field for the next code. */
class DoorAnswer extends HTMLElement {
  connectedCallback(): void {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(BUZZ[this.dataset["tone"] ?? ""] ?? []);
    requestAnimationFrame(() => document.getElementById("code")?.focus());
  }
}

customElements.define("door-answer", DoorAnswer);
