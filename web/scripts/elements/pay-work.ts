import { addWork } from "./proof";

/** Does the work that the next try to pay costs. Until it is done the form cannot be sent; when it cannot be done, it can. */
class PayWork extends HTMLElement {
  connectedCallback(): void {
    const form = this.closest("form");
    if (form && window.isSecureContext) void this.#work(form);
  }

  async #work(form: HTMLFormElement): Promise<void> {
    const button = form.querySelector("button");
    const busy = this.querySelector<HTMLElement>("[data-busy]");
    const { challenge = "", salt = "", signature = "", maxNumber = "0" } = this.dataset;
    try {
      if (button) button.disabled = true;
      if (busy) busy.hidden = false;
      await addWork(form, { challenge, salt, signature, maxnumber: Number(maxNumber) });
    } finally {
      if (button) button.disabled = false;
      if (busy) busy.hidden = true;
    }
  }
}

customElements.define("pay-work", PayWork);
