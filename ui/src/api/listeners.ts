// Reads the listeners in the server's status: what to call them, and how a program on this machine reaches them. Pure.
import type { ListenerRole, Status } from "./messages.ts";

export const roleNames: Record<ListenerRole, string> = {
  http: "UI, MLflow, OTLP/HTTP",
  otlp_http: "OTLP/HTTP",
  otlp_grpc: "OTLP/gRPC",
};

/** Returns the origin to put into programs; `pageHost` stands in for an address that means "all interfaces". */
export function originOf(address: string, pageHost: string): string {
  const host = address.slice(0, address.lastIndexOf(":"));
  return `http://${host === "0.0.0.0" || host === "[::]" ? pageHost : host}:${portOf(address)}`;
}

/** Returns the port of `host:port`. */
export function portOf(address: string): string {
  return address.slice(address.lastIndexOf(":") + 1);
}

/** Returns the origin of the main listener, or that of the page if the server does not name it. */
export function httpOrigin(status: Status, page: { hostname: string; origin: string }): string {
  const address = status.listeners.find((listener) => listener.role === "http")?.address;
  return address ? originOf(address, page.hostname) : page.origin;
}
