"""What the comment of a published schema says: which release it holds, and the form it was given.

The form is one hash of what a full copy makes besides rows: of the statements of today's program, and of what the server's
catalogue says of the schema. It is another when a table was declared otherwise, or when somebody dropped an index or granted
a right; then rows that changed are not enough.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

BEGINNING = "Fascicle release "
"""How the comment begins of every schema that was made here."""
_SAYS = re.compile(r"Fascicle release (\S+), content ([0-9a-f]+), form ([0-9a-f]+)")

_CATALOGUE = """
WITH ours AS (SELECT oid, relname FROM pg_class WHERE relnamespace = to_regnamespace(%(schema)s)),
said (line) AS (
    SELECT concat_ws(' ', 'schema', nspowner::regrole, nspacl, current_user)
    FROM pg_namespace WHERE oid = to_regnamespace(%(schema)s)
    UNION ALL
    SELECT concat_ws(' ', 'relation', relname, relkind, relpersistence, relowner::regrole, relacl, reloptions,
        relrowsecurity, relforcerowsecurity, reltablespace, obj_description(oid, 'pg_class'))
    FROM pg_class JOIN ours USING (oid, relname)
    UNION ALL
    SELECT concat_ws(' ', 'column', relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attcollation,
        attisdropped, attgenerated, attidentity, attacl, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
    FROM pg_attribute JOIN ours ON attrelid = ours.oid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0
    UNION ALL
    SELECT concat_ws(' ', 'constraint', relname, conname, convalidated, pg_get_constraintdef(pg_constraint.oid))
    FROM pg_constraint JOIN ours ON conrelid = ours.oid
    UNION ALL
    SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident)
    FROM pg_index JOIN ours ON indrelid = ours.oid
    UNION ALL
    SELECT concat_ws(' ', 'trigger', relname, tgname, tgenabled, CASE WHEN NOT tgisinternal THEN pg_get_triggerdef(pg_trigger.oid) END)
    FROM pg_trigger JOIN ours ON tgrelid = ours.oid WHERE NOT tgisinternal OR tgenabled <> 'O'
    UNION ALL
    SELECT concat_ws(' ', 'rule', pg_get_ruledef(pg_rewrite.oid)) FROM pg_rewrite JOIN ours ON ev_class = ours.oid
    UNION ALL
    SELECT concat_ws(' ', 'policy', relname, polname, polcmd) FROM pg_policy JOIN ours ON polrelid = ours.oid
    UNION ALL
    SELECT concat_ws(' ', 'function', proname) FROM pg_proc WHERE pronamespace = to_regnamespace(%(schema)s)
    UNION ALL
    SELECT concat_ws(' ', 'default right', defaclobjtype, defaclnamespace, defaclacl) FROM pg_default_acl
    WHERE defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
)
SELECT string_agg(line, E'\\n' ORDER BY line COLLATE "C") FROM said
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """The release that a schema holds, and the form it was given; ``form`` is empty where an older version made it."""

    release_id: str
    content_hash: str
    form: str

    def text(self) -> str:
        """As a comment on the schema."""
        return f"{BEGINNING}{self.release_id}, content {self.content_hash}, form {self.form}"


def read_mark(comment: str) -> Mark | None:
    """What a comment says; None where it does not say all of it, as comments of older versions do."""
    said = _SAYS.fullmatch(comment)
    return Mark(said[1], said[2], said[3]) if said else None


def form_of(connection: psycopg.Connection[Any], schema: str, statements: Iterable[str]) -> str:
    """The form of a published schema, made with these statements.

    The search path has to be the schema: the server names tables with or without their schema by it.
    """
    made = hashlib.sha256("\n".join(statements).encode())
    said = connection.execute(_CATALOGUE, {"schema": schema}).fetchone()
    made.update(str(said).encode())
    return made.hexdigest()
