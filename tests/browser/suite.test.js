// One server and one browser for all tests; each test is a visitor of its own. The tests of one file
// run one after the other, because they share the demo's stock.
import { after, before } from "node:test";
import { close, open } from "./harness/world.js";

before(open, { timeout: 150_000 });
after(close, { timeout: 30_000 });

await import("./specs/purchase.js");
await import("./specs/console.js");
await import("./specs/door.js");
await import("./specs/passkeys.js");
await import("./specs/platform.js");
await import("./specs/neutrality.js");
await import("./specs/waiting-room.js");
await import("./specs/waiting-list.js");
await import("./specs/pages.js");
// Last: a shop whose account once sold never goes back to the sandbox.
await import("./specs/stripe.js");
