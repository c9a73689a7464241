// How dear a crowd in a waiting room is: `BILTEN_BIN=<release program> node tests/load/waiting-room.js [visitors] [seconds] [looks a second]`.
// Starts the program with a demo of its own, lets the visitors join, and looks as often as the server tells them to
// (never more than 4,000 times a second for one room) or as often as one says.
// Prints the share of one processor that the server needs, the delay of its answers and the transactions of the database.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { startServer } from "../browser/harness/server.js";

const VISITORS = Number(process.argv[2] ?? 50_000);
const SECONDS = Number(process.argv[3] ?? 20);
const CONNECTIONS = 64;
const SLUG = "nordlys";
/** Clock ticks in a second of /proc (proc(5), sysconf(_SC_CLK_TCK)). */
const TICKS = 100;

// Each visitor comes from a network of his own.
Object.assign(process.env, {
  BILTEN_TRUSTED_PROXIES: "127.0.0.1",
  BILTEN_CONNECTIONS_PER_NETWORK: "100000",
  BILTEN_FORM_BURST: "10000000",
});
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const { demo, pid, stop } = await startServer();
const shop = demo.tenants.find((each) => each.slug === SLUG);
const port = Number(shop.host.split(":")[1]);

/** Sends a request; `form` makes it a POST. */
function call(path, { cookie, from, form, accept = "text/html" } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { host: shop.host, accept, "accept-language": "en", "sec-fetch-site": "same-origin" };
    if (cookie) headers.cookie = cookie;
    if (from) headers["x-forwarded-for"] = from;
    const body = form && new URLSearchParams(form).toString();
    if (form) headers["content-type"] = "application/x-www-form-urlencoded";
    const sent = request({ port, path, headers, agent, method: form ? "POST" : "GET" }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part));
      answer.on("end", () => {
        const cookies = (answer.headers["set-cookie"] ?? []).map((each) => each.split(";")[0]);
        resolve({ status: answer.statusCode, text, cookies });
      });
    });
    sent.on("error", reject);
    sent.end(body || undefined);
  });
}

/** Works on all numbers below `count`, so many at a time. */
async function each(count, work) {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
}

async function openRoom() {
  const owner = shop.staff.find((each) => each.role === "owner");
  const { cookies } = await call("/manage/login", { form: { email: owner.email, password: owner.password } });
  const event = shop.events[0];
  const path = `/manage/events/${event.id}/waiting-room`;
  const page = await call(path, { cookie: cookies[0] });
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)[1];
  const form = { csrf, mode: "on", opens: "", per_minute: "60", pass_minutes: "10", auto_wait_s: "10", message: "" };
  const saved = await call(path, { cookie: cookies[0], form });
  if (saved.status !== 303) throw new Error(`the room was not opened: ${saved.status}`);
  return `/events/${event.slug}/queue`;
}

function processorTime() {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function transactions() {
  const query = "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";
  return Number(execFileSync("psql", [demo.database_url, "-qAtXc", `select pg_stat_clear_snapshot(); ${query}`], { encoding: "utf8" }).trim().split("\n").pop());
}

try {
  const queue = await openRoom();
  const visitors = new Array(VISITORS);
  let begun = performance.now();
  await each(VISITORS, async (n) => {
    const from = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    const { status, cookies } = await call(queue, { from, form: { number: "0" } });
    if (status !== 303) throw new Error(`visitor ${n} got no place: ${status}`);
    visitors[n] = cookies.join("; ");
  });
  const joined = (performance.now() - begun) / 1000;
  const look = (n) => call(`${queue}/status`, { cookie: visitors[n % VISITORS], accept: "application/json" });
  const first = JSON.parse((await look(VISITORS - 1)).text);
  const perSecond = Number(process.argv[4] ?? VISITORS / first.poll_s);
  console.log(`${VISITORS} visitors joined in ${joined.toFixed(1)} s; each shall look every ${first.poll_s} s; now ${perSecond.toFixed(0)} looks a second`);

  let rows = transactions();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  console.log(`database: ${transactions() - rows} transactions in ${SECONDS} s in which nobody looks`);
  const delays = [];
  const time = processorTime();
  rows = transactions();
  begun = performance.now();
  await each(Math.round(perSecond * SECONDS), async (n) => {
    const due = begun + (n / perSecond) * 1000;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const sent = performance.now();
    const answer = await look(n * 7919);
    if (answer.status !== 200) throw new Error(`a look was answered ${answer.status}`);
    delays.push(performance.now() - sent);
  });
  const seconds = (performance.now() - begun) / 1000;
  const used = processorTime() - time;
  delays.sort((a, b) => a - b);
  const at = (share) => delays[Math.floor(delays.length * share)].toFixed(1);
  const done = delays.length;
  console.log(`${done} looks in ${seconds.toFixed(1)} s (${(done / seconds).toFixed(0)}/s), p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  console.log(`server: ${used.toFixed(2)} s of processor time, ${((used / done) * 1e6).toFixed(0)} µs a look; at ${perSecond.toFixed(0)} looks a second ${((used / done) * perSecond).toFixed(2)} of a processor`);
  console.log(`database: ${transactions() - rows} transactions during ${done} looks`);
} finally {
  await stop();
}
process.exit(0);
