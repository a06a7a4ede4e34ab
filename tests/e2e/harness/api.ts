// What tests ask of the UI API.

export async function putTheme(url: string, theme: "light" | "dark"): Promise<void> {
  const address = `${url}/traceloupe/v1/settings`;
  const settings = (await (await fetch(address)).json()) as object;
  const response = await fetch(address, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...settings, theme }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}

/** Id of the trace with this many spans, if it is there. */
export async function traceWith(url: string, nSpans: number): Promise<string | undefined> {
  const response = await fetch(`${url}/traceloupe/v1/traces`);
  const { traces } = (await response.json()) as { traces: { trace_id: string; n_spans: number }[] };
  return traces.find((trace) => trace.n_spans === nSpans)?.trace_id;
}
