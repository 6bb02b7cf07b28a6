"""Rules between rows and tables that no stock expectation says, each a class named by what it expects."""

from __future__ import annotations

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


def rules_of(table: Table, rows: str | None = None) -> list[Asked]:
    """The rules a table declares, and that of its references; of the whole table where ``rows`` does not say which are
    judged. Raises KeyError for a name that no rule has."""
    ruled = [RULE_BY_NAME[name] for name in table.rules]
    declared: list[Asked] = [rule.on(table, None if rule.is_of_the_whole else rows) for rule in ruled]
    if any(field.references for field in table.fields):
        declared.append(ExpectReferencesToExist.on(table, rows))
    return declared


__all__ = ["RULES", "RULE_BY_NAME", "ExpectDeclarationToHold", "Rule", "rules_of"]
