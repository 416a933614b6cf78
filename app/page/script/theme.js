// Theme: the system's until the person chooses.
const STORED = "footnote-theme";
const stored = () => { try { return localStorage.getItem(STORED); } catch { return null; } };
const applyTheme = () => {
  const choice = stored();
  if (choice) document.body.classList.toggle("dark", choice === "dark");
};
const switchTheme = () => {
  const next = document.body.classList.contains("dark") ? "light" : "dark";
  try { localStorage.setItem(STORED, next); } catch { /* private window: the choice lasts as long as the page */ }
  document.body.classList.toggle("dark", next === "dark");
};
actions.theme = switchTheme;
