// Staff: an event from nothing to its first page, the list of orders, sending tickets again.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { buy, logIn, openMail } from "../harness/steps.js";
import { at, visit } from "../harness/world.js";

const submit = (page, then) => page.locator(`main form button[name="then"][value="${then}"]`).first().click();

test("staff make an event in four steps, see it beside the form, and put it on sale", async () => {
  await visit({}, async (page, context) => {
    const shop = await logIn(page, "nordlys");
    await page.goto(at(shop.host, "/manage/events/new"));
    const title = "Lanterns on the Fjord";
    await page.locator('input[name="title"]').fill(title);
    await page.locator('input[name="starts"]').fill("2031-06-12T18:00");
    await page.locator('input[name="ends"]').fill("2031-06-12T23:00");
    await page.locator('input[name="venue"]').fill("Pier Seven");
    await submit(page, "next");
    await page.waitForURL(/\/setup\/tickets/);

    await page.locator('input[name="name_0"]').fill("Deck");
    await page.locator('input[name="price_0"]').fill("450");
    await page.locator('input[name="capacity_0"]').fill("80");
    await submit(page, "next");
    await page.waitForURL(/\/setup\/look/);

    await page.locator('textarea[name="description"]').fill("An evening of **paper lanterns** on the water.");
    await submit(page, "next");
    await page.waitForURL(/\/setup\/publish/);
    const frame = page.frameLocator("iframe").first();
    await frame.getByRole("heading", { name: title }).first().waitFor();
    assert.ok(await frame.locator("strong", { hasText: "paper lanterns" }).count(), "the preview shows the draft");

    await page.locator('form[action$="/publication"] button').first().click();
    await page.waitForURL(/\/manage\/events\/evt_[a-z0-9]+$/);
    const visitor = await context.newPage();
    await visitor.goto(at(shop.host, "/events/lanterns-on-the-fjord"));
    assert.ok(await visitor.getByRole("heading", { name: title }).count(), "buyers see it");
    assert.ok(await visitor.locator('#buy input[name^="qty_"]').count(), "buyers can buy it");
  });
});

test("a form with mistakes says what is wrong with each field and keeps what was typed", async () => {
  await visit({ allow: [/status of 422/] }, async (page) => {
    const shop = await logIn(page, "nordlys");
    await page.goto(at(shop.host, "/manage/events/new"));
    await page.locator("main form").first().evaluate((form) => form.setAttribute("novalidate", ""));
    await page.locator('input[name="title"]').fill("Backwards");
    await page.locator('input[name="starts"]').fill("2031-06-12T18:00");
    await page.locator('input[name="ends"]').fill("2031-06-11T18:00");
    await submit(page, "next");
    await page.locator('input[name="ends"][aria-invalid="true"]').waitFor();
    assert.equal(await page.locator('input[name="title"]').inputValue(), "Backwards");
  });
});

test("an order is found by its code and its tickets are sent again", async () => {
  await visit({}, async (page) => {
    const email = "again@example.org";
    const { shop, code } = await buy(page, "nordlys", { email, name: "Again Please" });
    await logIn(page, "nordlys", "event_manager");
    await page.goto(at(shop.host, `/manage/orders?q=${code}`));
    await page.locator('main a[href^="/manage/orders/ord_"]').first().click();
    await page.waitForURL(/\/manage\/orders\/ord_/);
    assert.ok(await page.getByText(email).count());
    await page.locator('form[action$="/resends"] button').first().click();
    await page.waitForURL(/\/manage\/orders\/ord_/);
    await openMail(page, shop, email);
  });
});

test("a paid order is cancelled and its ticket is void", async () => {
  await visit({}, async (page) => {
    const { shop, code, url } = await buy(page, "devconf", { email: "refund@example.org" });
    await logIn(page, "devconf");
    await page.goto(at(shop.host, `/manage/orders?q=${code}`));
    await page.locator('main a[href^="/manage/orders/ord_"]').first().click();
    await page.waitForURL(/\/manage\/orders\/ord_/);
    page.on("dialog", (dialog) => dialog.accept());
    const form = page.locator('form[action$="/cancellation"]');
    await form.first().evaluate((element) => element.closest("details")?.setAttribute("open", ""));
    await form.locator("button").first().click();
    const sure = page.locator('dialog[open] button[type="submit"], dialog[open] form button').first();
    if (await sure.count()) await sure.click();
    await page.waitForURL(/\/manage\/orders\/ord_[a-z0-9]+$/);
    await page.goto(url);
    assert.equal(await page.locator("article.ticket:not(.ticket--void)").count(), 0, "no ticket is valid");
  });
});

test("the list of attendees goes into a file that spreadsheets read", async () => {
  await visit({}, async (page) => {
    const { shop, event, code } = await buy(page, "nordlys", { email: "sheet@example.org", name: "=HYPERLINK(1)" });
    await logIn(page, "nordlys");
    await page.goto(at(shop.host, `/manage/events/${event.id}/attendees?q=${code}`));
    assert.ok(await page.getByText("=HYPERLINK(1)").count());
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator('a[href$="/attendees.csv"]').first().click(),
    ]);
    const file = await readFile(await download.path(), "utf8");
    assert.ok(file.startsWith("\ufefforder,"), "it begins with a byte order mark and its head");
    assert.ok(file.includes(`${code}-1`) && file.includes("'=HYPERLINK(1)"), "no cell begins a formula");
  });
});

test("door staff see the door and nothing else", async () => {
  await visit({ allow: [/status of 40[34]/] }, async (page) => {
    const shop = await logIn(page, "nordlys", "door_staff");
    assert.match(page.url(), /\/manage\/check-in$/);
    for (const [path, status] of [["/manage/events", 403], ["/manage/orders", 404], ["/manage/events/new", 403]]) {
      const answer = await page.goto(at(shop.host, path));
      assert.equal(answer.status(), status, path);
    }
  });
});
