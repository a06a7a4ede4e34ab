// The frame of every page: rail on the left, page, status line at the bottom, and the keys that work everywhere.
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { FlaskConical, House, type LucideIcon, Settings, Waypoints } from "lucide-react";
import { useEffect, useState } from "react";
import { Tooltip } from "../components/Tooltip.tsx";
import { KeyOverlay } from "./KeyOverlay.tsx";
import { makeKeyHandler } from "./keyboard.ts";
import { Logo } from "./Logo.tsx";
import styles from "./Shell.module.css";
import { StatusLine } from "./StatusLine.tsx";
import { useTheme } from "./theme.ts";

const paths = { home: "/", traces: "/traces", experiments: "/experiments", settings: "/settings" } as const;

export function Shell() {
  useTheme();
  const navigate = useNavigate();
  const [isShowingKeys, setIsShowingKeys] = useState(false);

  useEffect(() => {
    const onKeyDown = makeKeyHandler((action) => {
      if (action === "keys") setIsShowingKeys(true);
      else void navigate({ to: paths[action] });
    });
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [navigate]);

  return (
    <div className={styles["shell"]}>
      <nav className={styles["rail"]} aria-label="Pages">
        <Logo />
        <RailLink to="/" label="Home" keys="g h" icon={House} />
        <RailLink to="/traces" label="Traces" keys="g t" icon={Waypoints} />
        <RailLink to="/experiments" label="Experiments" keys="g e" icon={FlaskConical} />
        <span className={styles["space"]} />
        <RailLink to="/settings" label="Settings" keys="g s" icon={Settings} />
      </nav>
      <div className={styles["content"]}>
        <main className={styles["page"]}>
          <Outlet />
        </main>
        <StatusLine />
      </div>
      <KeyOverlay isOpen={isShowingKeys} onOpenChange={setIsShowingKeys} />
    </div>
  );
}

type RailLinkProps = { to: (typeof paths)[keyof typeof paths]; label: string; keys: string; icon: LucideIcon };

function RailLink({ to, label, keys, icon: Icon }: RailLinkProps) {
  return (
    <Tooltip content={`${label}  ${keys}`} side="right">
      <Link to={to} activeOptions={{ exact: to === "/" }} className={styles["railLink"]} aria-label={label}>
        <Icon size={18} strokeWidth={1.75} aria-hidden />
      </Link>
    </Tooltip>
  );
}
