// The key pages of a shop, each reached the way a visitor reaches it.
import { buy, findEventOnSale, giveDetails, goToProvider, logIn, putInCart } from "./steps.js";
import { at, tenant } from "./world.js";

/**
 * Walks through the pages of a shop and calls `look(name)` on each: the shop, the checkout and the
 * order as a buyer, then the console as its owner.
 */
export async function walk(page, slug, look) {
  const { shop, event, field } = await findEventOnSale(page, slug);
  const open = async (name, path) => {
    await page.goto(at(shop.host, path));
    await look(name);
  };
  await open("home", "/");
  await open("event", `/events/${event.slug}`);
  await putInCart(page, field, 2);
  await look("checkout-details");
  await giveDetails(page, { email: "walk@example.org", name: "Sample Guest" });
  await look("checkout-pay");
  await goToProvider(page);
  await look("provider");
  await page.locator('button[name="outcome"][value="pay"]').click();
  await page.waitForURL(/\/orders\//);
  await look("order");
  await open("login", "/manage/login");
  await logIn(page, slug);
  await open("console-home", "/manage");
  await open("console-events", "/manage/events");
  await open("console-event", `/manage/events/${event.id}`);
  await open("wizard-basics", `/manage/events/${event.id}/setup/basics`);
  await open("wizard-tickets", `/manage/events/${event.id}/setup/tickets`);
  await open("wizard-look", `/manage/events/${event.id}/setup/look`);
  await open("wizard-publish", `/manage/events/${event.id}/setup/publish`);
  await open("console-orders", "/manage/orders");
  await page.locator('main a[href^="/manage/orders/ord_"]').first().click();
  await page.waitForURL(/\/manage\/orders\/ord_/);
  await look("console-order");
  await open("attendees", `/manage/events/${event.id}/attendees`);
  await open("taxes", "/manage/taxes");
  await open("check-in-pick", "/manage/check-in");
  await open("check-in", `/manage/events/${event.id}/check-in`);
}

/** The pages that look alike in all shops, once: they need not be seen in each of them. */
export async function walkAside(page, slug, look) {
  const shop = tenant(slug);
  for (const [name, path] of [
    ["home-nothing", "/?q=nothing+of+the+kind&when=2027-01"],
    ["not-found", "/nothing-here"],
    ["styleguide", "/styleguide"],
    ["mailbox", "/dev/mail"],
  ]) {
    await page.goto(at(shop.host, path));
    await look(name);
  }
  const { url } = await buy(page, slug, { email: "aside@example.org" });
  await page.goto(`${url}/tickets`);
  await look("print");
  await logIn(page, slug);
  for (const [name, path] of [
    ["failures", "/manage/failures"],
    ["account", "/manage/account"],
    ["factor", "/manage/account/factor"],
    ["team", "/manage/team"],
    ["roles", "/manage/roles"],
    ["role-new", "/manage/roles/new"],
    ["api-keys", "/manage/api-keys"],
    ["security", "/manage/security"],
    ["sso", "/manage/sso"],
    ["sso-new", "/manage/sso/new"],
    ["record", "/manage/audit"],
  ]) {
    await page.goto(at(shop.host, path));
    await look(name);
  }
}
