/** Marks a form as busy when it is sent, and refuses a second sending until the page comes back. */
export function guardDoubleSubmit(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset["busy"] === "true") {
      event.preventDefault();
      return;
    }
    form.dataset["busy"] = "true";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll<HTMLFormElement>("form[data-busy]")) delete form.dataset["busy"];
    for (const button of root.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}
