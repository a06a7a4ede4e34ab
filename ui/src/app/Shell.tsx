// The frame of every page: rail on the left, page, status line at the bottom, and the keys that work everywhere.
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import {
  FlaskConical,
  GitCompareArrows,
  House,
  Inbox,
  type LucideIcon,
  MessagesSquare,
  Settings,
  Waypoints,
} from "lucide-react";
import { useEffect, useState } from "react";
import { statusQuery } from "../api/queries.ts";
import { formatInteger } from "../base/format.ts";
import { Tooltip } from "../components/Tooltip.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { KeyOverlay } from "./KeyOverlay.tsx";
import { useFormats } from "./formats.ts";
import { useHistoryKeys } from "./history-keys.ts";
import { makeKeyHandler } from "./keyboard.ts";
import { Logo } from "./Logo.tsx";
import { OpenFile } from "./OpenFile.tsx";
import { Palette } from "./Palette.tsx";
import styles from "./Shell.module.css";
import { StatusLine } from "./StatusLine.tsx";
import { StoreBanner } from "./StoreBanner.tsx";
import { useTheme } from "./theme.ts";

const paths = {
  home: "/",
  traces: "/traces",
  experiments: "/experiments",
  sessions: "/sessions",
  compare: "/compare",
  settings: "/settings",
  inbox: "/diagnostics",
} as const;

export function Shell() {
  useTheme();
  useHistoryKeys();
  const formats = useFormats();
  const navigate = useNavigate();
  const [isShowingKeys, setIsShowingKeys] = useState(false);
  const [isShowingPalette, setIsShowingPalette] = useState(false);

  useEffect(() => {
    const onPaletteKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key !== "k") return;
      event.preventDefault();
      setIsShowingPalette(true);
    };
    const onKeyDown = makeKeyHandler((action) => {
      if (action === "keys") setIsShowingKeys(true);
      else void navigate({ to: paths[action] });
    });
    window.addEventListener("keydown", onPaletteKey, { capture: true });
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => {
      window.removeEventListener("keydown", onPaletteKey, { capture: true });
      window.removeEventListener("keydown", onKeyDown, { capture: true });
    };
  }, [navigate]);

  return (
    <OpenFile>
      <Frame formats={formats} />
      <KeyOverlay isOpen={isShowingKeys} onOpenChange={setIsShowingKeys} />
      <Palette isOpen={isShowingPalette} onOpenChange={setIsShowingPalette} />
    </OpenFile>
  );
}

function Frame({ formats }: { formats: string }) {
  return (
    <div className={styles["shell"]}>
      <nav className={styles["rail"]} aria-label="Pages">
        <Logo />
        <RailLink to="/" label="Home" keys="g h" icon={House} />
        <RailLink to="/traces" label="Traces" keys="g t" icon={Waypoints} />
        <RailLink to="/experiments" label="Experiments" keys="g e" icon={FlaskConical} />
        <RailLink to="/sessions" label="Sessions" keys="g v" icon={MessagesSquare} />
        <RailLink to="/compare" label="Compare" keys="g c" icon={GitCompareArrows} />
        <InboxRailLink />
        <span className={styles["space"]} />
        <RailLink to="/settings" label="Settings" keys="g s" icon={Settings} />
      </nav>
      <div className={styles["content"]}>
        <ConnectionBanner />
        <StoreBanner />
        <main className={styles["page"]}>
          {/* Another time zone concerns every time on the page, another form of numbers every number. */}
          <Outlet key={formats} />
        </main>
        <StatusLine />
      </div>
    </div>
  );
}

type RailLinkProps = {
  to: (typeof paths)[keyof typeof paths];
  label: string;
  keys: string;
  icon: LucideIcon;
  /** What waits there. */
  count?: number;
};

function RailLink({ to, label, keys, icon: Icon, count = 0 }: RailLinkProps) {
  const name = count > 0 ? `${label}, ${formatInteger(count)}` : label;
  return (
    <Tooltip content={`${name}  ${keys}`} side="right">
      <Link to={to} activeOptions={{ exact: to === "/" }} className={styles["railLink"]} aria-label={name}>
        <Icon size={18} strokeWidth={1.75} aria-hidden />
        {count > 0 && <span className={styles["count"]}>{count > 99 ? "99+" : count}</span>}
      </Link>
    </Tooltip>
  );
}

function InboxRailLink() {
  const count = useQuery(statusQuery()).data?.n_rejected_groups ?? 0;
  return <RailLink to="/diagnostics" label="Inbox" keys="g i" icon={Inbox} count={count} />;
}
