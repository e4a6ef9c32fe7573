// Warn before leaving a form with changes that were not saved: publish, preview and history are
// links beside it. Without this script the links simply leave.

const form = document.querySelector("#content-main form");
let isChanged = false;

form?.addEventListener("input", () => {
  isChanged = true;
});
form?.addEventListener("change", () => {
  isChanged = true;
});
form?.addEventListener("submit", () => {
  isChanged = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isChanged) {
    event.preventDefault();
  }
});
