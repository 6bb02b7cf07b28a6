"""Records of the Digital Library (MARCXML) as rows: what is known of resolutions whose text is not here.

Bibliographic records: 191 symbol, 245 title, 992 date of adoption, 269 date of the document, 991 agenda,
993 drafts and meeting. Voting records: 791 symbol, 952 meeting, 269 date of the vote, 967-969 votes by
country, 996 result. What a record lacks is None, never guessed.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pymarc import Field, Record, parse_xml_to_array

from pipelines.ingest.fetch.log import reading
from pipelines.symbols import Symbol, SymbolError, parse_symbol
from warehouse.schema.declare import Rows

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_MEETING = re.compile(r"/(?:PV|SR)\.")
_DRAFT = re.compile(r"/L\.")
_ILLEGAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[1245-9]|2\d|3[01]));"
)
_LEADER_LENGTH = 24
_VOTE_TAGS = ("967", "968", "969")
_RESULT = {"yes_count": "b", "no_count": "c", "abstention_count": "d", "non_voting_count": "e", "total_count": "f"}

Vote = Literal["yes", "no", "abstention", "non_voting"]
_VOTES: dict[str, Vote] = {"Y": "yes", "N": "no", "A": "abstention", "X": "non_voting", "NV": "non_voting"}


class LibraryError(ValueError):
    """MARCXML that cannot be read; the message is one line with the reason."""


@dataclass(frozen=True, slots=True)
class LibraryRecord:
    """What one or more records say of a resolution.

    ``drafts`` are drafts and reports in the order of the record; ``counts`` the result of the vote, by the
    columns of mart_vote; ``votes`` (country code, country, vote as printed); ``result`` the words of it.
    """

    symbol: Symbol
    title: str | None = None
    adopted_on: datetime.date | None = None
    distributed_on: datetime.date | None = None
    agenda_item: str | None = None
    agenda_title: str | None = None
    drafts: tuple[str, ...] = ()
    meeting: str | None = None
    result: str | None = None
    counts: tuple[tuple[str, int], ...] = ()
    votes: tuple[tuple[str | None, str, str | None], ...] = ()


def library_records(marcxml: bytes) -> list[LibraryRecord]:
    """What MARCXML (a record or a collection of them) says of resolutions, one item each, by symbol.

    Records of one symbol are joined: the bibliographic one goes first, the voting one fills what it lacks.
    Records of anything but resolutions are passed over; ``unread_symbols`` names what looks like one. Raises LibraryError for what is no MARCXML.
    """
    found: dict[str, list[tuple[bool, LibraryRecord]]] = {}
    for record in _parsed(marcxml):
        for is_vote, one in _read(record):
            found.setdefault(str(one.symbol), []).append((is_vote, one))
    return [_joined([one for _, one in sorted(found[symbol], key=lambda item: item[0])]) for symbol in sorted(found)]


def _resolution(one: LibraryRecord) -> dict[str, Any]:
    """Its row of mart_resolution: facts without text, so ``text_status`` is metadata and what only the text has is None."""
    return {
        "symbol": str(one.symbol),
        "organ": one.symbol.organ_name,
        "session_number": one.symbol.session_number,
        "title": one.title,
        "adopted_on": one.adopted_on,
        "agenda_item": one.agenda_item,
        "agenda_title": one.agenda_title,
        "source_document": None,
        "draft_symbol": one.drafts[0] if one.drafts else None,
        "meeting": one.meeting,
        "distributed_on": one.distributed_on,
        "operative_count": None,
        "preambular_count": None,
        "text_status": "metadata",
        "document_id": None,
    }


def _vote_row(one: LibraryRecord) -> list[dict[str, Any]]:
    """Its row of mart_vote, where the record tells how it was adopted: counts as the record states them, and whether they
    are those of the votes listed, None where none are listed."""
    counts = dict(one.counts)
    if not counts and not one.votes and not one.result:
        return []
    return [
        {
            "symbol": str(one.symbol),
            "voted_on": one.adopted_on,
            "meeting": one.meeting,
            "draft_symbol": one.drafts[0] if one.drafts else None,
            "result": one.result,
            **{name: counts.get(name) for name in _RESULT},
            "is_consistent": _is_consistent(one, counts),
        }
    ]


def _country_vote_rows(one: LibraryRecord) -> list[dict[str, Any]]:
    """Its rows of mart_country_vote, in the order of the list; ``vote`` is None for a mark of another kind."""
    return [
        {
            "symbol": str(one.symbol),
            "place": place,
            "country_code": code,
            "country": country,
            "vote": _vote(mark),
            "printed_text": mark,
        }
        for place, (code, country, mark) in enumerate(one.votes, start=1)
    ]


def unread_symbols(marcxml: bytes) -> list[str]:
    """Symbols of resolutions, as the records print them, that no rule understands: their records have no rows."""
    texts = {
        text for record in _parsed(marcxml) for field in record.get_fields("191", "791") for text in _all(field, "a")
    }
    return sorted(text for text in texts if "/RES/" in text and not _parses(text))


def _parses(text: str) -> bool:
    try:
        parse_symbol(text)
    except SymbolError:
        return False
    return True


def harvested_tables(home: Path) -> Rows:
    """``record_rows`` of all records harvested into a home. Raises FetchError when the log of downloads is damaged."""
    with reading(home) as log:
        return record_rows(log.records() if log is not None else ())


def record_rows(marcxmls: Iterable[bytes]) -> Rows:
    """Rows of mart_resolution, mart_vote and mart_country_vote of records, those of one symbol joined.

    Raises LibraryError as ``library_records`` does.
    """
    records = library_records(_collection(marcxmls))
    return {
        "mart_resolution": [_resolution(one) for one in records],
        "mart_vote": [row for one in records for row in _vote_row(one)],
        "mart_country_vote": [row for one in records for row in _country_vote_rows(one)],
    }


def _collection(marcxmls: Iterable[bytes]) -> bytes:
    pieces = [re.sub(rb"^\s*<\?xml[^>]*\?>", b"", one) for one in marcxmls]
    return b"<collection>" + b"".join(pieces) + b"</collection>"


def without_illegal_signs(xml: bytes) -> bytes:
    """XML without the control characters that it may not hold, as they are or by number: catalogues let them slip in."""
    return _ILLEGAL.sub(b"", xml)


def _parsed(marcxml: bytes) -> list[Record]:
    from lxml import etree

    if not marcxml.strip():
        raise LibraryError("no MARCXML: it is empty")
    marcxml = without_illegal_signs(marcxml)
    try:
        # Read once by lxml without entities or network: what goes on to pymarc is plain.
        root = etree.fromstring(marcxml, etree.XMLParser(resolve_entities=False, no_network=True))
        if root.getroottree().docinfo.doctype:
            raise LibraryError("MARCXML with a document type: it is not read")
        for leader in list(root.iter("{*}leader")):
            # Not used here, and pymarc refuses the whole record for a leader of another length.
            if len(leader.text or "") != _LEADER_LENGTH:
                leader.getparent().remove(leader)
        records = parse_xml_to_array(io.BytesIO(etree.tostring(root, encoding="utf-8")))
    except LibraryError:
        raise
    except Exception as problem:  # pymarc raises whatever its XML parser and its leader check raise
        raise LibraryError(f"no MARCXML: {' '.join(str(problem).split())}") from problem
    return [record for record in records if record is not None]


def _read(record: Record) -> list[tuple[bool, LibraryRecord]]:
    """What one record says, per symbol; each with whether it is a voting record."""
    for tag, is_vote in (("191", False), ("791", True)):
        found = [symbol for field in record.get_fields(tag) for symbol in _symbols(field)]
        if found:
            return [(is_vote, _facts(record, symbol, is_vote)) for symbol in dict.fromkeys(found)]
    return []


def _symbols(field: Field) -> list[Symbol]:
    found = []
    for text in field.get_subfields("a", "z"):
        try:
            symbol = parse_symbol(text.strip())
        except SymbolError:
            continue
        if symbol.kind == "resolution":
            found.append(symbol)
    return found


def _facts(record: Record, symbol: Symbol, is_vote: bool) -> LibraryRecord:
    document_date, action_date = _date(_first(record, "269", "a")), _date(_first(record, "992", "a"))
    related = [text for field in record.get_fields("993") for text in _all(field, "a")]
    drafts = [text for text in related if not _MEETING.search(text)]
    # A draft proper goes before the report that carries it.
    drafts.sort(key=lambda text: _DRAFT.search(text) is None)
    meetings = [text for text in related if _MEETING.search(text)]
    agenda = record.get_fields("991")
    return LibraryRecord(
        symbol=symbol,
        title=_title(record),
        adopted_on=action_date or (document_date if is_vote else None),
        distributed_on=None if is_vote else document_date,
        agenda_item=_trimmed(_first_of(agenda, "b")),
        agenda_title=_trimmed(_first_of(agenda, "c")),
        drafts=tuple(_canonical(text) for text in dict.fromkeys(drafts)),
        meeting=_trimmed(_first(record, "952", "a")) or (_canonical(meetings[0]) if meetings else None),
        result=_trimmed(_first(record, "996", "a")),
        counts=_counts(record),
        votes=tuple(vote for tag in _VOTE_TAGS for field in record.get_fields(tag) for vote in _country(field)),
    )


def _joined(records: list[LibraryRecord]) -> LibraryRecord:
    """Records of one symbol as one: the first that states a fact is believed."""
    first = records[0]
    names = [name for name in LibraryRecord.__slots__ if name != "symbol"]
    stated = {name: next((value for one in records if (value := getattr(one, name))), None) for name in names}
    return replace(first, **{name: value for name, value in stated.items() if value is not None})


def _title(record: Record) -> str | None:
    """The title proper, with the parts that belong to it, without the cataloguers' punctuation."""
    field = next(iter(record.get_fields("245")), None)
    if field is None:
        return None
    return _trimmed(" ".join(_all(field, "a", "n", "p")))


