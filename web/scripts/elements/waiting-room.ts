import { type Work, addWork } from "./proof";

interface Status {
  key: string;
  poll_s: number;
  opens_in_s?: number;
  left_s?: number;
  progress?: number;
  values: Record<string, string>;
}

/** Seconds between two announcements of the position. */
const SPEAK_EVERY_S = 60;
const SLOWEST_S = 60;
/** Minutes before the draw at which it is announced. */
const DRAW_VOICES = [5, 1];
/** Seconds before the end of a pass from which on it is announced, once; looks are a minute apart. */
const LAST_CALL_S = 125;

/** Takes a place, counts down, keeps the position true, and says politely what has changed. */
class WaitingRoom extends HTMLElement {
  #look = 0;
  #tick = 0;
  #opensAt = 0;
  #spokenAt = 0;
  #failures = 0;
  #said = new Set<string>();

  connectedCallback(): void {
    this.#spokenAt = performance.now();
    this.#settle();
    this.#later(Number(this.dataset["poll"] ?? 15));
    this.#tick = window.setInterval(() => this.#count(), 1000);
    document.addEventListener("visibilitychange", this.#onVisible);
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#look);
    window.clearInterval(this.#tick);
    document.removeEventListener("visibilitychange", this.#onVisible);
  }

  #onVisible = (): void => {
    if (!document.hidden && this.#failures > 0) this.#later(0);
  };

  /** Looks at what the page shows now. */
  #settle(): void {
    const opens = this.querySelector<HTMLElement>("[data-opens]")?.dataset["opens"];
    this.#opensAt = opens ? performance.now() + Number(opens) * 1000 : 0;
    const form = this.querySelector<HTMLFormElement>("form[data-join]");
    if (form && !form.dataset["busy"]) void this.#join(form);
  }

  /** Does the work that the server sets and takes a place; when that fails, the button is still there. */
  async #join(form: HTMLFormElement): Promise<void> {
    form.dataset["busy"] = "1";
    const button = form.querySelector("button");
    const working = form.querySelector<HTMLElement>("[data-working]");
    try {
      if (!window.isSecureContext || sessionStorage.getItem(this.#tried()) === "1") return;
      if (button) button.hidden = true;
      if (working) working.hidden = false;
      const answer = await fetch(this.dataset["challenge"] ?? "", { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const work = (await answer.json()) as Work;
      if (!(await addWork(form, work))) return;
      // Without cookies the place would be lost at once, and taken again, and again.
      sessionStorage.setItem(this.#tried(), "1");
      form.requestSubmit(button);
    } catch {
      // No network, or no storage: the button is still there.
    } finally {
      if (button) button.hidden = false;
      if (working) working.hidden = true;
    }
  }

  #tried(): string {
    return `queue ${this.dataset["status"] ?? ""}`;
  }

  #later(seconds: number): void {
    window.clearTimeout(this.#look);
    // A tenth more or less keeps a crowd that came at the same moment from asking at the same moment.
    const spread = 0.9 + Math.random() * 0.2;
    this.#look = window.setTimeout(() => void this.#ask(), seconds * 1000 * spread);
  }

  async #ask(): Promise<void> {
    try {
      const answer = await fetch(this.dataset["status"] ?? "", { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const status = (await answer.json()) as Status;
      this.#failures = 0;
      if (status.key === this.dataset["key"]) this.#show(status);
      else await this.#change();
      this.#later(status.poll_s);
    } catch {
      this.#failures += 1;
      this.#later(Math.min(5 * 2 ** this.#failures, SLOWEST_S));
    }
  }

  #show(status: Status): void {
    for (const [name, value] of Object.entries(status.values)) {
      const place = this.querySelector(`[data-value="${name}"]`);
      if (place && place.textContent !== value) place.textContent = value;
    }
    const bar = this.querySelector<HTMLProgressElement>("[data-progress]");
    if (bar && status.progress !== undefined) bar.value = status.progress;
    if (status.left_s !== undefined) this.#lastCall(status.left_s);
    if (status.opens_in_s !== undefined) this.#opensAt = performance.now() + status.opens_in_s * 1000;
    const { ahead, wait } = status.values;
    if (ahead && performance.now() - this.#spokenAt > SPEAK_EVERY_S * 1000) {
      this.#say((this.dataset["voice"] ?? "").replace("{ahead}", ahead).replace("{wait}", wait ?? ""));
    }
  }

  /** The state has changed: takes the panel of the new page, and says its heading. */
  async #change(): Promise<void> {
    const answer = await fetch(window.location.href, { headers: { accept: "text/html" } });
    if (answer.redirected || !answer.ok) {
      window.location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [fresh, old] = [page.querySelector("waiting-room"), this.querySelector("[data-panel]")];
    const panel = fresh?.querySelector("[data-panel]");
    if (!(fresh instanceof HTMLElement) || !panel || !old) {
      window.location.reload();
      return;
    }
    this.dataset["key"] = fresh.dataset["key"] ?? "";
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(document.adoptNode(panel));
    // Whoever stood on a button that is gone goes on from the same place, not from the top of the page.
    if (hadFocus) this.#focus(panel.querySelector<HTMLElement>("[data-heading]"));
    const proof = page.querySelector("[data-proof]");
    if (proof) document.querySelector("[data-proof]")?.replaceWith(document.adoptNode(proof));
    document.title = page.title;
    this.#say(panel.querySelector("[data-heading]")?.textContent ?? "");
    this.#settle();
  }

  #focus(heading: HTMLElement | null): void {
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }

  /** Says that a pass ends soon, once for each time that it is given. */
  #lastCall(left: number): void {
    if (left > LAST_CALL_S) this.#said.delete("left");
    else this.#sayOnce("left", this.dataset["voiceLeft"]);
  }

  #count(): void {
    const place = this.querySelector("[data-opens]");
    if (!place || this.#opensAt === 0) return;
    const left = Math.max(0, Math.ceil((this.#opensAt - performance.now()) / 1000));
    const two = (number: number): string => String(number).padStart(2, "0");
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    if (hours >= 24) return;
    for (const due of DRAW_VOICES) {
      if (left <= due * 60 && left > due * 60 - 5) this.#sayOnce(`opens ${due}`, this.getAttribute(`data-voice-opens-${due}`));
    }
    place.textContent = hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  }

  #sayOnce(what: string, text: string | null | undefined): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    this.#say(text ?? "");
  }

  #say(text: string): void {
    this.#spokenAt = performance.now();
    const voice = this.querySelector("[data-voice-here]");
    if (voice) voice.textContent = text;
  }
}

customElements.define("waiting-room", WaitingRoom);
