from django.db import migrations

from server.accounts.append_only import backward, forward


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(forward, backward)]
