// What axe finds on a page.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Returns what is serious or critical: the rule, and where it is broken. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // "Legacy" works within the page, without a second one: we have no frames.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
