// Verifies signed messages with the library of Standard Webhooks. Reads lines of JSON {secret, headers, body} (body in base64)
// from standard input; answers "ok" or "no" to each.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line);
  try {
    // The library parses what it verified as JSON; ours is lines of JSON, so that only a failure to verify counts.
    new Webhook(secret).verify(Buffer.from(body, "base64").toString("utf8"), headers);
    console.log("ok");
  } catch (error) {
    console.log(error.name === "WebhookVerificationError" ? "no" : "ok");
  }
}
