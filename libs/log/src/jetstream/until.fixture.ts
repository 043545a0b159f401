/** Resolves once the condition holds; throws when it does not within `msMax`. */
export async function until(condition: () => boolean | Promise<boolean>, msMax = 10_000): Promise<void> {
  const deadline = performance.now() + msMax;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`after ${msMax} ms it does not hold that ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
