// 适老版: read the page aloud with the browser's own voice, where it has one.
const bar = document.querySelector("[data-read-aloud]");
const speech = window.speechSynthesis;
const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, th, td, blockquote, summary";

// The innermost blocks, so that nothing is read twice; what is hidden or a control is left out.
const texts = () =>
  [...document.querySelectorAll("main *")]
    .filter((e) => e.matches(BLOCKS) && !e.querySelector(BLOCKS) && !e.closest("form, [hidden], [data-read-aloud]"))
    .filter((e) => e.checkVisibility?.() ?? true)
    .map((e) => e.innerText.trim())
    .filter(Boolean);

if (bar && speech) {
  const [start, stop] = bar.querySelectorAll("button");
  const show = (isReading) => {
    start.hidden = isReading;
    stop.hidden = !isReading;
  };
  const end = () => {
    speech.cancel();
    show(false);
  };
  start.addEventListener("click", () => {
    speech.cancel();
    // One utterance per block: long ones are cut off by some browsers.
    const utterances = texts().map((text) => new SpeechSynthesisUtterance(text));
    utterances.forEach((utterance) => {
      utterance.lang = document.documentElement.lang === "zh-Hans" ? "zh-CN" : document.documentElement.lang;
      utterance.rate = 0.9;
      speech.speak(utterance);
    });
    const last = utterances.at(-1);
    if (!last) return;
    last.onend = end;
    show(true);
    stop.focus();
  });
  stop.addEventListener("click", () => {
    end();
    start.focus();
  });
  window.addEventListener("pagehide", () => speech.cancel());
  bar.hidden = false;
}
