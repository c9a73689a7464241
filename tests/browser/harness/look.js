// Looks at a page in full: what axe finds (WCAG 2.0 to 2.2, A and AA), whether it fits its screen, and a picture in out/.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { sizes } from "./world.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FOLDER = new URL("../out/", import.meta.url).pathname;

/** What is wrong with the page as it is. */
export async function faults(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const found = violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0].target.join(" ")} — ${nodes[0].failureSummary}`);
  return wide > 0 ? [...found, `${name} is ${wide} px too wide`] : found;
}

/** Looks at the page in every size and scheme, keeps a picture of each, and leaves it as it was. */
export async function look(page, name) {
  const before = page.viewportSize();
  const found = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const scheme of ["light", "dark"]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: scheme });
      found.push(...(await faults(page, `${name} ${size} ${scheme}`)));
      await page.screenshot({ path: `${FOLDER}${name}-${size}-${scheme}.png`, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(before);
  assert.deepEqual(found, []);
}
