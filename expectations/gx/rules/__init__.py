"""Rules between rows and tables that no stock expectation says, each a class named by what it expects."""

from __future__ import annotations

from collections.abc import Collection

from expectations.gx.rules import facts, judgement, reading
from expectations.gx.rules.base import Asked, ExpectDeclarationToHold, ExpectReferencesToExist, Rule
from warehouse.schema.declare import Table

RULES: tuple[type[Rule], ...] = (
    reading.ExpectEveryLineToBeKept,
    reading.ExpectNoLineInsideATableToBeUnclaimed,
    reading.ExpectPrintedTextToStandOnItsLines,
    reading.ExpectPrintedDigitsToBeTheValue,
    reading.ExpectCellsToStandInTheirRow,
    reading.ExpectOutlinesToPointAtRows,
    reading.ExpectTablesToCountTheirCells,
    facts.ExpectClaimsToHaveAPlace,
    facts.ExpectClaimsToSayWhatIsPrinted,
    facts.ExpectFactsToSayWhatTheirCellSays,
    facts.ExpectAmountsToBeTheirClaims,
    facts.ExpectPostsToBeTheirClaims,
    facts.ExpectQuantitiesToBeTheirCells,
    facts.ExpectClaimsOfFactsToBeCounted,
    facts.ExpectQualityToFollowTheRelations,
    facts.ExpectDoubtfulFactsToRestOnADoubt,
    facts.ExpectSectionTotalsToBeCountedOnce,
    facts.ExpectEverySectionToHaveItsTotal,
    judgement.ExpectViolatedRelationsToHaveAFinding,
    judgement.ExpectVerdictsToFollow,
    judgement.ExpectResidualsToBeThoseOfTheMembers,
    judgement.ExpectRelationsToCountTheirMembers,
    judgement.ExpectMembersToBePrinted,
    judgement.ExpectFindingsToQuoteTheirClaim,
    judgement.ExpectFindingsToHaveAPlace,
    judgement.ExpectDifferencesToBePrintedLessImplied,
    judgement.ExpectChecksToAddUp,
    judgement.ExpectChecksToCountTheirRelations,
    judgement.ExpectChecksToLookWhereTheirSubjectIs,
)

RULE_BY_NAME: dict[str, type[Rule]] = {rule.expectation_type: rule for rule in RULES}


def rules_of(table: Table, rows: str | None = None, idle: Collection[str] | None = None) -> list[Asked]:
    """The rules a table declares, and that of its references; of the whole table where ``rows`` does not say which are
    judged. ``idle`` are the checks that evaluated nothing, where that is known. Raises KeyError for a name that no rule has."""
    declared: list[Asked] = []
    for rule in (RULE_BY_NAME[name] for name in table.rules):
        of_rows = None if rule.is_of_the_whole else rows
        if idle is not None and issubclass(rule, judgement.ExpectChecksToLookWhereTheirSubjectIs):
            declared.append(rule.on(table, of_rows, idle))
        else:
            declared.append(rule.on(table, of_rows))
    if any(field.references for field in table.fields):
        declared.append(ExpectReferencesToExist.on(table, rows))
    return declared


__all__ = ["RULES", "RULE_BY_NAME", "ExpectDeclarationToHold", "Rule", "rules_of"]
