"use strict";
// A date alone is the same everywhere.
for (const time of document.querySelectorAll("time:not([data-date])")) {
  const form = {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
    // The digits of all other numbers on the page. Where a language has its own, browsers differ.
    numberingSystem: "latn",
  };
  time.title = time.textContent;
  // English without a country is that of the United States, whose dates begin with the month.
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  time.textContent = new Date(time.dateTime).toLocaleString(language, form);
}
const button = document.getElementById("copy");
if (button) {
  const json = document.getElementById("json");
  const said = document.getElementById("said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(json.textContent);
      said.textContent = button.dataset.copied;
    } catch {
      // Without TLS or permission there is no clipboard: show the text and select it instead.
      json.parentElement.open = true;
      getSelection().selectAllChildren(json);
      said.textContent = button.dataset.selected;
    }
  });
}
