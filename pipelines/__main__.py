"""Entry point of the command ``fascicle``: clean the module path, then run the command."""

from __future__ import annotations

from pipelines.run.isolated import clean_module_path


def main() -> None:
    """Run the command line; nothing beside the program is imported (``pipelines.run.isolated``)."""
    clean_module_path()
    from pipelines.command import main as run_command

    run_command()


if __name__ == "__main__":
    main()
