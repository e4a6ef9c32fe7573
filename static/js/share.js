// Share or copy the address of an entry, where the browser can.
const part = document.querySelector("[data-pass-on]");
const address = part.querySelector("[data-address]").href;
const share = part.querySelector("[data-share]");
const copy = part.querySelector("[data-copy-link]");

if (navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () =>
    navigator.share({ title: share.dataset.share, url: address }).catch(() => {}), // changed their mind
  );
}
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(address);
    copy.textContent = copy.dataset.done;
  });
}
