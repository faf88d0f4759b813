// Sets the theme before the first paint: the one chosen on the main page, else the system's.
// Print is always light. This script is also written into the HTML file of a transcript.

{
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("speaker-studio:theme"); // written by pages/sidebar.js
    } catch {
      return null; // a file whose storage the browser denies
    }
  };
  const show = (isDark) => document.documentElement.classList.toggle("dark", isDark);
  const showChosen = () => show(chosen() === null ? system.matches : chosen() === "dark");
  showChosen();
  system.addEventListener("change", showChosen);
  window.addEventListener("beforeprint", () => show(false));
  window.addEventListener("afterprint", showChosen);
}
