const PAUSE_MS = 900;

/** Saves a draft while it is being written and shows the result in the preview. The buttons work all the same. */
class DraftForm extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    // A new event has no draft yet: the first button press makes one.
    if (!this.dataset["preview"]) return;
    this.addEventListener("input", () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#save(), PAUSE_MS);
    });
    this.addEventListener("submit", () => window.clearTimeout(this.#timer));
  }

  async #save(): Promise<void> {
    const form = this.querySelector("form");
    const status = this.querySelector<HTMLElement>(".wizard__saved");
    if (!form || !status || form.querySelector("input[name^='remove_']:checked")) return;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    body.set("then", "stay");
    status.textContent = status.dataset["saving"] ?? "";
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const failed = !answer.ok || page.querySelector("[aria-invalid='true']");
      status.textContent = failed ? "" : (status.dataset["saved"] ?? "");
      if (!failed) this.#refreshPreview();
    } catch {
      status.textContent = "";
    }
  }

  #refreshPreview(): void {
    const frame = document.getElementById(this.dataset["preview"] ?? "");
    if (frame instanceof HTMLIFrameElement) frame.contentWindow?.location.reload();
  }
}

customElements.define("draft-form", DraftForm);
