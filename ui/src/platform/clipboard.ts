// Copies text with what the browser engine offers; the window of the app is such an engine too, without further rights.

/** Copies `text`; call it from a click or key handler, engines refuse otherwise. Rejects if nothing worked. */
export async function copyText(text: string): Promise<void> {
  // The clipboard API exists in secure contexts only: not when Traceloupe is opened by another machine's address.
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return;
    } catch {
      // Refused by permission: try the older way.
    }
  }
  copyBySelection(text);
}

function copyBySelection(text: string): void {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!isCopied) throw new Error("The browser refused to copy");
}
