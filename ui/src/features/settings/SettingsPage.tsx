// The page of run-time settings, and of what was decided when the program started.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Moon, Sun, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { roleNames } from "../../api/listeners.ts";
import type { Settings, Status, Theme } from "../../api/messages.ts";
import { saveSettings } from "../../api/mutations.ts";
import { experimentsQuery, settingsQuery, statusQuery } from "../../api/queries.ts";
import { formatBytes, formatExactTime, formatListTime, type NumberFormat, type TimeZone } from "../../base/format.ts";
import { Button } from "../../components/Button.tsx";
import { CopyButton } from "../../components/CopyButton.tsx";
import { EmptyState } from "../../components/EmptyState.tsx";
import { PageHeader } from "../../components/PageHeader.tsx";
import { SegmentedControl } from "../../components/SegmentedControl.tsx";
import { Select } from "../../components/Select.tsx";
import { PageLoading } from "../../components/Skeleton.tsx";
import { AllowOrigins } from "./AllowOrigins.tsx";
import { bytesPerGib, gibOf } from "./limit.ts";
import { LimitField } from "./LimitField.tsx";
import { RowRules } from "./RowRules.tsx";
import styles from "./SettingsPage.module.css";

export function SettingsPage() {
  const settings = useQuery(settingsQuery());
  const status = useQuery(statusQuery());
  const error = settings.error ?? status.error;
  return (
    <div className={styles["page"]}>
      <title>Settings · Traceloupe</title>
      <PageHeader title="Settings" />
      {settings.data && status.data ? (
        <div className={styles["scroller"]}>
          <div className={styles["column"]}>
            <RunTimeSettings settings={settings.data} databaseBytes={status.data.database_bytes} />
            <StartUpFacts status={status.data} />
          </div>
        </div>
      ) : error ? (
        <EmptyState
          tone="error"
          icon={<TriangleAlert size={28} strokeWidth={1.5} />}
          title="The settings could not be loaded"
          actions={<Button onClick={() => void Promise.all([settings.refetch(), status.refetch()])}>Try again</Button>}
        >
          {error.message}
        </EmptyState>
      ) : (
        <PageLoading label="Loading settings" />
      )}
    </div>
  );
}

const themes: readonly { value: Theme; label: string; icon: ReactNode }[] = [
  { value: "light", label: "Light", icon: <Sun size={13} aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon size={13} aria-hidden /> },
  { value: "system", label: "System", icon: <Monitor size={13} aria-hidden /> },
];

const timeZones: readonly { value: TimeZone; label: string }[] = [
  { value: "local", label: "Local" },
  { value: "utc", label: "UTC" },
];

const numberFormats: readonly { value: NumberFormat; label: string }[] = [
  { value: "comma", label: "12,345.6" },
  { value: "point", label: "12.345,6" },
  { value: "space", label: "12 345,6" },
];

type RunTimeSettingsProps = { settings: Settings; databaseBytes: number };

