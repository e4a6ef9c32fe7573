"""The departments of an old document back into rows."""

from contacts.models import Department


def restore_departments(row, parts, writer):
    """The departments' parts in an entry; each role of a department is a row of its own."""

    def fill(child, part):
        department = writer.find(Department, part["department"])
        if department is not None:
            child.department, child.role = department, part["role"]
            child.save()

    writer.children(
        row.departments,
        parts,
        fill,
        row_key=lambda child: (str(child.department_id), child.role),
        part_key=lambda part: (part["department"]["id"], part["role"]),
    )
