// Buttons that copy the text of an input. Without script the text is there to be copied by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  const input = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      document.execCommand("copy"); // clipboard access needs https
    }
    button.textContent = button.dataset.copied;
  });
}
