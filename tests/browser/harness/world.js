// The one server and the one browser that all tests share, and a watched context per visitor.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { startServer } from "./server.js";
import { watch } from "./watch.js";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
/** Nothing on a page of ours takes longer. */
const PATIENCE_MS = 10_000;

export const sizes = { phone: PHONE, desktop: DESKTOP };

/** @type {{ demo: any, browser: import("playwright-core").Browser, stop: () => Promise<void> }} */
let world;

export async function open() {
  const server = await startServer();
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
    // Every name below .localhost is this machine; the sandbox needs rights that containers do not give.
    args: ["--host-resolver-rules=MAP *.localhost 127.0.0.1", "--no-sandbox"],
  });
  world = { demo: server.demo, browser, stop: server.stop };
}

export async function close() {
  await world?.browser.close();
  await world?.stop();
}

export const demo = () => world.demo;

export function tenant(slug) {
  const found = demo().tenants.find((each) => each.slug === slug);
  assert.ok(found, `the demo has a tenant ${slug}`);
  return found;
}

/** Address of a path at a host such as `nordlys.localhost:8080`. */
export const at = (host, path = "/") => `http://${host}${path}`;

export function staffOf(slug, role) {
  const found = tenant(slug).staff.find((each) => each.role === role);
  assert.ok(found, `${slug} has staff in the role ${role}`);
  return found;
}

/**
 * Opens a page of a new visitor, runs the steps, and checks that nothing bad happened on the way:
 * no error in the console, no request to another host, no word of the platform on a tenant's page.
 */
export async function visit(options, steps) {
  const { size = DESKTOP, scripts = true, scheme = "light", locale = "en-GB", allow = [] } = options ?? {};
  const context = await world.browser.newContext({
    viewport: size,
    javaScriptEnabled: scripts,
    colorScheme: scheme,
    locale,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const watcher = watch(context, { platformHost: demo().platform.host, allow });
  try {
    const page = await context.newPage();
    const result = await steps(page, context);
    await watcher.settle();
    assert.deepEqual(watcher.findings, [], "what happened on the way");
    return result;
  } finally {
    await context.close();
  }
}
