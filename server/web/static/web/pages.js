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
