/**
 * Marks a form as busy when it is sent, and refuses a second sending until the page comes back. A form whose page is
 * the same for everybody gets its key here: whatever makes the browser send it again, it counts once. The shop
 * shows a form that comes without a key once more, with one, so all this is comfort.
 */
export function guardDoubleSubmit(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset["busy"] === "true") {
      event.preventDefault();
      return;
    }
    const key = form.querySelector<HTMLInputElement>('input[name="request_key"]');
    if (key && key.value === "") key.value = draw();
    form.dataset["busy"] = "true";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll<HTMLFormElement>("form[data-busy]")) delete form.dataset["busy"];
    for (const button of root.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

function draw(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