function RunTimeSettings({ settings, databaseBytes }: RunTimeSettingsProps) {
  const save = useMutation(saveSettings(useQueryClient()));
  const { retention_max_bytes: maxBytes, retention_max_age_days: maxAgeDays } = settings;
  const experiments = useQuery(experimentsQuery()).data?.experiments ?? [];
  return (
    <>
      {save.error && (
        <p role="alert" className={styles["error"]}>
          Not saved: {save.error.message}
        </p>
      )}
      <section aria-labelledby="run-time">
        <h2 id="run-time" className={styles["sectionTitle"]}>
          Preferences
        </h2>
        <Setting name="Theme" explanation="Colours of this app, in the window and in browsers">
          <SegmentedControl
            label="Theme"
            value={settings.theme}
            onChange={(theme) => save.mutate({ ...settings, theme })}
            segments={themes}
          />
        </Setting>
        <Setting name="Times" explanation="Time zone of every time that is shown">
          <SegmentedControl
            label="Times"
            value={settings.time_zone ?? "local"}
            onChange={(time_zone) => save.mutate({ ...settings, time_zone })}
            segments={timeZones}
          />
        </Setting>
        <Setting name="Numbers" explanation="How every number is written that is shown">
          <SegmentedControl
            label="Numbers"
            value={settings.number_format ?? "comma"}
            onChange={(number_format) => save.mutate({ ...settings, number_format })}
            segments={numberFormats}
          />
        </Setting>
        <Setting name="Default experiment" explanation="Spans that name no experiment join this one">
          <Select
            label="Default experiment"
            value={settings.default_experiment_id}
            onChange={(default_experiment_id) => save.mutate({ ...settings, default_experiment_id })}
            options={experiments.map((one) => ({
              value: one.experiment_id,
              label: one.name,
              detail: `id ${one.experiment_id}`,
            }))}
          />
        </Setting>
      </section>
      <section aria-labelledby="retention">
        <h2 id="retention" className={styles["sectionTitle"]}>
          Retention
        </h2>
        <Setting
          name="Largest size"
          explanation={`Above it the oldest traces go, in small steps; pinned ones stay. The database is ${formatBytes(databaseBytes)} now`}
        >
          <LimitField
            label="Largest size"
            unit="GiB"
            value={maxBytes == null ? null : gibOf(maxBytes)}
            isWhole={false}
            onSave={(gib) =>
              save.mutate({ ...settings, retention_max_bytes: gib === null ? null : Math.round(gib * bytesPerGib) })
            }
          />
        </Setting>
        <Setting name="Largest age" explanation="Older traces go; pinned ones stay">
          <LimitField
            label="Largest age"
            unit="days"
            value={maxAgeDays ?? null}
            isWhole
            onSave={(days) => save.mutate({ ...settings, retention_max_age_days: days })}
          />
        </Setting>
      </section>
      <section aria-labelledby="comparisons">
        <h2 id="comparisons" className={styles["sectionTitle"]}>
          Comparisons
        </h2>
        <Setting
          name="Tolerance of durations"
          explanation="One that differs by less than either counts as the same; a row has to differ by more than both"
        >
          <div className={styles["limits"]}>
            <LimitField
              label="Tolerance"
              unit="%"
              value={
                settings.compare_tolerance_per_mille === 0 ? null : (settings.compare_tolerance_per_mille ?? 50) / 10
              }
              isWhole={false}
              onSave={(percent) =>
                save.mutate({ ...settings, compare_tolerance_per_mille: Math.round((percent ?? 0) * 10) })
              }
            />
            <LimitField
              label="Tolerance"
              unit="ms"
              value={settings.compare_tolerance_ns === 0 ? null : (settings.compare_tolerance_ns ?? 1e6) / 1e6}
              isWhole={false}
              onSave={(millis) => save.mutate({ ...settings, compare_tolerance_ns: Math.round((millis ?? 0) * 1e6) })}
            />
          </div>
        </Setting>
        <RowRules />
      </section>
      <section aria-labelledby="web-pages">
        <h2 id="web-pages" className={styles["sectionTitle"]}>
          Web pages
        </h2>
        <Setting
          name="Allowed origins"
          explanation="Their pages may send traces and change what is stored here; pages of this machine always may"
        >
          <AllowOrigins
            origins={settings.allow_origins}
            onChange={(allow_origins) => save.mutate({ ...settings, allow_origins })}
          />
        </Setting>
      </section>
    </>
  );
}

function Setting({ name, explanation, children }: { name: string; explanation: string; children: ReactNode }) {
  return (
    <div className={styles["setting"]}>
      <div>
        <div className={styles["name"]}>{name}</div>
        <div className={styles["explanation"]}>{explanation}</div>
      </div>
      {children}
    </div>
  );
}

function StartUpFacts({ status }: { status: Status }) {
  return (
    <section aria-labelledby="start-up">
      <h2 id="start-up" className={styles["sectionTitle"]}>
        Running now
      </h2>
      <dl className={styles["facts"]}>
        {status.listeners.map((listener) => (
          <Fact key={listener.role} name={roleNames[listener.role]}>
            {listener.address ?? "not served"}
            {listener.is_fallback && <span className={styles["fallback"]}>{listener.asked} was taken</span>}
          </Fact>
        ))}
        <Fact name="Data folder">
          {status.data_dir}
          <CopyButton text={status.data_dir} label="Copy data folder" />
        </Fact>
        <Fact name="Database">{formatBytes(status.database_bytes)}</Fact>
        <Fact name="Started">
          <span title={formatExactTime(status.started_at_unix_nano)}>
            {formatListTime(status.started_at_unix_nano)}
          </span>
        </Fact>
        <Fact name="Version">{status.version}</Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles["fact"]}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
