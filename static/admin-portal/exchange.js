// A file that is too large is told of before it is sent: a server that refuses it half-way
// leaves the browser with no answer to show.

for (const form of document.querySelectorAll("[data-import-form]")) {
  const input = form.querySelector("input[type=file]");
  const warning = form.querySelector("[data-too-large]");
  const isTooLarge = () => input.files[0]?.size > Number(form.dataset.maxBytes);

  input.addEventListener("change", () => {
    warning.hidden = !isTooLarge();
  });
  form.addEventListener("submit", (event) => {
    if (isTooLarge()) event.preventDefault();
  });
}
