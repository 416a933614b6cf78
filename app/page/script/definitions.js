// Definitions of terms, on hover, focus or tap
let tip = null, termShown = null, shownAt = 0, hiding = 0;
const hideTip = () => {
  clearTimeout(hiding);
  if (!tip || tip.hidden) return false;
  tip.hidden = true;
  termShown?.removeAttribute("aria-describedby");
  termShown = null;
  return true;
};
const hideTipSoon = () => { clearTimeout(hiding); hiding = setTimeout(hideTip, 200); };
const topOf = (term) => term.getBoundingClientRect().top;
const showTip = (term) => {
  clearTimeout(hiding);
  if (!tip) {
    tip = document.createElement("div");
    tip.id = "definition";
    tip.setAttribute("role", "tooltip");
    tip.addEventListener("mouseenter", () => clearTimeout(hiding));
    tip.addEventListener("mouseleave", hideTipSoon);
    ($("main") || document.body).append(tip);
  }
  termShown?.removeAttribute("aria-describedby");
  termShown = term;
  tip.replaceChildren();
  const name = document.createElement("strong");
  name.textContent = term.dataset.term;
  tip.append(name, document.createTextNode(" " + term.dataset.definition));
  tip.hidden = false;
  term.setAttribute("aria-describedby", tip.id);
  shownAt = topOf(term);
  const at = term.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const left = Math.max(12, Math.min(at.left, document.documentElement.clientWidth - size.width - 12));
  const above = at.top - size.height - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : at.bottom + 6}px`;
};
const termOf = (event) => event.target instanceof Element ? event.target.closest(".term") : null;
document.addEventListener("mouseover", (event) => { const term = termOf(event); if (term) showTip(term); });
document.addEventListener("mouseout", (event) => { if (termOf(event)) hideTipSoon(); });
document.addEventListener("focusin", (event) => { const term = termOf(event); if (term) showTip(term); else hideTip(); });
// A page that is busy tells late of a scroll that was over when the term was pressed.
document.addEventListener("scroll", () => { if (termShown && Math.abs(topOf(termShown) - shownAt) > 1) hideTip(); }, true);
