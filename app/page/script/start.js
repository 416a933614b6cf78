const start = () => {
  if (!document.body.dataset.view) document.body.dataset.view = "chat";
  applyTheme();
  // Gradio sets the theme when it mounts and when the system's changes: a choice made here is stronger.
  new MutationObserver(applyTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
};
if (document.body) start();
else document.addEventListener("DOMContentLoaded", start);
