// The door: a bought ticket admits once.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { buy, logIn } from "../harness/steps.js";
import { at, sizes, visit } from "../harness/world.js";

const FOLDER = new URL("../out/", import.meta.url).pathname;

/** Types a code and waits for an answer of the given colour. */
async function enter(page, code, tone) {
  await page.locator("#code").fill(code);
  await page.locator('form:has(#code) button[type="submit"]').click();
  const answer = page.locator(`.door__answer--${tone}`);
  await answer.waitFor();
  return answer.innerText();
}

test("a ticket admits once; the second scan and what is no ticket are refused", async () => {
  await visit({ size: sizes.phone }, async (page) => {
    const { shop, event, code } = await buy(page, "nordlys", { name: "Door Guest", email: "door@example.org" });
    await logIn(page, "nordlys", "door_staff");
    await page.goto(at(shop.host, `/manage/events/${event.id}/check-in`));
    await page.locator("#gate").fill("North");
    assert.match(await enter(page, `${code}-1`, "admit"), /Door Guest/);
    assert.equal(await page.locator("#gate").inputValue(), "North", "the gate is kept");
    await enter(page, `${code}-1`, "check");
    await enter(page, "ZZZZZZ-1", "refuse");
    await page.reload();
    assert.match(await page.locator(".door__recent").innerText(), /Door Guest/);
  });
});

test("a ticket's own code admits without any script, and only at its own event", async () => {
  await visit({ scripts: false, size: sizes.phone, scheme: "dark" }, async (page) => {
    const { shop, event, code } = await buy(page, "nordlys", { name: "Plain Form", email: "plain@example.org" });
    const other = shop.events.find((each) => each.id !== event.id);
    await logIn(page, "nordlys", "door_staff");
    await page.goto(at(shop.host, `/manage/events/${other.id}/check-in`));
    await enter(page, `${code}-1`, "refuse");
    await page.goto(at(shop.host, `/manage/events/${event.id}/check-in`));
    await page.locator("#gate").fill("North");
    await enter(page, `${code}-1`, "admit");
    await mkdir(FOLDER, { recursive: true });
    await page.screenshot({ path: `${FOLDER}nordlys-door-admitted-phone-dark.png`, fullPage: true });
  });
});
