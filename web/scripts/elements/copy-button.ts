/** Copies a text, or shares it where the device can. Stays hidden where neither works. */
class CopyButton extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    const text = this.dataset["text"] ?? "";
    if (!button || !("clipboard" in navigator || "share" in navigator)) return;
    button.hidden = false;
    button.addEventListener("click", () => void this.#copy(button, text));
  }

  async #copy(button: HTMLButtonElement, text: string): Promise<void> {
    try {
      if (this.dataset["share"] !== undefined && "share" in navigator && matchMedia("(pointer: coarse)").matches) {
        await navigator.share({ url: text });
        return;
      }
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    const label = button.querySelector("[data-label]");
    if (!label) return;
    const before = label.textContent;
    label.textContent = this.dataset["done"] ?? "✓";
    window.setTimeout(() => {
      label.textContent = before;
    }, 2000);
  }
}

customElements.define("copy-button", CopyButton);
