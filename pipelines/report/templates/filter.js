// A list by its filters: words, and what is chosen of each kind. Without scripts all of it is shown.
(function () {
  "use strict";
  const form = document.querySelector("form[data-filters]");
  if (!form) return;
  const rows = Array.from(document.querySelectorAll("#" + form.dataset.filters + " tbody tr"));
  const said = rows.map((row) => row.textContent.toLowerCase());
  const words = form.querySelector("input[type=search]");
  const choices = Array.from(form.querySelectorAll("select"));
  const output = form.querySelector("output");
  function show() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = choices.filter((choice) => choice.value);
    let count = 0;
    rows.forEach((row, index) => {
      const fits = wanted.every((word) => said[index].includes(word)) &&
        chosen.every((choice) => row.getAttribute("data-" + choice.dataset.name) === choice.value);
      row.hidden = !fits;
      if (fits) count += 1;
    });
    output.textContent = count + " of " + rows.length + " shown";
  }
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
