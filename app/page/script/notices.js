// Gradio's notice of an error has its close button inside another button, which folds the notice: it needn't be folded
const mendNotices = () => $$(".toast-header[role]").forEach((head) => { head.removeAttribute("role"); head.removeAttribute("tabindex"); });
new MutationObserver(mendNotices).observe(document.documentElement, { childList: true, subtree: true });
