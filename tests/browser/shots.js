// Makes the pictures that the README shows, from those that the tests left in out/: the first screen of
// each, as WebP, written by Chromium.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const CHOSEN = {
  "nordlys-event-desktop-dark": "event",
  "operahuset-home-desktop-light": "shop",
  "nordlys-checkout-pay-phone-light": "checkout",
  "devconf-console-home-desktop-light": "console-home",
  "operahuset-console-event-desktop-light": "console-event",
  "nordlys-door-admitted-phone-dark": "check-in",
  "nordlys-room-waiting-desktop-dark": "waiting-room",
  "operahuset-room-turn-phone-light": "waiting-room-phone",
};
/** Height of the first screen, in pixels. */
const FOLD = 844;
const from = new URL("out/", import.meta.url);
const to = new URL("../../docs/images/", import.meta.url);

/** Runs in the browser: cuts a picture at the fold and returns it as WebP. */
async function cut({ source, fold }) {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = Math.min(fold, image.naturalHeight);
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.86).split(",")[1];
}

await mkdir(to, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage();
for (const [source, target] of Object.entries(CHOSEN)) {
  const picture = await readFile(new URL(`${source}.png`, from));
  const data = await page.evaluate(cut, { source: `data:image/png;base64,${picture.toString("base64")}`, fold: FOLD });
  await writeFile(new URL(`${target}.webp`, to), Buffer.from(data, "base64"));
}
await browser.close();
