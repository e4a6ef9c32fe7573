// Remember that the reader switched 适老版 on, in this browser only, and switch it on again.
const KEY = "view";
const link = document.querySelector("[data-view-switch]");

const stored = () => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is forbidden: the address alone carries the view
  }
};

const store = (view) => {
  try {
    if (view) localStorage.setItem(KEY, view);
    else localStorage.removeItem(KEY);
  } catch {
    // see above
  }
};

if (link) {
  // On a standard page the link leads to 适老版, and its data says so.
  const view = link.dataset.viewSwitch;
  link.addEventListener("click", () => store(view));
  if (view && stored() === view) location.replace(link.href + location.hash);
}
