"""The checklist and the facts as a person or a program reads them: terminal, HTML, CSV, JSON."""
