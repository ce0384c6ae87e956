"""The agents at the sites: enrolment, approval, keys, state."""
