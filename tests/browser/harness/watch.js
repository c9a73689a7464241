// Watches everything that a visitor's browser does, for faults that no single test looks for.
const PLATFORM = /bilten/i;
const TEXTS = /text\/|json|javascript|xml|svg/;

/**
 * Collects findings: errors in the console (also violations of the content security policy), uncaught
 * exceptions, requests to other hosts, the platform's name in anything that a tenant's host sends.
 */
export function watch(context, { platformHost, allow }) {
  const findings = [];
  const pending = new Set();
  const note = (finding) => {
    if (!allow.some((pattern) => pattern.test(finding)) && !findings.includes(finding)) findings.push(finding);
  };
  const isOwn = (url) => /^(data|blob|about):/.test(url) || /^http:\/\/[a-z0-9-]+\.localhost(:\d+)?\//.test(url);

  context.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => note(`exception: ${error.error().message}`));
  context.on("request", (request) => {
    if (!isOwn(request.url())) note(`request to another host: ${request.url()}`);
  });
  context.on("response", (response) => {
    const url = new URL(response.url());
    if (!url.protocol.startsWith("http") || url.host === platformHost) return;
    const check = inspect(response, url, note).finally(() => pending.delete(check));
    pending.add(check);
  });
  return { findings, settle: () => Promise.all(pending) };
}

async function inspect(response, url, note) {
  const headers = await response.allHeaders().catch(() => ({}));
  for (const [name, value] of Object.entries(headers)) {
    if (PLATFORM.test(name) || PLATFORM.test(value)) note(`platform's name in header ${name} of ${url.pathname}`);
  }
  if (!TEXTS.test(headers["content-type"] ?? "")) return;
  // A redirect has no body, and a page that was left no longer has one.
  const body = await response.text().catch(() => "");
  const found = PLATFORM.exec(body);
  if (found) {
    const near = body.slice(Math.max(0, found.index - 40), found.index + 40).replace(/\s+/g, " ");
    note(`platform's name on ${url.pathname}: …${near}…`);
  }
}
