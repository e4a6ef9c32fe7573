// Say whether an office is open now, by its usual hours in Beijing time; copy its address.
const now = () => {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Shanghai",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(new Date());
  const part = (type) => parts.find((p) => p.type === type).value;
  const weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday")) + 1;
  return [weekday, `${part("hour")}:${part("minute")}`];
};

const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

const showOpen = (line) => {
  const spans = JSON.parse(line.dataset.hours);
  const [weekday, time] = now();
  const open = spans.find(([day, from, to]) => day === weekday && from <= time && time < to);
  if (open) {
    line.textContent = fill(line.dataset.open, { time: open[2] });
  } else {
    // The next opening: how many days ahead, then the time; today's are over if they have begun.
    const ahead = ([day, from]) => ((day - weekday + 7) % 7) + (day === weekday && from <= time ? 7 : 0);
    const next = [...spans].sort((a, b) => ahead(a) - ahead(b) || a[1].localeCompare(b[1]))[0];
    const row = line.closest("[data-office]").querySelector(`[data-weekday="${next[0]}"]`);
    const day = ahead(next) === 0 ? "" : row.textContent.trim().split(" ")[0];
    line.textContent = fill(line.dataset.next, { day, time: next[1] });
  }
  line.classList.toggle("office__now--open", Boolean(open));
  line.hidden = false;
};

document.querySelectorAll("[data-hours]").forEach(showOpen);
if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const address = button.closest("[data-office]").querySelector("[data-address]");
      await navigator.clipboard.writeText(address.textContent);
      button.textContent = button.dataset.done;
    });
  });
}