def _country(field: Field) -> list[tuple[str | None, str, str | None]]:
    country = _trimmed(next(iter(_all(field, "e")), None))
    if country is None:
        return []
    return [(next(iter(_all(field, "c")), None), country, next(iter(_all(field, "d")), None))]


def _counts(record: Record) -> tuple[tuple[str, int], ...]:
    field = next(iter(record.get_fields("996")), None)
    if field is None:
        return ()
    stated = {name: next(iter(_all(field, code)), "") for name, code in _RESULT.items()}
    return tuple((name, int(text)) for name, text in stated.items() if text.isdecimal())


def _is_consistent(one: LibraryRecord, counts: dict[str, int]) -> bool | None:
    if not one.votes or not counts:
        return None
    cast = [_vote(mark) for _, _, mark in one.votes]
    counted = {f"{name}_count": cast.count(name) for name in _VOTES.values()} | {"total_count": len(cast)}
    return all(counted[name] == stated for name, stated in counts.items())


def _vote(mark: str | None) -> Vote | None:
    """A country's vote; no mark means that it did not vote."""
    return "non_voting" if mark is None else _VOTES.get(mark.upper())


def _first(record: Record, tag: str, code: str) -> str | None:
    return _first_of(record.get_fields(tag), code)


def _first_of(fields: list[Field], code: str) -> str | None:
    return next((text for field in fields for text in _all(field, code)), None)


def _all(field: Field, *codes: str) -> list[str]:
    return [text for raw in field.get_subfields(*codes) if (text := " ".join(raw.split()))]


def _trimmed(text: str | None) -> str | None:
    """Text without the punctuation that parts one subfield from the next."""
    return (text or "").strip().rstrip(" :/;,.=").strip() or None


def _canonical(text: str) -> str:
    """A symbol in its usual spelling, any other text as it is."""
    try:
        return str(parse_symbol(text))
    except SymbolError:
        return text


def _date(text: str | None) -> datetime.date | None:
    """A whole date, 2022-04-01 or 20220401; None for a year or a month alone."""
    found = _DATE.fullmatch((text or "").strip().rstrip("."))
    if found is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
