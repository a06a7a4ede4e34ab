// Sets the theme before the first paint, from a hint that the app leaves in a cookie; the setting itself is on the server.
// A cookie because it belongs to the host: the port, and with it local storage, may differ from start to start.
(function () {
  const match = /(?:^|; )traceloupe_theme=(light|dark)/.exec(document.cookie);
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = match?.[1] ?? system;
})();
