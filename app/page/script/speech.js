// What a screen reader is told, each thing once: a finished answer and not its words as they come, a notice, what is being read
let announcer = null, told = "";
const announce = (text, lang = "") => {
  if (!announcer) {
    announcer = document.createElement("div");
    announcer.id = "announcer";
    announcer.className = "unseen";
    announcer.setAttribute("role", "status");
    document.body.append(announcer);
  }
  if (!text || text === told) return;
  told = text;
  announcer.lang = lang || document.documentElement.lang;
  announcer.textContent = text;
};
const plainText = (element) => {
  const copy = element.cloneNode(true);
  $$(".cite, .unseen, kbd", copy).forEach((each) => each.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
};
whenChanged("#live", (element) => {
  const working = $(".working, .hint", element), answer = $(".message:not(.live) .answer", element);
  if (working) announce(plainText(working));
  else if (answer) announce($$(":scope > p", answer).map(plainText).join(" "), $(":scope > p [lang], :scope > p[lang]", answer)?.lang);
  else told = "";
});
// The share of pages is the progress bar's to tell, when it is asked; errors are alerts.
// While files come in, which one; at the end what became of all of them.
whenChanged("#upload-status", (element) => announce($$($(".adding", element) ? ".progress > p:first-child, .hint" : ".progress > p:first-child, .done, .hint", element).map(plainText).join(". ")));
whenConnected("#live", (element) => {
  const live = element.closest("#live");
  live.setAttribute("role", "log");
  live.setAttribute("aria-live", "off"); // `announce` speaks for it
});
