// Sets light or dark before the first paint: the person's choice, or the system's.
(() => {
  const root = document.documentElement;
  if (root.dataset.bsTheme === "system") {
    root.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
})();
