// Offer the cities that the reader chose last; they are kept in this browser only.
const KEY = "cities";
const form = document.querySelector("[data-city-chooser]");
const offer = form?.querySelector("[data-city-offer]");

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // nothing kept, or storage is forbidden
  }
};

const keep = () => {
  try {
    const { from, to } = form.elements;
    localStorage.setItem(KEY, JSON.stringify({ from: from.value, to: to.value }));
  } catch {
    // storage is forbidden: the address alone carries the choice
  }
};

const nameOf = (select, slug) => [...select.options].find((o) => o.value === slug)?.text;

if (form) {
  const { from, to } = form.elements;
  const last = read();
  const names = [nameOf(from, last.from), nameOf(to, last.to)];
  form.addEventListener("submit", keep);
  if (!from.value && !to.value && last.from && last.to && names.every(Boolean)) {
    offer.textContent = offer.dataset.cityOffer.replace("{from}", names[0]).replace("{to}", names[1]);
    offer.hidden = false;
    offer.addEventListener("click", () => {
      from.value = last.from;
      to.value = last.to;
      form.requestSubmit();
    });
  }
}
