const ASK_EVERY_MS = 15000;
const SPREAD_MS = 3000;

/**
 * Keeps what a page says of an event's tickets true while it is open. Rows that say something else are exchanged one
 * by one, with what was typed into them. When a sale opens, the page is loaded again at that instant.
 */
class StockWatch extends HTMLElement {
  #timer = 0;
  /** The server's clock minus ours. */
  #ahead = 0;

  connectedCallback(): void {
    this.#later();
    document.addEventListener("visibilitychange", this.#seen);
    window.addEventListener("pageshow", this.#seen);
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
    window.removeEventListener("pageshow", this.#seen);
  }

  #seen = (event: Event): void => {
    const isBack = event instanceof PageTransitionEvent ? event.persisted : !document.hidden;
    if (isBack) void this.#look();
  };

  #later(): void {
    window.clearTimeout(this.#timer);
    const spread = Math.random() * SPREAD_MS;
    const opens = Date.parse(this.#box()?.dataset["opens"] ?? "") - Date.now() - this.#ahead;
    const wait = opens > 0 ? Math.min(opens, ASK_EVERY_MS) : ASK_EVERY_MS;
    this.#timer = window.setTimeout(() => void this.#look(), wait + spread);
  }

  async #look(): Promise<void> {
    if (!this.isConnected) return;
    if (document.hidden) return this.#later();
    try {
      const answer = await fetch(this.dataset["src"] ?? "", { headers: { accept: "text/html" } });
      const date = Date.parse(answer.headers.get("date") ?? "");
      if (!Number.isNaN(date)) this.#ahead = date - Date.now();
      if (answer.ok) this.#compare(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Offline: the next look may find a network.
    }
    this.#later();
  }

  #box(root: ParentNode = this): HTMLElement | null {
    return root.querySelector<HTMLElement>(".ticket-box");
  }

  #compare(page: Document): void {
    const [old, fresh] = [this.#box(), this.#box(page)];
    if (!old || !fresh) return;
    const [oldForm, freshForm] = [old.querySelector("form"), fresh.querySelector("form")];
    if (!oldForm && freshForm) {
      // There is nothing typed to lose.
      window.location.reload();
      return;
    }
    const isSameList = rows(old).map(nameOf).join() === rows(fresh).map(nameOf).join();
    if (isSameList && old.dataset["state"] === fresh.dataset["state"] && Boolean(oldForm) === Boolean(freshForm)) {
      this.#exchangeRows(old, fresh);
      return;
    }
    keepTyped(old, fresh);
    old.replaceWith(document.adoptNode(fresh));
    if (!freshForm) document.querySelector(".buy-bar")?.remove();
    this.#say(rows(fresh));
  }

  #exchangeRows(old: HTMLElement, fresh: HTMLElement): void {
    const changed: HTMLElement[] = [];
    for (const row of rows(old)) {
      const other = rows(fresh).find((candidate) => nameOf(candidate) === nameOf(row));
      if (!other || other.dataset["state"] === row.dataset["state"]) continue;
      const focused = document.activeElement instanceof HTMLElement && row.contains(document.activeElement)
        ? document.activeElement.dataset["step"] ?? "input"
        : undefined;
      keepTyped(row, other);
      row.replaceWith(document.adoptNode(other));
      if (focused === "input") other.querySelector("input")?.focus();
      else if (focused) other.querySelector<HTMLElement>(`[data-step="${focused}"]`)?.focus();
      changed.push(other);
    }
    if (changed.length > 0) this.#say(changed);
  }

  /** Adds up anew, and tells those who do not see it. */
  #say(changed: HTMLElement[]): void {
    this.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true }));
    const status = this.querySelector('[role="status"][data-said]');
    const words = changed.map((row) => {
      const what = row.querySelector(".ticket-row__state, .ticket-row__price--moving, .badge")?.textContent?.trim();
      return what ? `${row.querySelector("h3")?.textContent ?? ""}: ${what}` : "";
    });
    if (status) status.textContent = words.filter(Boolean).join(". ");
  }
}

function rows(box: ParentNode): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>("[data-row]")];
}

function nameOf(row: HTMLElement): string {
  return row.dataset["row"] ?? "";
}

function keepTyped(old: ParentNode, fresh: ParentNode): void {
  for (const input of old.querySelectorAll<HTMLInputElement>("input[name]")) {
    const other = fresh.querySelector<HTMLInputElement>(`input[name="${CSS.escape(input.name)}"]`);
    if (!other) continue;
    const most = Number(other.max || Number.POSITIVE_INFINITY);
    other.value = other.type === "number" ? String(Math.min(Number(input.value) || 0, most)) : input.value;
  }
  // The fold of the promo code stays as it was left.
  const [fold, freshFold] = [old.querySelector("details"), fresh.querySelector("details")];
  if (fold && freshFold) freshFold.open = fold.open;
}

customElements.define("stock-watch", StockWatch);
