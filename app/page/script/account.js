// What is behind the name of the one who is signed in: closed by a click elsewhere, and by Escape
const closeAccount = () => {
  const open = $(".account[open]");
  if (!open) return false;
  open.open = false;
  open.querySelector("summary").focus();
  return true;
};
document.addEventListener("click", (event) => {
  const open = $(".account[open]");
  if (open && event.target instanceof Element && !open.contains(event.target)) open.open = false;
});
closers.unshift(closeAccount);
