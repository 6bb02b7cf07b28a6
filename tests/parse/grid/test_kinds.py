"""What a table is, where the headings above it mislead."""

from tests.parse.fascicle_blocks import fascicle, grid, heading, paragraph, read

PAGES = grid([["", "Page"], ["I. Summary", "3"], ["II. Plan", "5"], ["III. Resources", "12"]])
AMOUNTS = grid(
    [
        ["Fleet", "Hours flown", "Hours on the ground"],
        ["Helicopters", "121 382.1", "135 366.5"],
        ["Aeroplanes", "56 690.9", "55 559.3"],
    ]
)


def _kinds(*parts: object) -> list[str]:
    rows = read(fascicle(heading("Contents"), *parts))  # type: ignore[arg-type]
    return [table["kind"] for table in rows["mart_table"]]


def test_a_table_of_figures_below_the_contents_is_none_of_pages() -> None:
    assert _kinds(PAGES, paragraph("Summary"), AMOUNTS) == ["contents", "statistics"]


def test_what_follows_a_table_of_figures_is_no_longer_contents() -> None:
    assert _kinds(PAGES, AMOUNTS, PAGES) == ["contents", "statistics", "statistics"]


def test_contents_may_go_on_in_a_second_table() -> None:
    assert _kinds(PAGES, PAGES) == ["contents", "contents"]


def test_figures_of_tables_below_the_contents_are_values() -> None:
    rows = read(fascicle(heading("Contents"), PAGES, AMOUNTS))
    assert [str(cell["value"]) for cell in rows["mart_cell"]] == ["121382.1", "135366.5", "56690.9", "55559.3"]
