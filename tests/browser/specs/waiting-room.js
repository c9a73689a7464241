// The waiting room in two brands: a place is taken by script and by hand, kept, called, and used; by keyboard, without
// script, and with nothing that axe finds.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { findEventOnSale, logIn, putInCart, tabTo } from "../harness/steps.js";
import { at, sizes, tenant, visit } from "../harness/world.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FOLDER = new URL("../out/", import.meta.url).pathname;

/** Sets the room of an event up, as its organizer. `opens` is local time, such as 2027-02-12T18:00. */
async function setUp(slug, event, { mode, opens = "", perMinute = "60", message = "" }) {
  await visit({}, async (page) => {
    const shop = await logIn(page, slug);
    await page.goto(at(shop.host, `/manage/events/${event.id}/waiting-room`));
    await page.locator(`input[name="mode"][value="${mode}"]`).check();
    await page.locator('input[name="opens"]').fill(opens);
    await page.locator('input[name="per_minute"]').fill(perMinute);
    await page.locator('textarea[name="message"]').fill(message);
    await page.locator('form:has(input[name="mode"]) button[type="submit"]').click();
    await page.waitForURL(/waiting-room$/);
    assert.deepEqual(await faults(page, "console"), []);
    await page.screenshot({ path: `${FOLDER}${slug}-console-room-desktop-light.png`, fullPage: true });
  });
}

/** An event that sells now. */
async function pickEvent(slug) {
  return visit({}, async (page) => (await findEventOnSale(page, slug)).event);
}

async function faults(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const found = violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0].target.join(" ")} — ${nodes[0].failureSummary}`);
  return wide > 0 ? [...found, `${name} is ${wide} px too wide`] : found;
}

/** Looks at the page in every size and scheme, and keeps a picture of each. */
async function look(page, name) {
  const found = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const scheme of ["light", "dark"]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: scheme });
      found.push(...(await faults(page, `${name} ${size} ${scheme}`)));
      await page.screenshot({ path: `${FOLDER}${name}-${size}-${scheme}.png`, fullPage: true });
    }
  }
  await page.setViewportSize(sizes.desktop);
  assert.deepEqual(found, []);
}

const panel = (page, state) => page.locator(`[data-panel][data-state="${state}"]`).waitFor({ timeout: 30_000 });

for (const slug of ["nordlys", "operahuset"]) {
  test(`a visitor of ${slug} waits, is called and goes in`, async () => {
    await mkdir(FOLDER, { recursive: true });
    const event = await pickEvent(slug);
    const queue = at(tenant(slug).host, `/events/${event.slug}/queue`);
    try {
      await setUp(slug, event, { mode: "on", opens: "2099-05-01T10:00" });
      await visit({}, async (page) => {
        await page.goto(at(tenant(slug).host, `/events/${event.slug}`));
        await page.locator(`a[href="/events/${event.slug}/queue"]`).click();
        // The script does its work and takes the place.
        await panel(page, "before");
        await look(page, `${slug}-room-before`);
        const cookies = await page.context().cookies();
        for (const name of ["queue-device", "queue-place"]) {
          const cookie = cookies.find((each) => each.name === name);
          assert.ok(cookie?.httpOnly && cookie.sameSite === "Lax", `${name} is out of reach of scripts`);
        }
      });
      await setUp(slug, event, { mode: "off" });
      const message = "Doors open at six. Bring warm clothes.";
      await setUp(slug, event, { mode: "on", perMinute: "4", message });
      await visit({}, async (first) => {
        await first.goto(queue);
        await panel(first, "turn");
        for (let others = 0; others < 3; others += 1) {
          await visit({}, async (page) => {
            await page.goto(queue);
            await panel(page, "waiting");
          });
        }
        await visit({}, async (page) => {
          await page.goto(queue);
          await panel(page, "waiting");
          await look(page, `${slug}-room-waiting`);
          const { seat } = await page.evaluate(async (url) => (await fetch(url)).json(), `${queue}/status`);
          await page.goto(queue);
          const again = await page.evaluate(async (url) => (await fetch(url)).json(), `${queue}/status`);
          assert.equal(again.seat, seat, "coming back keeps the place");
          await setUp(slug, event, { mode: "on", perMinute: "600", message });
          // The page itself notices, says it politely, and leaves the visitor where he is.
          await panel(page, "turn");
          assert.match(await page.locator("[data-voice-here]").innerText(), /\S/);
          assert.match(await page.title(), new RegExp(await page.locator("[data-heading]").innerText()));
          await look(page, `${slug}-room-turn`);
          await tabTo(page, "[data-panel] button");
          await page.keyboard.press("Enter");
          await page.waitForURL(new RegExp(`/events/${event.slug}$`));
          await page.goto(queue);
          await panel(page, "pass");
          await look(page, `${slug}-room-pass`);
        });
      });
    } finally {
      await setUp(slug, event, { mode: "off" });
    }
  });
}

test("without script one button takes a place and the page looks again by itself", async () => {
  const slug = "devconf";
  const event = await pickEvent(slug);
  const queue = at(tenant(slug).host, `/events/${event.slug}/queue`);
  await setUp(slug, event, { mode: "on", perMinute: "60" });
  try {
    await visit({ scripts: false, size: sizes.phone }, async (page) => {
      await page.goto(queue);
      await page.locator('form[action$="/queue"] button').click();
      await page.waitForURL(queue);
      assert.equal(await page.locator('meta[http-equiv="refresh"]').count(), 1);
      for (let n = 0; n < 20 && !(await page.locator('[data-state="turn"]').count()); n += 1) await page.goto(queue);
      await page.locator('form[action$="/pass"] button').click();
      await page.waitForURL(new RegExp(`/events/${event.slug}$`));
      await putInCart(page, await page.locator('#buy input[name^="qty_"]').first().getAttribute("name"));
    });
  } finally {
    await setUp(slug, event, { mode: "off" });
  }
});
