// The waiting room in two brands: a place is taken by script and by hand, kept, called, and used; by keyboard, without
// script, and with nothing that axe finds.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { faults, look } from "../harness/look.js";
import { chooseOutcome, findEventOnSale, giveDetails, goToProvider, logIn, orderCode, putInCart, tabTo } from "../harness/steps.js";
import { at, sizes, tenant, visit } from "../harness/world.js";

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

/** Pauses the room, or goes on; looks at the console with its counters on the way. */
async function pause(slug, event) {
  await visit({}, async (page) => {
    const shop = await logIn(page, slug);
    await page.goto(at(shop.host, `/manage/events/${event.id}/waiting-room`));
    const value = await page.locator('form[action$="/pause"] input[name="paused"]').inputValue();
    await look(page, `${slug}-console-room-${value === "yes" ? "open" : "paused"}`);
    await page.locator('form[action$="/pause"] button').click();
    await page.locator(`form[action$="/pause"] input[value="${value === "yes" ? "no" : "yes"}"]`).waitFor({ state: "attached" });
  });
}

/** An event that sells now. */
async function pickEvent(slug) {
  return visit({}, async (page) => (await findEventOnSale(page, slug)).event);
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
          await pause(slug, event);
          await panel(page, "paused");
          await look(page, `${slug}-room-paused`);
          await pause(slug, event);
          await panel(page, "waiting");
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

/** The first full minute that is at least so many seconds away, in the event's zone, as the organizer's form wants it. */
function fullMinuteAfter(seconds, timeZone) {
  const at = new Date(Math.ceil((Date.now() + seconds * 1000) / 60_000) * 60_000);
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at).replace(" ", "T");
}

test("the whole way: in the draw before the opening, drawn, let in, bought, and one cart at a time", async () => {
  const slug = "operahuset";
  const event = await pickEvent(slug);
  const host = tenant(slug).host;
  const queue = at(host, `/events/${event.slug}/queue`);
  // Time enough to set the room up and to arrive before the opening, on a slow machine too.
  const opens = fullMinuteAfter(45, "Europe/Oslo");
  try {
    await setUp(slug, event, { mode: "on", opens, perMinute: "600" });
    await visit({ size: sizes.phone }, async (page, context) => {
      await page.goto(queue);
      await panel(page, "before");
      const status = async () => page.evaluate(async (url) => (await fetch(url)).json(), `${queue}/status`);
      const draw = async () => page.evaluate(async (url) => (await fetch(url)).json(), `${queue}/draw`);
      const [{ seat }, promised] = [await status(), await draw()];
      assert.equal(promised.seed, null, "the seed is a secret before the draw");
      // The visitor does nothing: the page itself tells of the draw and of his turn.
      await page.locator('[data-panel][data-state="turn"]').waitFor({ timeout: 150_000 });
      assert.equal((await status()).seat, seat);
      const kept = await draw();
      assert.equal(kept.commitment, promised.commitment);
      assert.match(kept.seed, /^[0-9a-f]{64}$/);
      await tabTo(page, "[data-panel] button");
      await page.keyboard.press("Enter");
      await page.waitForURL(new RegExp(`/events/${event.slug}$`));
      const field = await page.locator('#buy input[name^="qty_"]').first().getAttribute("name");
      await putInCart(page, field);
      const cart = page.url();
      // A second tab is led to the first one's cart, and told why.
      const tab = await context.newPage();
      await tab.goto(at(host, `/events/${event.slug}`));
      await tab.locator(`input[name="${field}"]`).fill("2");
      await tab.locator('#buy button[type="submit"]').click();
      await tab.waitForURL(cart);
      await tab.locator(".flash").waitFor();
      await look(tab, `${slug}-room-one-cart`);
      await tab.close();
      await giveDetails(page, { email: "queue@example.org", name: "Quentin Queue" });
      await goToProvider(page);
      await chooseOutcome(page, "pay");
      await page.waitForURL(/\/orders\//);
      assert.match(await orderCode(page), /^[A-Z0-9]+$/);
    });
  } finally {
    await setUp(slug, event, { mode: "off" });
  }
});
