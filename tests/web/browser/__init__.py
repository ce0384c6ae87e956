"""All pages in a real browser."""
