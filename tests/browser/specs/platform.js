// Operators close a shop and open it again; the door and the console go on meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { logIn, logInToPlatform } from "../harness/steps.js";
import { at, tenant, visit } from "../harness/world.js";

async function openTenant(page, host, shop) {
  await page.goto(at(host, "/"));
  await page.locator('a[href^="/tenants/"]', { hasText: shop.name }).first().click();
  await page.waitForURL(/\/tenants\//);
}

test("an operator suspends a shop and resumes it", async () => {
  await visit({ allow: [/status of 403/] }, async (page, context) => {
    const shop = tenant("devconf");
    const visitor = await context.newPage();
    const host = await logInToPlatform(page);
    await openTenant(page, host, shop);
    await page.locator("details:has(form[action$='/suspension']) summary").click();
    await page.locator('form[action$="/suspension"] [name="reason"]').fill("Browser test");
    await page.locator('form[action$="/suspension"] button').first().click();
    await page.locator('form[action$="/resumption"]').first().waitFor({ state: "attached" });
    try {
      const closed = await visitor.goto(at(shop.host, "/"));
      assert.notEqual(closed.status(), 200, "the shop is closed");
      await logIn(visitor, "devconf");
      const orders = await visitor.goto(at(shop.host, "/manage/orders"));
      assert.equal(orders.status(), 200, "staff still reach their orders");
    } finally {
      await page.locator('form[action$="/resumption"] button').first().click();
      await page.locator('form[action$="/suspension"]').first().waitFor({ state: "attached" });
    }
    const open = await visitor.goto(at(shop.host, "/"));
    assert.equal(open.status(), 200, "the shop is open again");
  });
});
