// Events to the server, and what comes back
// What Shift and a click make of an event: the same beside what is shown
const besides = { cite: "cite_beside", open_page: "open_beside" };
const send = async (button, trigger, shift) => {
  const { event: named, confirm, prompt, accept, value, secret, ...data } = button.dataset;
  const event = (shift && document.body.dataset.source === "open" && besides[named]) || named;
  if (confirm && !(await dialog(confirm, accept || words.yes))) return;
  if (prompt !== undefined) {
    const given = await dialog(prompt, accept || words.save, value || "", secret !== undefined);
    if (!given) return;
    data.value = given;
  }
  if (beforeSending[event]?.(button, data) === false) return;
  trigger(event, data);
  afterSending[event]?.(button, data);
};
const connect = (element, trigger, watch) => {
  element.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-event]");
    if (button && element.contains(button)) send(button, trigger, event.shiftKey);
  });
  connections.forEach((work) => work(element, trigger));
  watch("value", () => watchers.forEach((work) => work(element)));
};
window.footnote = { connect };
