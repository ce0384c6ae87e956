"""The API for programs: the same actions, rights and scope as the pages, as JSON under /api/v1/."""
