// The waiting list from the sold-out event to the ticket: joined, left and taken, by keyboard alone on a phone, without
// script, in two brands, and with nothing that axe finds.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { chooseOutcome, goToProvider, logIn, openMail, orderCode, tabTo } from "../harness/steps.js";
import { at, sizes, tenant, visit } from "../harness/world.js";
import { faults, look } from "../harness/look.js";

const FOLDER = new URL("../out/", import.meta.url).pathname;
const SEND = 'form:has(input[name="party"]) button[type="submit"]';

/** An event without seats that has something sold out, with the way to its list. */
async function findSoldOut(page, slug) {
  const shop = tenant(slug);
  for (const event of shop.events) {
    await page.goto(at(shop.host, `/events/${event.slug}`));
    // A house has as many places as seats, and this test makes room.
    if (await page.locator('input[name="keep_together"]').count()) continue;
    const way = page.locator('a[href*="/waiting-list?type="]');
    if (await way.count()) {
      const href = await way.first().getAttribute("href");
      return { shop, event, href, type: new URL(href, page.url()).searchParams.get("type") };
    }
  }
  throw new Error(`nothing of ${slug} is sold out`);
}

/** The first link of this kind in the mail that is open. */
async function linkInMail(page, kind) {
  const text = await page.locator("main, body").first().innerText();
  const frames = await Promise.all(page.frames().map((frame) => frame.content().catch(() => "")));
  const found = new RegExp(`/${kind}/[\\w-]+`).exec([text, ...frames].join(" "));
  assert.ok(found, `the mail links to ${kind}`);
  return found[0];
}

/** As its organizer, makes room for everybody who waits for a type. */
async function makeRoom(slug, event, type) {
  await visit({}, async (page) => {
    const shop = await logIn(page, slug);
    await page.goto(at(shop.host, `/manage/events/${event.id}/setup/tickets`));
    const n = (await page.locator(`input[value="${type}"]`).getAttribute("name")).replace("id_", "");
    const field = page.locator(`input[name="capacity_${n}"]`);
    await field.fill(String(Number((await field.inputValue()).replace(/\D/g, "")) + 150));
    await page.locator('button[name="then"][value="next"]').click();
    await page.waitForURL((url) => !url.pathname.endsWith("/setup/tickets"));
  });
}

test("somebody who waits leaves the list by keyboard, and once is enough", async () => {
  await visit({ size: sizes.phone }, async (page) => {
    const { shop, href } = await findSoldOut(page, "devconf");
    await page.goto(at(shop.host, href));
    await page.locator('input[name="email"]').fill("leaver@example.org");
    await page.locator('input[name="name"]').fill("Lee Leaver");
    await page.locator(SEND).click();
    await page.waitForURL(/waiting-list\/joined/);
    await openMail(page, shop, "leaver@example.org");
    const entry = at(shop.host, await linkInMail(page, "waiting-list"));
    await page.goto(entry);
    await tabTo(page, 'form[action$="/departure"] button');
    await page.keyboard.press("Enter");
    await page.locator('form[action$="/departure"]').waitFor({ state: "detached" });
    assert.ok(await page.locator('[role="status"]').count(), "the page says what happened");
    assert.deepEqual(await faults(page, "left"), []);
    await page.goto(entry);
    assert.equal(await page.locator('form[action$="/departure"]').count(), 0);
  });
});

for (const [slug, scripts] of [["devconf", true], ["operahuset", false]]) {
  test(`somebody waits for tickets of ${slug} and takes them, ${scripts ? "by keyboard on a phone" : "without script"}`, async () => {
    await mkdir(FOLDER, { recursive: true });
    const to = `wait-${slug}@example.org`;
    await visit({ size: sizes.phone, scripts, allow: [/status of 422/] }, async (page) => {
      const { shop, event, href, type } = await findSoldOut(page, slug);
      const check = scripts ? (name) => look(page, `${slug}-list-${name}`) : async () => {};
      await tabTo(page, `a[href="${href}"]`);
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/waiting-list\?type=/);
      assert.ok(await page.locator(`input[name="type"][value="${type}"]`).isChecked(), "what he came for is chosen");
      await check("join");

      // What is wrong is said beside its field, and nothing typed is lost.
      await tabTo(page, 'input[name="party"]');
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type("2");
      await tabTo(page, 'input[name="email"]');
      await page.keyboard.type("nobody");
      await tabTo(page, 'input[name="name"]');
      await page.keyboard.type("Wanda Wait");
      await tabTo(page, SEND);
      await page.keyboard.press("Enter");
      await page.locator('input[name="email"][aria-invalid="true"]').waitFor();
      assert.equal(await page.locator('input[name="name"]').inputValue(), "Wanda Wait");
      assert.equal(await page.locator('input[name="party"]').inputValue(), "2");
      await check("refused");
      await tabTo(page, 'input[name="email"]');
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(to);
      await page.keyboard.press("Enter");
      await page.waitForURL(/waiting-list\/joined/);
      await check("joined");

      await openMail(page, shop, to);
      const entry = at(shop.host, await linkInMail(page, "waiting-list"));
      await page.goto(entry);
      await check("waiting");

      await makeRoom(slug, event, type);
      const take = 'a[href*="/checkout/"]';
      for (let n = 0; n < 40 && !(await page.locator(take).count()); n += 1) {
        await page.waitForTimeout(500);
        await page.goto(entry);
      }
      await check("offered");
      await tabTo(page, take);
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/checkout\//);
      assert.equal(await page.locator('input[name="email"]').inputValue(), to, "he has said who he is");
      await tabTo(page, 'form:has(input[name="email"]) button[type="submit"]:not([tabindex="-1"])');
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/pay$/);
      await goToProvider(page);
      await chooseOutcome(page, "pay");
      await page.waitForURL(/\/orders\//);
      assert.match(await orderCode(page), /^[A-Z0-9]+$/);
      await page.goto(entry);
      assert.equal(await page.locator('form[action$="/departure"]').count(), 0, "there is nothing to leave any more");
      await check("accepted");
    });
  });
}
