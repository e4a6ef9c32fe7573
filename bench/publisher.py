"""Publishes the first measure under each title that it is told: run in a process of its own.

Prints the newest sequence; then reads a title from each line and prints when the edition was there
for everybody (seconds of the monotonic clock, which all processes of a machine share), and its
sequence. At the end the measure is as it was.
"""

import sys
import time

import django


def main():
    django.setup()
    from guide.models import Measure
    from publishing import services
    from publishing.catalogue import current_version

    measure = Measure.objects.order_by("position", "slug").first()
    before = measure.title
    print(current_version().sequence, flush=True)
    try:
        for line in sys.stdin:
            print(*_publish(services, measure, line.strip()), flush=True)
    finally:
        _publish(services, measure, before)


def _publish(services, measure, title):
    measure.title = title
    measure.save()
    edition = services.publish(entry=measure, by=None, note="示例")
    return time.monotonic(), edition.id


if __name__ == "__main__":
    main()
