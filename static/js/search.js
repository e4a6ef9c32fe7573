// Offer completions while the reader types (the combobox pattern of WAI-ARIA), and count, without
// saying who, what was looked for.
const WAIT = 150;

const suggest = (form) => {
  const input = form.elements.q;
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[role=status]");
  let timer, request, at = -1;

  const options = () => [...list.children];
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    const all = options();
    at = (to + all.length) % all.length;
    all.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    input.value = option.textContent;
    close();
    form.requestSubmit();
  };
  const show = (texts) => {
    list.replaceChildren(
      ...texts.map((text, n) => {
        const option = document.createElement("li");
        Object.assign(option, { id: `${list.id}-${n}`, className: "searchbox__offer", textContent: text });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
    if (!texts.length) return close();
    at = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = form.dataset.offers.replace("{number}", texts.length);
  };
  const ask = async () => {
    request?.abort();
    if (!input.value.trim()) return close();
    request = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(input.value)}`, request);
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      close(); // overtaken by the next letter, or offline: the form works without
    }
  };

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const act = {
      ArrowDown: () => point(at + 1),
      ArrowUp: () => point(at < 0 ? -1 : at - 1),
      Escape: close,
      Enter: at < 0 ? null : () => choose(options()[at]),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
  list.addEventListener("click", (event) => event.target.role !== "listbox" && choose(event.target));
  input.addEventListener("blur", close);
};

const count = (where, facts) =>
  navigator.sendBeacon?.(where.dataset.count, new URLSearchParams({ q: where.dataset.query, ...facts }));

document.querySelectorAll("[data-search]").forEach(suggest);
const where = document.querySelector("[data-results]");
if (where) {
  count(where, { results: where.dataset.results });
  where.addEventListener("click", (event) => event.target.closest(".result a") && count(where, { clicked: 1 }));
}
