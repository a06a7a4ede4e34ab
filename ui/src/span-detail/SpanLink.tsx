// A link to a span, in this trace or another one.
import type { MouseEvent } from "react";
import type { SpanAddress } from "./span-address.ts";
import { hrefOf } from "./span-address.ts";
import styles from "./panes.module.css";

export type OpenSpan = (address: SpanAddress) => void;

type SpanLinkProps = { address: SpanAddress; onOpen: OpenSpan; children: string };

export function SpanLink({ address, onOpen, children }: SpanLinkProps) {
  const onClick = (event: MouseEvent): void => {
    // A new tab or window is the browser's business.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(address);
  };
  return (
    <a className={styles["link"]} href={hrefOf(address)} onClick={onClick}>
      {children}
    </a>
  );
}
