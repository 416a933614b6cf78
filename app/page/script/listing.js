// Lists of documents: what narrows them, those that are ticked, what is done with all of them at once
// The server gives a list anew after each choice: the keyboard's place, what was typed and the scroll stay.
const keepTyped = (selector, inside) => {
  let place = null, caret = 0, typed = null, top = 0;
  const found = () => place && $(place, $(selector));
  const note = (event) => {
    const root = $(selector);
    if (!root) return;
    if (!root.contains(event.target)) { place = null; return; }
    const { filter, scope, key, choose } = event.target.dataset;
    place = filter ? `[data-filter="${filter}"]` : scope ? `[data-scope="${scope}"][data-key="${key}"]` : choose ? `[data-choose="${choose}"]` : null;
  };
  document.addEventListener("focusin", note);
  document.addEventListener("input", (event) => {
    if (!$(selector)?.contains(event.target) || event.target.type !== "search") return;
    typed = event.target.value;
    caret = event.target.selectionStart;
  });
  document.addEventListener("scroll", (event) => { if (event.target instanceof Element && event.target.closest?.(selector) && event.target.matches(inside)) top = event.target.scrollTop; }, true);
  const restore = () => {
    const box = $(inside, $(selector));
    if (box && box.scrollTop !== top) box.scrollTop = top;
    const control = found(), at = document.activeElement;
    // The field is given anew, or stays and gets the words that the list is of, which may be fewer letters than were typed since.
    if (!control || (at && at !== document.body && at !== control)) return;
    if (at !== control) control.focus({ preventScroll: true });
    if (control.type === "search" && typed !== null && control.value !== typed) { control.value = typed; control.setSelectionRange(caret, caret); }
  };
  // Before the next key is taken: what is typed meanwhile would be lost.
  whenConnected(selector, (element) => new MutationObserver(restore).observe(element.closest(selector), { childList: true, subtree: true }));
};
keepTyped("#document-list", ".documents");
keepTyped("#scope", ".scope-picker");
// Who narrows a list is told how much is left of it.
let countAsked = false;
whenChanged("#document-list", (element) => {
  if (!countAsked) return;
  countAsked = false;
  const said = $(".shown > span, .notice", element);
  if (said) announce(plainText(said));
});
const narrowing = (element, trigger) => {
  let waiting = 0;
  const tell = (control) => { countAsked = true; trigger("narrow", { name: control.dataset.filter, value: control.value }); };
  element.addEventListener("change", (event) => { if (event.target.matches("select[data-filter]")) tell(event.target); });
  element.addEventListener("input", (event) => {
    if (!event.target.matches("input[data-filter]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => tell(event.target), 250);
  });
};
const ticked = new Set();
const showChosen = () => {
  const list = $("#document-list");
  if (!list) return;
  const boxes = $$("input[data-choose]", list), there = new Set(boxes.map((box) => box.dataset.choose));
  // What isn't shown is never ticked: nothing is done with documents out of sight.
  [...ticked].forEach((key) => there.has(key) || ticked.delete(key));
  boxes.forEach((box) => { box.checked = ticked.has(box.dataset.choose); });
  const all = $("input[data-choose-all]", list);
  if (all) { all.checked = boxes.length > 0 && ticked.size === boxes.length; all.indeterminate = ticked.size > 0 && !all.checked; }
  const bar = $(".with-chosen", list), one = ticked.size === 1;
  if (!bar) return;
  bar.hidden = !ticked.size;
  const count = (form) => (form || "").replace("%n", ticked.size);
  $(".chosen-count", bar).textContent = count(one ? words.one_chosen : words.chosen);
  $$("[data-sure=remove]", bar).forEach((button) => { button.dataset.confirm = count(one ? words.remove_one : words.remove_chosen); });
  $$("[data-sure=take_out]", bar).forEach((button) => {
    button.dataset.confirm = count(one ? words.take_out_one : words.take_out_chosen).replace("%name", button.dataset.name);
  });
};
whenChanged("#document-list", showChosen);
whenChanged("#words", showChosen);
const withChosen = (button, data) => { data.documents = [...ticked].join(","); };
beforeSending.remove_documents = beforeSending.take_out = withChosen;
afterSending.remove_documents = afterSending.take_out = () => { ticked.clear(); showChosen(); };
beforeSending.ask_of = (button, data) => { if (!data.collection) withChosen(button, data); };
afterSending.ask_of = () => { view("chat"); question()?.focus(); };
whenConnected("#document-list", (element, trigger) => {
  narrowing(element, trigger);
  element.addEventListener("change", async (event) => {
    const control = event.target;
    if (control.matches("[data-choose]")) control.checked ? ticked.add(control.dataset.choose) : ticked.delete(control.dataset.choose);
    else if (control.matches("[data-choose-all]")) $$("input[data-choose]", element).forEach((box) => (control.checked ? ticked.add(box.dataset.choose) : ticked.delete(box.dataset.choose)));
    else if (control.matches("[data-put-in]")) {
      const to = control.value, documents = [...ticked].join(",");
      control.value = "";
      if (!to) return;
      const name = to === "new" ? await dialog(words.new_collection, words.save, "") : "";
      if (to === "new" && !name) return;
      trigger("put_in", to === "new" ? { documents, name } : { documents, collection: to });
      ticked.clear();
    } else return;
    showChosen();
    announce($(".chosen-count", element)?.textContent);
  });
});
// An overview is shown above the list: it is brought into sight, and left for the chat with a question of it.
let overviewAsked = false;
beforeSending.overview = () => { overviewAsked = true; };
whenChanged("#overview", () => {
  if (!overviewAsked || !$("#overview .overview h2")) return;
  overviewAsked = false;
  $("#overview").scrollIntoView({ block: "start" });
  $("#overview h2").focus({ preventScroll: true });
});
beforeSending.ask_document = () => { next(false); view("chat"); };
afterSending.ask_document = () => question()?.focus();
