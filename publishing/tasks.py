"""What the background worker does for publishing."""

from django_tasks import task


@task()
def carry_out_due():
    """Publish and withdraw what was planned for a time that has come."""
    from publishing import workflow

    workflow.run_due()
