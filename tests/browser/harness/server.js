// Starts the built program with a demo of its own: fresh data folder, free ports, stopped at the end.
import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { STRIPE_KEYS, startStripe } from "./stripe.js";

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;

/** A demo that runs already can be named for development: the folder that holds its demo.json. */
export async function startServer() {
  const given = process.env.BILTEN_BROWSER_DATA;
  if (given) return { demo: await readDemo(given), stop: async () => {} };

  const binary = process.env.BILTEN_BIN ?? path.join(process.env.CARGO_TARGET_DIR ?? "../../target", "debug/bilten");
  const data = await mkdtemp(path.join(tmpdir(), "browser-tests-"));
  // The private PostgreSQL may run as another user, who must be able to walk through.
  await chmod(data, 0o755);
  const [port, metrics] = [await freePort(), await freePort()];
  const log = [];
  const stripe = await startStripe();
  const server = spawn(binary, ["serve", "--demo"], {
    env: {
      ...process.env,
      DATABASE_URL: "",
      BILTEN_DATA_DIR: data,
      BILTEN_LISTEN: `127.0.0.1:${port}`,
      BILTEN_METRICS_LISTEN: `127.0.0.1:${metrics}`,
      BILTEN_LOG: process.env.BILTEN_LOG ?? "warn",
      BILTEN_STRIPE_SECRET_KEY: STRIPE_KEYS.secret,
      BILTEN_STRIPE_PUBLISHABLE_KEY: STRIPE_KEYS.publishable,
      BILTEN_STRIPE_BASE_URL: stripe.url,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A program that cannot be started ends at once, with a word in the log.
  const ended = new Promise((resolve) => {
    server.once("exit", resolve);
    server.once("error", (error) => resolve(log.push(error.message)));
  });
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      log.push(text);
      if (log.length > 200) log.shift();
    });
  }
  const stop = async () => {
    server.kill("SIGTERM");
    const late = setTimeout(() => server.kill("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(late);
    await stripe.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    await answers(port, () => server.exitCode !== null || !server.pid);
    return { demo: await readDemo(data), pid: server.pid, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${log.join("")}`);
  }
}

async function answers(port, hasEnded) {
  const limit = Date.now() + START_LIMIT_MS;
  while (Date.now() < limit) {
    if (hasEnded()) throw new Error("the server ended before it answered");
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (ready?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the server did not become ready in time");
}

async function readDemo(folder) {
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      return JSON.parse(await readFile(path.join(folder, "demo.json"), "utf8"));
    } catch (error) {
      if (Date.now() > limit) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
