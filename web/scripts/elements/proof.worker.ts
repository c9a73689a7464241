// Finds the number whose SHA-256 behind the salt is the challenge (the protocol of ALTCHA, version 1).
interface Work {
  challenge: string;
  salt: string;
  maxnumber: number;
}

/** Hashes that are under way at the same time: one after the other would wait for the queue, not for the work. */
const AT_ONCE = 64;
const encoder = new TextEncoder();

async function isIt(work: Work, number: number): Promise<boolean> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${work.salt}${number}`));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex === work.challenge;
}

async function solve(work: Work): Promise<number | null> {
  for (let first = 0; first <= work.maxnumber; first += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, at) => first + at);
    const found = (await Promise.all(numbers.map((number) => isIt(work, number)))).indexOf(true);
    if (found >= 0) return first + found;
  }
  return null;
}

self.addEventListener("message", (event: MessageEvent<Work>) => {
  void solve(event.data).then((number) => self.postMessage(number));
});
