// What visitors do, in the words of the shop. Steps find things by the names of form fields and by
// addresses, so that neither a wording nor a look can break them.
import assert from "node:assert/strict";
import { at, demo, staffOf, tenant } from "./world.js";

/** An event of the demo that sells now and has at least one ticket that costs money. */
export async function findEventOnSale(page, slug, { free = false } = {}) {
  const shop = tenant(slug);
  for (const event of shop.events) {
    await page.goto(at(shop.host, `/events/${event.slug}`));
    const rows = await page.locator('#buy input[name^="qty_"]').all();
    for (const row of rows) {
      const price = Number(await row.getAttribute("data-price"));
      if ((price > 0) !== free) return { shop, event, field: await row.getAttribute("name") };
    }
  }
  throw new Error(`${slug} sells nothing of the kind`);
}

/** Chooses tickets on an event's page and goes to the checkout. Without scripts the choice is confirmed first. */
export async function putInCart(page, field, quantity = 1) {
  await page.locator(`input[name="${field}"]`).fill(String(quantity));
  await page.locator('#buy button[type="submit"]').click();
  await page.waitForURL(/\/(checkout|carts)/);
  if (/\/carts$/.test(page.url())) {
    assert.equal(await page.locator(`input[name="${field}"]`).inputValue(), String(quantity));
    await page.locator('#buy button[type="submit"]').click();
  }
  await page.waitForURL(/\/checkout\//);
}

export async function giveDetails(page, { email = "guest@example.org", name = "Sample Guest" } = {}) {
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="name"]').fill(name);
  await page.locator('form:has(input[name="email"]) button[type="submit"]').click();
  await page.waitForURL(/\/pay$/);
}

/** From the second screen to the provider's page. */
export async function goToProvider(page) {
  const method = page.locator('input[name="method"]').first();
  if (await method.count()) await method.check({ force: true });
  await page.locator('form:has(input[name="request_key"]) button[type="submit"]').click();
  await page.waitForURL(/\/sandbox\//);
}

export const chooseOutcome = (page, outcome) => page.locator(`button[name="outcome"][value="${outcome}"]`).click();

/** Buys and returns what the order's page says. */
export async function buy(page, slug, { quantity = 1, outcome = "pay", email, name } = {}) {
  const { shop, event, field } = await findEventOnSale(page, slug);
  await putInCart(page, field, quantity);
  await giveDetails(page, { email, name });
  await goToProvider(page);
  await chooseOutcome(page, outcome);
  await page.waitForURL(/\/orders\//);
  return { shop, event, url: page.url(), code: await orderCode(page) };
}

/** Code of the order on its page, such as K7QXM2. */
export async function orderCode(page) {
  const text = await page.locator(".ticket__facts").first().innerText();
  const found = /\b([A-Z0-9]{4,12})-1\b/.exec(text);
  assert.ok(found, `the ticket shows its number: ${text}`);
  return found[1];
}

export async function logIn(page, slug, role = "owner") {
  const shop = tenant(slug);
  const { email, password } = staffOf(slug, role);
  await page.goto(at(shop.host, "/manage/login"));
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('form:has(input[name="password"]) button[type="submit"]').click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
  return shop;
}

export async function logInToPlatform(page) {
  const { host, email, password } = demo().platform;
  await page.goto(at(host, "/login"));
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('form:has(input[name="password"]) button[type="submit"]').click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
  return host;
}

/** Walks with the Tab key until the focus is on something that matches. */
export async function tabTo(page, selector, limit = 120) {
  for (let n = 0; n < limit; n += 1) {
    await page.keyboard.press("Tab");
    const reached = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      return Boolean(focused && focused !== document.body && focused.matches(wanted));
    }, selector);
    if (reached) return;
  }
  assert.fail(`the Tab key never reaches ${selector}`);
}

/** Waits for a mail in the tenant's development mailbox and opens it. */
export async function openMail(page, shop, to) {
  const limit = Date.now() + 15_000;
  for (;;) {
    await page.goto(at(shop.host, "/dev/mail"));
    const row = page.locator('a[href^="/dev/mail/"]', { hasText: to });
    const any = (await row.count()) ? row : page.locator('tr, li, a').filter({ hasText: to }).locator('a[href^="/dev/mail/"]');
    if (await any.count()) {
      await page.goto(new URL(await any.first().getAttribute("href"), page.url()).href);
      return;
    }
    assert.ok(Date.now() < limit, `a mail to ${to} arrives`);
    await page.waitForTimeout(300);
  }
}
