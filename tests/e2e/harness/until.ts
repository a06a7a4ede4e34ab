// Waits for a condition instead of for a time.

const pollMs = 25;

type Falsy = false | 0 | "" | null | undefined;

/** Asks again and again until the answer is truthy, and returns it. */
export async function until<T>(what: string, limitMs: number, ask: () => T | Promise<T>): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as Exclude<T, Falsy>;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
