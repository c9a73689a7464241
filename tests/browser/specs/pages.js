// Every key page of every brand, seen once in full: axe finds nothing (WCAG 2.0 to 2.2, A and AA), the
// page is not wider than its screen, and out/ gets a picture for people to look at.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { walk, walkAside } from "../harness/pages.js";
import { logInToPlatform } from "../harness/steps.js";
import { at, demo, sizes, visit } from "../harness/world.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FOLDER = new URL("../out/", import.meta.url).pathname;

async function faults(page, name) {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  assert.ok(passes.length > 5, `axe looked at ${name}`);
  return violations.map(({ id, nodes }) => {
    const { target, failureSummary } = nodes[0];
    return `${name}: ${id} ×${nodes.length} at ${target.join(" ")} — ${failureSummary.replace(/\s+/g, " ")}`;
  });
}

async function tooWide(page, name) {
  const pixels = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return pixels > 0 ? [`${name} is ${pixels} px too wide`] : [];
}

const picture = (page, name) => page.screenshot({ path: `${FOLDER}${name}.png`, fullPage: true });

// Both layouts and both schemes of each brand; the phone by night and the desktop by day, or the other way round.
for (const [slug, size, scheme] of [
  ["nordlys", "phone", "light"],
  ["nordlys", "desktop", "dark"],
  ["operahuset", "desktop", "light"],
  ["operahuset", "phone", "dark"],
  ["devconf", "desktop", "light"],
  ["devconf", "phone", "dark"],
]) {
  test(`the pages of ${slug} are accessible and fit a ${size}, ${scheme}`, async () => {
    await mkdir(FOLDER, { recursive: true });
    const found = [];
    await visit({ scheme, size: sizes[size] }, (page) =>
      walk(page, slug, async (name) => {
        found.push(...(await tooWide(page, name)), ...(await faults(page, name)));
        await picture(page, `${slug}-${name}-${size}-${scheme}`);
      }));
    assert.deepEqual(found, []);
  });
}

test("the pages beside the way are accessible and fit a phone", async () => {
  const found = [];
  await visit({ size: sizes.phone, allow: [/status of 404/] }, (page) =>
    walkAside(page, "operahuset", async (name) => {
      found.push(...(await tooWide(page, name)), ...(await faults(page, name)));
      await picture(page, `operahuset-${name}-phone-light`);
    }));
  assert.deepEqual(found, []);
});

test("the operators' pages are accessible, light and dark", async () => {
  const found = [];
  for (const scheme of ["light", "dark"]) {
    await visit({ scheme }, async (page) => {
      const look = async (name) => {
        found.push(...(await faults(page, `${scheme} ${name}`)));
        await picture(page, `platform-${name}-desktop-${scheme}`);
      };
      await page.goto(at(demo().platform.host, "/login"));
      await look("login");
      await logInToPlatform(page);
      await look("tenants");
      await page.locator('a[href^="/tenants/"]').first().click();
      await page.waitForURL(/\/tenants\//);
      await look("tenant");
    });
  }
  assert.deepEqual(found, []);
});
