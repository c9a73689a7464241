// Buying: by keyboard alone, without scripts, after a decline, through a challenge.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buy, chooseOutcome, findEventOnSale, giveDetails, goToProvider, openMail, orderCode, putInCart, tabTo,
} from "../harness/steps.js";
import { at, sizes, tenant, visit } from "../harness/world.js";

test("a buyer pays and holds a ticket, with the keyboard alone on a phone", async () => {
  await visit({ size: sizes.phone }, async (page) => {
    const { field } = await findEventOnSale(page, "nordlys");
    await tabTo(page, `input[name="${field}"]`);
    await page.keyboard.type("1");
    await tabTo(page, '#buy button[type="submit"]:not([tabindex="-1"])');
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/checkout\//);

    await tabTo(page, 'input[name="email"]');
    await page.keyboard.type("grace@example.org");
    await tabTo(page, 'input[name="name"]');
    await page.keyboard.type("Keyboard Guest");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/pay$/);

    await tabTo(page, 'form:has(input[name="request_key"]) button[type="submit"]');
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sandbox\//);
    await tabTo(page, 'button[value="pay"]');
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/orders\//);
    assert.match(await orderCode(page), /^[A-Z0-9]+$/);
  });
});

test("a buyer pays and holds tickets without any script", async () => {
  await visit({ scripts: false }, async (page) => {
    await buy(page, "operahuset", { quantity: 2, email: "noscript@example.org" });
    assert.equal(await page.locator("article.ticket").count(), 2);
    const width = await page.locator("article.ticket img").first().evaluate((picture) => picture.naturalWidth);
    assert.ok(width > 0, "the ticket's code is a picture that needs no script");
  });
});

test("a declined buyer loses nothing and pays on the second try", async () => {
  await visit({ size: sizes.phone }, async (page) => {
    const { field } = await findEventOnSale(page, "devconf");
    await putInCart(page, field, 1);
    await giveDetails(page, { email: "second@example.org", name: "Second Try" });
    await goToProvider(page);
    await chooseOutcome(page, "decline");
    await page.waitForURL(/\/(pay|return|orders)/);
    if (/\/orders\//.test(page.url())) await page.locator('a[href*="/pay"]').first().click();
    await page.waitForURL(/\/pay$/);
    assert.ok(await page.locator('[role="alert"]').count(), "the page says why");
    assert.ok(await page.getByText("second@example.org").count(), "the details are still there");
    await goToProvider(page);
    await chooseOutcome(page, "pay");
    await page.waitForURL(/\/orders\//);
    assert.equal(await page.locator("article.ticket").count(), 1);
  });
});

test("a buyer passes the bank's challenge", async () => {
  await visit({}, async (page) => {
    const { field } = await findEventOnSale(page, "nordlys");
    await putInCart(page, field, 1);
    await giveDetails(page, { email: "challenge@example.org" });
    await goToProvider(page);
    await chooseOutcome(page, "challenge");
    await chooseOutcome(page, "confirm");
    await page.waitForURL(/\/orders\//);
    assert.equal(await page.locator("article.ticket").count(), 1);
  });
});

test("the confirmation arrives by mail and names the shop only", async () => {
  await visit({}, async (page) => {
    const { shop, code } = await buy(page, "nordlys", { email: "letter@example.org" });
    await openMail(page, shop, "letter@example.org");
    const text = await page.locator("main, body").first().innerText();
    assert.match(text, new RegExp(code));
  });
});

test("a mistyped address is refused beside its field and nothing typed is lost", async () => {
  await visit({ allow: [/status of 422/] }, async (page) => {
    const { field } = await findEventOnSale(page, "nordlys");
    await putInCart(page, field, 1);
    await page.locator('input[name="email"]').fill("nobody");
    await page.locator('input[name="name"]').fill("Typo Person");
    await page.locator('form:has(input[name="email"]) button[type="submit"]').click();
    await page.locator('input[name="email"][aria-invalid="true"]').waitFor();
    assert.equal(await page.locator('input[name="name"]').inputValue(), "Typo Person");
  });
});

test("a slip in the address is asked about, by keyboard, and what was typed may stay", async () => {
  await visit({ size: sizes.phone, scripts: false }, async (page) => {
    const { field } = await findEventOnSale(page, "nordlys");
    await putInCart(page, field, 1);
    await page.locator('input[name="email"]').fill("grace@gmial.com");
    await page.locator('input[name="name"]').fill("Grace Hopper");
    await page.keyboard.press("Enter");
    await page.locator('button[name="take_suggestion"]').waitFor();
    assert.ok(await page.getByText("grace@gmail.com").count());
    // Enter in a field keeps what was typed.
    await page.locator('input[name="name"]').press("Enter");
    await page.waitForURL(/\/pay$/);
    assert.ok(await page.getByText("grace@gmial.com").count());
    await page.goBack();
    await page.locator('button[name="take_suggestion"]').click();
    await page.waitForURL(/\/pay$/);
    assert.ok(await page.getByText("grace@gmail.com").count());
  });
});

test("the front is searched and filtered without scripts, in an address that can be shared", async () => {
  await visit({ scripts: false }, async (page) => {
    const shop = tenant("nordlys");
    await page.goto(at(shop.host, "/"));
    await page.locator('select[name="when"]').selectOption({ index: 4 });
    await page.locator('form.finder button[type="submit"]').click();
    assert.match(page.url(), /when=\d{4}-\d{2}/);
    const found = await page.locator(".event-card").count();
    assert.ok(found > 0, "a month that is offered has an event");
    await page.locator('input[name="q"]').fill("nothing of the kind");
    await page.locator('form.finder button[type="submit"]').click();
    assert.equal(await page.locator(".event-card").count(), 0);
    await page.locator(".empty a").click();
    assert.ok(await page.locator(".hero").count(), "everything is shown again");
  });
});
