// Pictures of the key pages for people to look at, in out/; and no page is wider than its screen.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { walk } from "../harness/pages.js";
import { sizes, visit } from "../harness/world.js";

const FOLDER = new URL("../out/", import.meta.url).pathname;

for (const [slug, size, scheme] of [
  ["nordlys", "phone", "light"],
  ["nordlys", "desktop", "dark"],
  ["operahuset", "desktop", "light"],
  ["operahuset", "phone", "dark"],
  ["devconf", "desktop", "light"],
  ["devconf", "phone", "light"],
]) {
  test(`the pages of ${slug} fit a ${size}, ${scheme}`, async () => {
    await mkdir(FOLDER, { recursive: true });
    const wide = [];
    await visit({ size: sizes[size], scheme }, (page) =>
      walk(page, slug, async (name) => {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (overflow > 0) wide.push(`${name} is ${overflow} px too wide`);
        await page.screenshot({ path: `${FOLDER}${slug}-${name}-${size}-${scheme}.png`, fullPage: name !== "console-orders" });
      }));
    assert.deepEqual(wide, []);
  });
}
