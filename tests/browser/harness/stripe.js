// Stands in for Stripe in the browser tests: the little of its API that a purchase needs, its script, and a bank's page.
// The stateful fake that holds our requests to Stripe's rules is in tests/src/fakes/stripe.
import { createServer } from "node:http";

export const STRIPE_KEYS = { secret: "sk_test_browser", publishable: "pk_test_browser" };

/** Starts it on a free port of this machine. */
export async function startStripe() {
  const things = new Map();
  let count = 0;
  const name = (kind) => `${kind}_browser${++count}`;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url, "http://127.0.0.1");
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const answer = url.pathname.startsWith("/v1/") ? api(url.pathname.slice(4), form) : page(url.pathname);
      response.writeHead(answer.status ?? 200, answer.headers ?? { "content-type": "application/json" });
      response.end(answer.text ?? JSON.stringify(answer.body));
    });
  });

  const api = (path, form) => {
    const [kind, id, verb] = path.split("/");
    if (kind === "accounts" && !id) return { body: keep(account(name("acct"), form.get("country"))) };
    if (kind === "account_links") return { body: { url: form.get("return_url") } };
    if (kind === "payment_intents" && !id) return { body: keep(intent(name("pi"), form)) };
    if (kind === "events" || kind === "refunds") return { body: { data: [], has_more: false } };
    const thing = things.get(id);
    if (!thing) return { status: 404, body: { error: { type: "invalid_request_error", code: "resource_missing" } } };
    if (verb === "cancel") thing.status = "canceled";
    if (verb === "confirm") return confirm(thing, form);
    return { body: thing };
  };
  const keep = (thing) => {
    things.set(thing.id, thing);
    return thing;
  };
  const account = (id, country) => ({
    id, country, default_currency: "nok", charges_enabled: true, payouts_enabled: true,
    capabilities: { card_payments: "active" }, requirements: { currently_due: [] },
  });
  const intent = (id, form) => ({
    id, status: "requires_payment_method", amount: Number(form.get("amount")), amount_received: 0,
    currency: form.get("currency"), metadata: { tenant: form.get("metadata[tenant]"), attempt: form.get("metadata[attempt]") },
  });
  const confirm = (thing, form) => {
    const token = form.get("confirmation_token");
    if (token.startsWith("ctoken_declined")) {
      thing.last_payment_error = { type: "card_error", code: "card_declined", decline_code: "insufficient_funds" };
      return { status: 402, body: { error: { ...thing.last_payment_error, payment_intent: thing } } };
    }
    if (token.startsWith("ctoken_challenge")) {
      const { port } = server.address();
      thing.status = "requires_action";
      thing.back = form.get("return_url");
      thing.next_action = { type: "redirect_to_url", redirect_to_url: { url: `http://127.0.0.1:${port}/bank/${thing.id}` } };
    } else pay(thing);
    return { body: thing };
  };
  const pay = (thing) => {
    thing.status = "succeeded";
    thing.amount_received = thing.amount;
  };
  const page = (path) => {
    const [, , id, choice] = path.split("/");
    const thing = things.get(id);
    if (!thing) return { status: 404, text: "nothing here" };
    if (choice === "approve") {
      pay(thing);
      return { status: 303, headers: { location: thing.back }, text: "" };
    }
    const html = `<!doctype html><html lang="en"><title>Bank</title><h1>Your bank</h1><a href="/bank/${id}/approve">Approve</a>`;
    return { headers: { "content-type": "text/html" }, text: html };
  };

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  return { url, stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}

/** Answers in place of js.stripe.com; what is typed into its one field decides what becomes of the payment. */
export async function routeStripe(context) {
  await context.route("https://js.stripe.com/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: SCRIPT }),
  );
}

const SCRIPT = `window.Stripe = (key, options) => {
  let field;
  const heard = {};
  return {
    elements: (wish) => ({
      create: () => ({
        on: (name, tell) => { heard[name] = tell; },
        mount: (place) => {
          const label = document.createElement("label");
          label.className = "field__label";
          label.textContent = "Card " + wish.amount + " " + wish.currency + " " + options.stripeAccount + " " + key;
          field = document.createElement("input");
          field.className = "input";
          field.id = "card";
          label.htmlFor = "card";
          place.append(label, field);
          setTimeout(() => heard.ready(), 10);
        },
      }),
      submit: async () => (field.value ? {} : { error: { message: "Your card number is incomplete." } }),
    }),
    createConfirmationToken: async ({ params }) => ({
      confirmationToken: { id: "ctoken_" + field.value + "_" + params.return_url.length + Date.now() },
    }),
  };
};`;
