// Pins and ratings: a press is sent as the state that it asks for; what the server kept is put into the answer's tools
const pressed = (button) => button.getAttribute("aria-pressed") === "true";
const remarkOf = (message) => $(".remark-box textarea", message);
let rated = ""; // the message whose rating is on its way, "remark" added where it is its remark
beforeSending.pin = (button, data) => { data.pinned = String(!pressed(button)); };
beforeSending.rate = (button, data) => {
  const message = button.closest(".message");
  const given = $(".rate[aria-pressed=true]", message)?.dataset.rating || "none";
  data.remark = remarkOf(message).value;
  if (data.rating === "same") data.rating = given;
  else if (pressed(button)) data.rating = "none";
  rated = `${data.message}${button.dataset.rating === "same" ? " remark" : ""}`;
};
const applyMarks = (element) => {
  const state = $("[data-message]", element);
  if (!state) return;
  const { message: key, pinned, rating, remark } = state.dataset;
  const message = $(`#main .message[data-message="${CSS.escape(key)}"]`);
  if (!message) return;
  $(".pin", message).setAttribute("aria-pressed", pinned);
  $$(".rate", message).forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.rating === rating)));
  if (!rated.startsWith(key)) return;
  const box = $(".remark-box", message);
  box.hidden = !rating;
  remarkOf(message).value = remark;
  if (rated.endsWith(" remark")) said($("button", box), words.saved);
  else if (rating === "bad") { box.scrollIntoView({ block: "nearest" }); remarkOf(message).focus(); }
  rated = "";
};
whenChanged("#marked", applyMarks);
// An answer that is opened from the list of chats: in sight, and marked for a moment
let sought = "";
const seek = () => {
  const message = sought && $(`#main .message[data-message="${CSS.escape(sought)}"]`);
  if (!message) return false;
  sought = "";
  const scroller = $("#scroll");
  scroller.scrollTop += message.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  message.classList.remove("sought");
  void message.offsetWidth; // so that the mark begins anew
  message.classList.add("sought");
  return true;
};
