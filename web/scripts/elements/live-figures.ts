const LOOK_EVERY_MS = 3000;

/** Keeps counters of the console true while the page is looked at. */
class LiveFigures extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.#timer = window.setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (document.hidden) return;
    try {
      const answer = await fetch(this.dataset["url"] ?? "", { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const figures = (await answer.json()) as Record<string, string>;
      for (const place of this.querySelectorAll<HTMLElement>("[data-figure]")) {
        const figure = figures[place.dataset["figure"] ?? ""];
        if (figure !== undefined && figure !== place.textContent) place.textContent = figure;
      }
    } catch {
      // Offline: the next look may find a network.
    }
  }
}

customElements.define("live-figures", LiveFigures);
