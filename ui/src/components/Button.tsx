// Buttons: one that looks like a button, and one that is only an icon with a name.
import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";

type ButtonProps = ComponentProps<"button"> & {
  /** `primary` for the one thing a page is for, `ghost` for quiet tools. */
  variant?: "plain" | "primary" | "ghost";
  icon?: ReactNode;
};

export function Button({ variant = "plain", icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      data-variant={variant}
      className={className ? `${styles["button"]} ${className}` : styles["button"]}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "children"> & { label: string; icon: ReactNode };

/** Names itself to screen readers and, on hover, to everybody. */
export function IconButton({ label, icon, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={className ? `${styles["icon"]} ${className}` : styles["icon"]}
      {...rest}
    >
      {icon}
    </button>
  );
}
