/** Counts down the time for which tickets are kept. Speaks up at five, two and one minutes, politely. */
class HoldCountdown extends HTMLElement {
  #ends = 0;
  #timer = 0;
  #spoken = new Set<number>();

  connectedCallback(): void {
    this.#ends = performance.now() + Number(this.dataset["seconds"] ?? 0) * 1000;
    this.#timer = window.setInterval(() => this.#tick(), 1000);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#tick();
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#onVisible);
  }

  #onVisible = (): void => {
    if (!document.hidden) this.#tick();
  };

  #tick(): void {
    const left = Math.max(0, Math.ceil((this.#ends - performance.now()) / 1000));
    const time = this.querySelector(".hold__time");
    if (time) time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.toggleAttribute("data-low", left <= 120);
    for (const minutes of [5, 2, 1]) {
      const due = left <= minutes * 60 && left > minutes * 60 - 5;
      if (due && !this.#spoken.has(minutes)) this.#say(minutes);
    }
    if (left === 0) {
      window.clearInterval(this.#timer);
      window.location.reload();
    }
  }

  #say(minutes: number): void {
    this.#spoken.add(minutes);
    const voice = this.querySelector("[aria-live='polite']");
    if (voice) voice.textContent = this.getAttribute(`data-voice-${minutes}`) ?? "";
  }
}

customElements.define("hold-countdown", HoldCountdown);
