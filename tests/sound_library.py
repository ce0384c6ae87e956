"""A library of one sound standard, as text: tests break it, or give it to a command."""

from typing import Final

LIBRARY: Final = """\
- id: ups.runtime
  question: Does every UPS carry its present load for at least $low?
  why: Servers need several minutes to shut down cleanly.
  how: Read the estimated runtime from the UPS.
  source: {title: "RFC 1628", url: "https://www.rfc-editor.org/rfc/rfc1628"}
  section: Power Management
  category: UPS health
  priority: high
  review: quarterly
  mode: automated
  tags: [ups]
  applies_to: {each: ups}
  settings:
    low: {default: 10 minutes, from: 3 minutes, to: 4 hours, says: the time a clean shutdown needs}
  check: {fact: ups.runtime_s, at_least: $low}
  remedy: Move load, or add a battery pack.
  cases:
    - {facts: {ups: {runtime_s: 600 seconds}}, verdict: yes}
    - {facts: {ups: {runtime_s: 599 seconds}}, verdict: no}
    - {facts: {ups: {}}, verdict: unknown}
"""
