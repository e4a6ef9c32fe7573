// Two helps for the forms of the staff area; both work without this script, only less well.

// Publish, preview and history are links beside the form: warn before they drop what was typed.
const form = document.querySelector("#content-main form[novalidate]");
let isChanged = false;
for (const type of ["input", "change"]) {
  form?.addEventListener(type, () => {
    isChanged = true;
  });
}
form?.addEventListener("submit", () => {
  isChanged = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isChanged) {
    event.preventDefault();
  }
});

// select2 gives its boxes no name: let the field's own label name them.
function nameAutocomplete(select) {
  const label = document.querySelector(`label[for="${select.id}"]`);
  const box = select.parentElement.querySelector(".select2-container");
  if (!label || !box) {
    return;
  }
  label.id = `${select.id}_label`;
  const combobox = box.querySelector(".select2-selection--single");
  const shown = box.querySelector(".select2-selection__rendered");
  for (const element of combobox ? [combobox, shown] : []) {
    element.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
  }
  box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
}

function nameAutocompletes(root) {
  root.querySelectorAll("select.admin-autocomplete").forEach(nameAutocomplete);
}

// Django's own script dresses the boxes in callbacks of the same kind, registered before these.
globalThis.django?.jQuery?.(() => nameAutocompletes(document));
document.addEventListener("formset:added", (event) => nameAutocompletes(event.target));
