// Says that this form is still open, and shows who else has it open. The page itself says it once
// when it is opened, without this script. Nobody at the keyboard: nothing is sent, so that the
// session can end.
const EVERY = 60_000;
const IDLE_AFTER = 3 * EVERY;

const notice = document.querySelector("[data-presence]");
const token = document.querySelector("[name=csrfmiddlewaretoken]");
let lastActive = Date.now();

for (const type of ["input", "keydown", "pointerdown"]) {
  document.addEventListener(type, () => {
    lastActive = Date.now();
  });
}

async function renew() {
  if (document.hidden || Date.now() - lastActive > IDLE_AFTER) {
    return;
  }
  try {
    const response = await fetch(notice.dataset.presence, {
      method: "POST",
      headers: { "X-CSRFToken": token.value },
    });
    if (response.ok && !response.redirected) {
      notice.textContent = (await response.json()).sentence;
    }
  } catch {
    // No network: the next turn tries again.
  }
}

setInterval(renew, EVERY);
