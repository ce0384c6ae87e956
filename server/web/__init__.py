"""The shell around all pages: navigation, theme, home, search."""
