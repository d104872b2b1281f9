"""What ``check`` and ``report`` have in common: measure, then write and print."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sprintbot.errors import UsageError
from sprintbot.request import Whereabouts
from sprintbot.start import Start

if TYPE_CHECKING:
    from sprintbot.cli.writing import Documents
    from sprintbot.measurement import Measured


def measure_and_tell(start: Start, wanted: "Documents", *, verbose: bool, quiet: bool) -> "Measured":
    """Finish what was started, and publish it. Git works while what is heavy is imported, in two halves."""
    import_module("sprintbot.manifest.model")
    start.list_tree()
    from sprintbot.cli.progress import Ticker
    from sprintbot.cli.writing import publish
    from sprintbot.measurement import finish

    with Ticker(quiet=quiet) as ticker:
        measured = finish(start, ticker.tell, links=wanted.shows_links)
    publish(measured, wanted, verbose=verbose, quiet=quiet)
    return measured


def default_report(where: Whereabouts) -> Path:
    """``reports/<sprint>.md`` at the top of the repository around the manifest. Raises UsageError for none."""
    if where.top is None:
        raise UsageError(
            "the report would go into the repository that --repo names, which is never written to",
            "Say where it shall go: -o FILE",
        )
    return where.top / "reports" / f"{where.file.stem}.md"
