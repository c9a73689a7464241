// axe finds nothing on any key page: WCAG 2.0 to 2.2, A and AA, light and dark, for every brand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { walk } from "../harness/pages.js";
import { logInToPlatform } from "../harness/steps.js";
import { at, demo, sizes, visit } from "../harness/world.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function faults(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map(({ id, nodes }) => {
    const { target, failureSummary } = nodes[0];
    return `${name}: ${id} ×${nodes.length} at ${target.join(" ")} — ${failureSummary.replace(/\s+/g, " ")}`;
  });
}

for (const slug of ["nordlys", "operahuset", "devconf"]) {
  for (const scheme of ["light", "dark"]) {
    // The phone's layout in the dark, the desktop's by day: both layouts and both schemes of each brand.
    const size = scheme === "dark" ? sizes.phone : sizes.desktop;
    test(`axe finds nothing on the pages of ${slug}, ${scheme}`, async () => {
      const found = [];
      await visit({ scheme, size }, (page) =>
        walk(page, slug, async (name) => found.push(...(await faults(page, name)))));
      assert.deepEqual(found, []);
    });
  }
}

test("axe finds nothing on the operators' pages", async () => {
  const found = [];
  for (const scheme of ["light", "dark"]) {
    await visit({ scheme }, async (page) => {
      await page.goto(at(demo().platform.host, "/login"));
      found.push(...(await faults(page, `${scheme} login`)));
      await logInToPlatform(page);
      found.push(...(await faults(page, `${scheme} tenants`)));
      await page.locator('a[href^="/tenants/"]').first().click();
      await page.waitForURL(/\/tenants\//);
      found.push(...(await faults(page, `${scheme} tenant`)));
    });
  }
  assert.deepEqual(found, []);
});
