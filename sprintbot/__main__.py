"""``sprintbot`` and ``python -m sprintbot``."""

import sys


def main() -> int:
    """Run the command line; gives its exit code."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):  # answered before anything heavy is imported
        from sprintbot import __version__

        sys.stdout.write(f"sprintbot {__version__}\n")
        return 0
    import gc

    gc.set_threshold(100_000)  # what start-up makes all stays, and looking it through costs 6 % of a short run
    try:
        from sprintbot.cli.guard import run_guarded

        return run_guarded(arguments)
    finally:
        gc.freeze()  # at exit nothing is looked through once more, which costs another 8 %


if __name__ == "__main__":
    sys.exit(main())
