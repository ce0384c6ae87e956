"""Rules: standards as data, and the verdicts they give over facts."""
