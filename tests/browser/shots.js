// Copies the pictures that the README shows from out/ to docs/images/; run the tests first.
import { copyFile, mkdir } from "node:fs/promises";

const CHOSEN = {
  "nordlys-home-desktop-dark": "shop",
  "operahuset-event-desktop-light": "event",
  "nordlys-checkout-pay-phone-light": "checkout",
  "nordlys-order-phone-light": "order",
  "devconf-console-home-desktop-light": "console",
  "devconf-wizard-tickets-desktop-light": "wizard",
};
const from = new URL("out/", import.meta.url);
const to = new URL("../../docs/images/", import.meta.url);

await mkdir(to, { recursive: true });
for (const [source, target] of Object.entries(CHOSEN)) {
  await copyFile(new URL(`${source}.png`, from), new URL(`${target}.png`, to));
}
