// The question box, and what follows a new answer
const question = () => $("#question textarea, #question input");
// A question sent while another is being answered waits, and is sent when that answer is there.
const busy = () => Boolean($("#live [aria-busy=true]"));
const next = (waits) => document.body.toggleAttribute("data-next", waits);
const sendNext = (tries) => {
  if (!document.body.hasAttribute("data-next")) return;
  if (busy() || !question()?.value.trim() || !tries) { next(false); return; }
  $("#send")?.click(); // ignored while the server's last word on the answer before is on its way
  setTimeout(() => sendNext(tries - 1), 250);
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === question() && busy() && question().value.trim()) next(true);
}, true);
document.addEventListener("click", (event) => {
  if (event.isTrusted && event.target instanceof Element && event.target.closest("#send") && busy() && question()?.value.trim()) next(true);
}, true);
const follow = () => {
  const scroller = $("#scroll"), live = $("#live");
  if (!scroller || !live) return;
  const room = scroller.clientHeight - 24;
  if (live.offsetHeight > room) scroller.scrollTop += $(".message", live)?.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8 || 0;
  else scroller.scrollTop = scroller.scrollHeight;
};
const address = () => {
  const thread = $("#live .thread") || $("#thread .thread");
  if (!thread) return;
  const url = new URL(location.href);
  if (thread.dataset.chat) url.searchParams.set("chat", thread.dataset.chat);
  else url.searchParams.delete("chat");
  if (url.href !== location.href) history.replaceState(null, "", url);
};
whenChanged("#live", () => { address(); follow(); if (!busy()) sendNext(12); });
whenChanged("#thread", (element) => {
  address();
  const scroller = $("#scroll");
  scroller.scrollTop = $(".welcome", element) ? 0 : scroller.scrollHeight;
});
beforeSending.stop_writing = (button) => { button.disabled = true; button.textContent = words.stopping; };
beforeSending.new_chat = beforeSending.open_chat = () => { closeSource(false); drawer(false); next(false); };
afterSending.ask = afterSending.new_chat = afterSending.open_chat = () => question()?.focus();
whenConnected("#live", (element) => {
  const live = element.closest("#live");
  live.setAttribute("role", "log");
  live.setAttribute("aria-live", "polite");
});
