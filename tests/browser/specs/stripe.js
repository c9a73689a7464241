// Paying with Stripe: the owner connects an account, buyers type into Stripe's form, and our page runs nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../harness/look.js";
import { findEventOnSale, giveDetails, logIn, putInCart, tabTo } from "../harness/steps.js";
import { routeStripe } from "../harness/stripe.js";
import { at, sizes, visit } from "../harness/world.js";

const SHOP = "devconf";
/** What the form and the bank are reached by. */
const allow = [/https:\/\/js\.stripe\.com\//, /http:\/\/127\.0\.0\.1:\d+\/bank\//];

async function toThePayPage(page) {
  const { field } = await findEventOnSale(page, SHOP);
  await putInCart(page, field, 1);
  await giveDetails(page, { email: "stripe@example.org", name: "Stripe Guest" });
}

const pay = (page) => page.locator('form:has(input[name="confirmation_token"]) button[type="submit"]');

test("an owner connects an account with Stripe", async () => {
  await visit({ allow: [/console: Failed to load resource.*favicon/] }, async (page) => {
    const shop = await logIn(page, SHOP);
    await page.goto(at(shop.host, "/manage/payees"));
    await look(page, "console-payees-none");
    await page.locator('select[name="country"]').selectOption("NO");
    await page.locator('form:has(select[name="country"]) button[type="submit"]').click();
    await page.waitForURL(/\/manage\/payees$/);
    assert.ok(await page.getByText("acct_browser").count());
    await look(page, "console-payees");
    await page.locator('a[href$="/onboarding"]').click();
    await page.waitForURL(/\/manage\/payees$/);
  });
});

test("a buyer types a card into Stripe's form, with the keyboard alone on a phone", async () => {
  await visit({ size: sizes.phone, allow }, async (page, context) => {
    await routeStripe(context);
    await toThePayPage(page);
    await page.locator("#card").waitFor();
    assert.ok((await page.locator("stripe-payment label").innerText()).includes("acct_browser"));
    await pay(page).waitFor();
    await look(page, "checkout-pay-stripe");
    await tabTo(page, 'form:has(input[name="confirmation_token"]) button[type="submit"]');
    await page.keyboard.press("Enter");
    await page.getByText("Your card number is incomplete.").waitFor();
    assert.match(page.url(), /\/pay$/);
    await page.locator("#card").fill("visa");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/orders\//);
    assert.equal(await page.locator("article.ticket").count(), 1);
  });
});

test("a declined buyer is told why and pays with another card, by way of his bank", async () => {
  await visit({ allow }, async (page, context) => {
    await routeStripe(context);
    await toThePayPage(page);
    await page.locator("#card").fill("declined");
    await pay(page).click();
    await page.getByText("Your bank declined the payment.").waitFor();
    await page.locator("#card").fill("challenge");
    await pay(page).click();
    await page.waitForURL(/\/bank\//);
    await page.getByText("Approve").click();
    await page.waitForURL(/\/orders\//);
    assert.equal(await page.locator("article.ticket").count(), 1);
  });
});

test("a form that does not load says so, and one without script says what it needs", async () => {
  await visit({ allow: [...allow, /net::ERR_FAILED/] }, async (page, context) => {
    await context.route("https://js.stripe.com/**", (route) => route.abort());
    await toThePayPage(page);
    await page.getByText("The payment form could not be loaded").waitFor();
    assert.equal(await pay(page).isVisible(), false);
  });
  await visit({ scripts: false, allow }, async (page) => {
    await toThePayPage(page);
    // By text nothing inside `noscript` is found.
    await page.locator("noscript .banner", { hasText: "needs JavaScript" }).waitFor();
    assert.equal(await pay(page).isVisible(), false);
  });
});

test("an account is disconnected, and the shop may connect another", async () => {
  await visit({}, async (page) => {
    const shop = await logIn(page, SHOP);
    await page.goto(at(shop.host, "/manage/payees"));
    await page.locator("details.danger summary").click();
    await page.locator('form[action$="/closure"] button').click();
    await page.waitForURL(/\/manage\/payees$/);
    assert.ok(await page.locator('select[name="country"]').count());
  });
});
