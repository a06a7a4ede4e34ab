// What shows when an address leads nowhere, or a page fails.
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Bug, Compass } from "lucide-react";
import { Button } from "../components/Button.tsx";
import { CopyButton } from "../components/CopyButton.tsx";
import { EmptyState } from "../components/EmptyState.tsx";

export function NotFoundPage() {
  return (
    <>
      <title>Not found · Traceloupe</title>
      <EmptyState
        icon={<Compass size={28} strokeWidth={1.5} />}
        level={1}
        title="There is nothing at this address"
        actions={
          <>
            <Link to="/">Home</Link>
            <Link to="/traces">Traces</Link>
          </>
        }
      >
        A trace is at /traces/ and its id: 32 hex digits, or what its MLflow client called it
      </EmptyState>
    </>
  );
}

/** A page that threw: the rest of the app goes on. */
export function CrashPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const failure = error instanceof Error ? error : new Error(String(error));
  return (
    <EmptyState
      tone="error"
      icon={<Bug size={28} strokeWidth={1.5} />}
      level={1}
      title="This page failed"
      actions={
        <>
          <Button
            variant="primary"
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            Try again
          </Button>
          <CopyButton
            text={failure.stack ?? failure.message}
            label="Copy the error with its stack"
            caption="Copy details"
          />
        </>
      }
    >
      {failure.message}
    </EmptyState>
  );
}
