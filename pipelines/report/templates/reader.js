// Labels in the reader's language: the one chosen last, else the browser's, else English. Nothing leaves the disk.
(function () {
  "use strict";
  const page = document.documentElement;
  const choice = document.getElementById("reader");
  const known = Array.from(choice.options, (option) => option.value);
  function kept() {
    try { return localStorage.getItem("fascicle-reader"); } catch (refused) { return null; }
  }
  function show(language) {
    page.dataset.reader = language;
    choice.value = language;
  }
  const wanted = [kept(), ...navigator.languages.map((name) => name.slice(0, 2).toLowerCase())];
  show(wanted.find((language) => known.includes(language)) || "en");
  choice.closest(".reader").hidden = false;
  choice.addEventListener("change", () => {
    show(choice.value);
    try { localStorage.setItem("fascicle-reader", choice.value); } catch (refused) { /* it holds for this page */ }
  });
})();
