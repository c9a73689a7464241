// A shop is its owner's: what a visitor meets there names nobody else, in either language.
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, demo, visit } from "../harness/world.js";

test("no shop names another shop or the platform, in either language", async () => {
  for (const shop of demo().tenants) {
    const others = demo().tenants.filter((each) => each.slug !== shop.slug).map((each) => each.name);
    for (const locale of ["en-GB", "nb-NO"]) {
      await visit({ locale, allow: [/status of 404/] }, async (page) => {
        for (const path of ["/", `/events/${shop.events[0].slug}`, "/manage/login", "/legal/terms", "/nothing-here"]) {
          await page.goto(at(shop.host, path));
          const html = await page.content();
          for (const other of others) assert.ok(!html.includes(other), `${shop.slug}${path} names ${other}`);
          assert.equal(await page.locator("html").getAttribute("lang"), locale.slice(0, 2));
        }
      });
    }
  }
});
