// What pages do besides being read. Each of them works without this.
"use strict";

// Choices that take effect at once need no button.
for (const choice of document.querySelectorAll("[data-submit]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
  for (const button of choice.form.querySelectorAll("[data-submitted]")) button.hidden = true;
}

// A fragment never reaches a server's log: links with a secret carry it there. It fills
// the form and leaves the address; nothing is sent before the person does.
const fragment = new URLSearchParams(location.hash.slice(1));
let filled;
for (const field of document.querySelectorAll("[data-fragment]")) {
  const value = fragment.get(field.dataset.fragment);
  if (value) {
    field.value = value;
    filled = field;
  }
}
if (filled) {
  history.replaceState(null, "", location.pathname + location.search);
  filled.form.querySelector("button").focus();
}

// Whoever chooses single things wants only these; whoever wants all chooses none.
for (const set of document.querySelectorAll("fieldset[data-choice]")) {
  set.addEventListener("change", ({target}) => {
    if (target.type === "checkbox" && target.checked) set.querySelector("[type=radio][value=some]").checked = true;
    if (target.type === "radio" && target.value === "all") for (const box of set.querySelectorAll("[type=checkbox]")) box.checked = false;
  });
}
