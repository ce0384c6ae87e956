"""Background work: tasks are written once (`django_tasks`), and the database decides which engine does them."""
