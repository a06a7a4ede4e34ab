import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { ClipboardContext, type CopyText } from "./clipboard-context.ts";
import { CopyButton } from "./CopyButton.tsx";

afterEach(cleanup);

function renderWith(copyText: CopyText) {
  render(
    <ClipboardContext value={copyText}>
      <CopyButton text="abc" label="Copy trace id" />
    </ClipboardContext>,
  );
  return screen.getByRole("button", { name: "Copy trace id" });
}

test("says that it copied", async () => {
  const copied: string[] = [];
  await userEvent.click(
    renderWith((text) => {
      copied.push(text);
      return Promise.resolve();
    }),
  );
  expect(screen.getByRole("status").textContent).toBe("Copied");
  expect(copied).toEqual(["abc"]);
});

test("says that it could not copy", async () => {
  await userEvent.click(renderWith(() => Promise.reject(new Error("denied"))));
  expect(screen.getByRole("status").textContent).toBe("Copying failed");
});
