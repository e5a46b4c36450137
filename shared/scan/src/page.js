"use strict";
for (const time of document.querySelectorAll("time")) {
  const form = {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  };
  time.title = time.textContent;
  time.textContent = new Date(time.dateTime).toLocaleString("en-GB", form);
}
const button = document.getElementById("copy");
if (button) {
  const json = document.getElementById("json");
  const said = document.getElementById("said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(json.textContent);
      said.textContent = "Copied";
    } catch {
      // Without TLS or permission there is no clipboard: show the text and select it instead.
      json.parentElement.open = true;
      getSelection().selectAllChildren(json);
      said.textContent = "Selected: copy it from here";
    }
  });
}
