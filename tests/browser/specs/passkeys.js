// Passkeys of staff, with an authenticator that the browser pretends to have.
import assert from "node:assert/strict";
import { test } from "node:test";
import { logIn } from "../harness/steps.js";
import { at, visit } from "../harness/world.js";

/** Gives the page a device that verifies its owner and answers by itself. */
async function plugIn(page, context) {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    verified: (isUserVerified) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

test("staff add a passkey, log in with it alone, and lose it again", async () => {
  await visit({ allow: [/status of 422/] }, async (page, context) => {
    await plugIn(page, context);
    const shop = await logIn(page, "devconf", "finance");
    await page.goto(at(shop.host, "/manage/account/factor"));
    await page.locator('input[name="name"]').fill("Test device");
    await page.locator('passkey-form[data-kind="create"] button').click();
    await page.locator(".factor__codes li").first().waitFor();
    assert.equal(await page.locator(".factor__codes li").count(), 10, "the first factor brings codes");
    await page.goto(at(shop.host, "/manage/account/factor"));
    assert.ok(await page.getByText("Test device").count());

    // The browser offers the passkey in the field of the address, and the pretended device answers at once.
    await context.clearCookies();
    await page.goto(at(shop.host, "/manage/login"));
    await page.waitForURL(/\/manage$/);

    // A browser that offers nothing there has the button.
    await page.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = async () => false;
    });
    await context.clearCookies();
    await page.goto(at(shop.host, "/manage/login"));
    await page.locator('form[action="/manage/login/passkey"] button').click();
    await page.waitForURL(/\/manage$/);

    await page.goto(at(shop.host, "/manage/account/factor"));
    await page.locator(".passkeys button").first().click();
    await page.waitForURL(/\/manage\/account\/factor/);
    assert.equal(await page.locator(".passkeys").count(), 0);
  });
});

test("where scripts do not run, passkeys are not offered and the rest works", async () => {
  await visit({ scripts: false }, async (page) => {
    const shop = await logIn(page, "devconf");
    await page.goto(at(shop.host, "/manage/account/factor"));
    assert.ok(await page.locator("passkey-form").first().isHidden());
    assert.ok(await page.locator('form[action="/manage/account/factor"] button').isVisible());
  });
});
