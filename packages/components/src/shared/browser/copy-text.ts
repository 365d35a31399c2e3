/**
 * Puts text on the clipboard, also on pages served without TLS from another machine.
 *
 * @throws an Error when the browser forbids it
 */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext && navigator.clipboard) return navigator.clipboard.writeText(text);
  const carrier = document.createElement("textarea");
  carrier.value = text;
  carrier.className = "vt-hidden";
  carrier.readOnly = true;
  const focused = document.activeElement;
  document.body.append(carrier);
  carrier.select();
  // oxlint-disable-next-line typescript/no-deprecated -- navigator.clipboard exists in secure contexts only.
  const isCopied = document.execCommand("copy");
  carrier.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!isCopied) throw new Error("The browser does not allow copying here.");
}
