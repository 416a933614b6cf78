// The page's words and its language, which the server sends and a button changes
const showWords = () => {
  const held = $("#words [data-words]");
  if (!held) return;
  Object.assign(words, JSON.parse(held.dataset.words));
  document.documentElement.lang = held.dataset.language;
  $("#live")?.setAttribute("aria-label", words.newest_answer);
  // What the look says between the lines.
  const said = { "waits": words.waits };
  for (const [name, text] of Object.entries(said)) document.documentElement.style.setProperty(`--said-${name}`, JSON.stringify(text));
};
whenChanged("#words", showWords);
whenConnected("#words", showWords);
let switching = false;
beforeSending.language = (button) => {
  document.cookie = `footnote_language=${button.dataset.language}; path=/; max-age=31536000; SameSite=Lax`;
  switching = true;
  closeSource(false);
  next(false);
};
// The new words stand in a new header: the view that is open stays, and so does the place of the keyboard.
whenChanged("#header", () => {
  showView();
  if (switching) $(".language")?.focus();
  switching = false;
});
