// Keys and small habits that all pages share. Nothing here is needed to use a page.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !field && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector(".dl-search input");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// Buttons that copy the commands before them; without this they stay hidden, and the text can be marked.
for (const button of document.querySelectorAll("[data-copy]")) {
  const commands = button.previousElementSibling;
  if (!commands || !navigator.clipboard) {
    continue;
  }
  const word = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(commands.textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = word), 2000);
    } catch {
      getSelection().selectAllChildren(commands);
    }
  });
}
