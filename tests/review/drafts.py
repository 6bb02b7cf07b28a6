"""Drafts to be reviewed, printed from the bundled edition by our own renderer, and what editors put into such files."""

from __future__ import annotations

import io
from functools import lru_cache

from benches.render.render import render
from benches.review import planted, replaced, review_of_bytes
from pipelines.read.word.package import Package
from pipelines.review.notes import Note
from pipelines.run.document import read_and_judge
from tests.benches.render.facts import seed_facts
from warehouse.schema.declare import Rows

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@lru_cache(maxsize=4)
def draft(language: str, form: str) -> bytes:
    """The bundled edition printed in a language and format, misprints and all."""
    return render(seed_facts(), language, form)  # type: ignore[arg-type]


@lru_cache(maxsize=4)
def judged_draft(language: str, form: str) -> Rows:
    """Rows of a draft, judged."""
    return read_and_judge(draft(language, form), form, {}, "0")  # type: ignore[arg-type]


@lru_cache(maxsize=4)
def draft_notes(language: str, form: str) -> tuple[Note, ...]:
    """What a review says of a draft."""
    return tuple(review_of_bytes(draft(language, form), form))  # type: ignore[arg-type]


def edited(data: bytes) -> bytes:
    """A Word file with a comment of somebody else, tracked changes, a field and a footnote's mark among its words."""
    from docx import Document

    document = Document(io.BytesIO(data))
    paragraph = next(one for one in document.paragraphs if one.text.startswith("10.70"))
    document.add_comment(paragraph.runs, "Is this the figure agreed?", author="Editor", initials="E")
    out = io.BytesIO()
    document.save(out)
    made = out.getvalue()
    name = Package(made).main
    content = Package(made).raw(name)
    changes = (
        f'<w:del {_W} w:id="901" w:author="E" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>0.8</w:delText></w:r></w:del>'
        f'<w:ins {_W} w:id="902" w:author="E" w:date="2026-01-01T00:00:00Z"><w:r><w:t>0.9</w:t></w:r></w:ins>'
    )
    field = (
        f'<w:r {_W}><w:fldChar w:fldCharType="begin"/></w:r><w:r {_W}><w:instrText> REF x </w:instrText></w:r>'
        f'<w:r {_W}><w:fldChar w:fldCharType="separate"/></w:r><w:r {_W}><w:t>$149,700</w:t></w:r>'
        f'<w:r {_W}><w:fldChar w:fldCharType="end"/></w:r>'
    )
    text = content.decode()
    at = text.index("0.9</w:t>")
    start, end = text.rindex("<w:r>", 0, at), text.index("</w:r>", at) + len("</w:r>")
    text = text[:start] + changes + text[end:]
    at = text.index("$149,700")
    start, end = text.rindex("<w:t", 0, at), text.index("</w:t>", at)
    before, after = text[start:end].split("$149,700")
    text = f'{text[:start]}{before}</w:t></w:r>{field}<w:r><w:t xml:space="preserve">{after}{text[end:]}'
    return replaced(made, name, text.encode())


__all__ = ["draft", "draft_notes", "edited", "judged_draft", "planted"]
