/** Sends its form when a choice changes; the button stays for those without script. */
class AutoSubmit extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    for (const select of this.querySelectorAll("select")) select.addEventListener("change", () => form?.requestSubmit());
    // What is not chosen needs no place in the address, which people share.
    form?.addEventListener("formdata", ({ formData }) => {
      for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
    });
    const button = this.querySelector<HTMLElement>("[data-fallback]");
    if (button) button.hidden = true;
  }
}

customElements.define("auto-submit", AutoSubmit);
