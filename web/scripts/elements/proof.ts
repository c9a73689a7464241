// Work that the server sets a browser, done beside the page so that it stays alive.
export interface Work {
  challenge: string;
  salt: string;
  signature: string;
  maxnumber: number;
}

/** Finds the number, or nothing where the browser cannot. */
function solve(work: Work): Promise<number | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./proof.worker.ts", import.meta.url), { type: "module" });
    const end = (number: number | null): void => {
      worker.terminate();
      resolve(number);
    };
    worker.addEventListener("message", (event: MessageEvent<number | null>) => end(event.data));
    worker.addEventListener("error", () => end(null));
    worker.postMessage(work);
  });
}

/** Does the work and puts its answer into the form; tells whether it could. */
export async function addWork(form: HTMLFormElement, work: Work): Promise<boolean> {
  const number = await solve(work);
  if (number === null || !form.isConnected) return false;
  const fields = { challenge: work.challenge, salt: work.salt, signature: work.signature, number: String(number) };
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  return true;
}
