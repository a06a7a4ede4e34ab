// Builds the UI and runs its unit tests; in development it forwards API calls to a running Traceloupe.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const backend = process.env["TRACELOUPE_URL"] ?? "http://127.0.0.1:5000";

export default defineConfig({
  plugins: [react()],
  build: {
    target: ["chrome120", "safari17"],
    // The content security policy allows no inline scripts, and WebKitGTK needs no polyfill.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 5173,
    host: "127.0.0.1",
    proxy: { "/traceloupe": { target: backend, changeOrigin: true } },
  },
  test: {
    restoreMocks: true,
    testTimeout: 60_000,
    projects: [
      // Pure code runs without a DOM, so that it cannot come to depend on one.
      { extends: true, test: { name: "node", environment: "node", include: ["{src,scripts}/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "dom",
          environment: "jsdom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["scripts/dom-test-setup.ts"],
        },
      },
    ],
  },
});
