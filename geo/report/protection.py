"""The protection statement of a report, in words, and its numbers for the manifest."""

from collections.abc import Sequence
from typing import Any

from geo.disclosure.protection import FEWEST_HIDDEN, Protection
from geo.disclosure.rules import Rule
from geo.disclosure.table import confidential_rows
from geo.geography.places import Place
from geo.report.indicators.sums import DEPRIVED
from geo.report.outcomes import Outcomes
from geo.views.site.protection import ProtectionPage, protection_page
from geo.views.style.wording import listed

PAGE = "protection.html"
_ATTACKS = (
    "Subtraction: each total less its other parts, over wards and every grouping that is printed "
    "(nested or not), sexes, ages, and other indicators that add up in the numbers or are declared "
    "to.",
    "Feasibility intervals: for each hidden count the least and the greatest whole number that "
    "fits everything printed, by linear and integer programming (Fischetti and Salazar 2001); "
    "they may not be narrower than the rule itself leaves open (sliding protection level).",
    "Counts behind percentages, rates and their limits, from denominators and decimals printed.",
    "Small denominators, and values on fewer events than the rule asks for.",
    "Earlier publications that were given to the build: all of this over them and this one "
    "together, with their groups, LSOAs, rules and periods.",
    "The choice itself (minimality attack): of equally good cells to hide, a key settles which; it "
    "is the publisher's own (disclosure.key), or made of all confidential counts together. One "
    "cell in four is spared where up to three others can be hidden instead, and one in four totals "
    "that are not small, but all of whose parts are, is hidden, so that neither how few are hidden "
    "nor a hidden total tells which are small.",
    "Periods of unequal length that overlap: refused before anything is counted.",
)
_UNPROTECTED = (
    "Somebody who knows some of the hidden counts already, such as a school that knows its own "
    "pupils, and can subtract them.",
    "Other publications of the same counts, by anybody, that were not given to the build.",
    "Somebody who knows how further cells are chosen and reasons from the pattern, where few "
    "counts are hidden in all and no disclosure.key lies in the data folder: all that they "
    "could be can then be tried.",
    "What a pattern makes likely without making it certain: intervals are protected, not "
    "probabilities.",
    "That nobody, or everybody, of an area is counted, unless the rule says so.",
)
_DOMINANCE_ATTACK = (
    "Sums and means of which the largest contributions are known: each that the (n, k) dominance "
    "rule or the p% rule calls sensitive is hidden, and the greatest total that fits everything "
    "printed (of a mean: times its denominator) reaches its upper protection level, as τ-ARGUS "
    "defines it; by linear programming. What the hidden parts of a printed total add up to is "
    "judged like a cell, so that of two contributors neither tells the other (singletons). Counts "
    "without such contributions are taken for counts of people, each of whom adds one."
)
_DOMINANCE_UNPROTECTED = (
    "A contributor who subtracts their own contribution from hidden sums that only several totals "
    "together give, or who knows the parameters of the dominance or p% rule, which are therefore "
    "told nowhere.",
    "Somebody who knows the greatest value that anybody can contribute, or how much less than is "
    "printed a hidden sum may be: upper protection levels are kept, lower ones are not.",
)
_DOMINANCE_TERMS = (
    (
        "(n, k) dominance rule",
        "Sensitive is a sum or mean of which the n largest contributions "
        "make more than k % of the total.",
    ),
    (
        "p% rule",
        "Sensitive is a sum or mean whose largest contribution the second largest "
        "contributor, who subtracts their own, could tell to within p %.",
    ),
    (
        "Upper protection level",
        "How far above a sensitive total the feasibility interval has to "
        "reach, so that the largest contribution stays as uncertain as the rule asks.",
    ),
)
_TERMS = (
    ("Primary suppression", "Cells hidden by the rule itself (threshold, dominance), called "
     "unsafe or sensitive in τ-ARGUS, sdcTable and ACRO."),
    ("Secondary suppression", "Cells hidden so that primary ones cannot be worked out "
     "(complementary suppression)."),
    ("Withheld", "An indicator that is not shown for areas this small, zeros too, so that larger "
     "areas keep their figures."),
    ("Feasibility interval", "The numbers that a hidden count may still be for somebody who knows "
     "everything printed and the rule."),
    ("Information lost", "Share of cells that are not printed."),
)  # fmt: skip


def protection_statement(
    found: Outcomes, place: Place, made: str, notices: Sequence[str]
) -> str | None:
    """Write the page; None where nothing is confidential."""
    done = found.protection
    if done is None:
        return None
    kinds = list(dict.fromkeys(done.cells["area_type"]))
    names = found.catalogue.set_index("indicator_id")["short_name"]
    told = done.cells.set_index(["indicator_id", "area_type"])
    rows = [
        (
            str(names[name]),
            [
                _words(told.loc[(name, kind)]) if (name, kind) in told.index else "–"
                for kind in kinds
            ],
        )
        for name in done.cells["indicator_id"].unique()
    ]
    return protection_page(
        ProtectionPage(
            place=place.name,
            made=made,
            rule=done.rule.words,
            summary=_summary(done),
            levels=[_heading(kind, place) for kind in kinds],
            rows=rows,
            attacks=_attacks(done.rule),
            unprotected=_unprotected(done.rule),
            terms=_TERMS + (_DOMINANCE_TERMS if done.rule.contributions else ()),
            notices=notices,
        )
    )


def _attacks(rule: Rule) -> tuple[str, ...]:
    return (*_ATTACKS, _DOMINANCE_ATTACK) if rule.contributions else _ATTACKS


def _unprotected(rule: Rule) -> tuple[str, ...]:
    return (*_UNPROTECTED, *_DOMINANCE_UNPROTECTED) if rule.contributions else _UNPROTECTED


def _heading(kind: str, place: Place) -> str:
    if kind == DEPRIVED:
        return "Most deprived 30% and the rest"
    words = place.name if kind == "borough" else place.area_type(kind).plural
    return words[0].upper() + words[1:]


def _words(cell: Any) -> str:
    if cell["withheld"] == cell["cells"]:
        return "all withheld"
    withheld = f", {cell['withheld']} withheld" if cell["withheld"] else ""
    return f"{cell['hidden']} of {cell['cells']}{withheld}" if cell["hidden"] else "none"


def _summary(done: Protection) -> list[tuple[str, str]]:
    totals = done.totals
    share = (
        f"not told of fewer than {FEWEST_HIDDEN} hidden cells"
        if done.primary_percent is None
        else f"about {done.primary_percent}% (to the nearest 10%, and never none or all)"
    )
    narrowest = (
        "no count is hidden"
        if done.narrowest is None
        else f"at least {done.narrowest} whole numbers remain possible for every hidden count that "
        "may be small"
    )
    return [
        ("Cells", f"{totals['cells']:,}, of which {totals['hidden']:,} are hidden"),
        ("Information lost", f"{done.lost_percent:g}% of cells"),
        ("Withheld", f"{totals['withheld']:,} of the hidden cells"),
        ("Primary, of the other hidden cells", share),
        ("Narrowest feasibility interval", narrowest),
    ]


def wholly_hidden(found: Outcomes | None) -> tuple[str, ...]:
    """Say of which confidential indicators nothing is shown; nothing where there is none."""
    if found is None or found.protection is None:
        return ()
    facts = found.catalogue.set_index("indicator_id")
    rows = found.comparisons[found.comparisons["area_type"].ne("england")]
    rows = rows[confidential_rows(rows, found.catalogue)]
    hidden, shown = (
        rows["state"].isin(states).groupby(rows["indicator_id"], sort=False).any()
        for states in (["suppressed"], ["value", "zero"])
    )
    names = list(facts["short_name"][hidden.index[hidden & ~shown]])
    if not names:
        return ()
    return (
        f"Nothing is shown of {listed(names)}: disclosure control hides every figure, of each "
        f"level and period ({found.protection.rule.words}). Figures over more years or of larger "
        f"groups would leave some to show; {PAGE} says what is hidden.",
    )


def protection_entry(found: Outcomes | None) -> dict[str, Any] | None:
    """Give the numbers of the statement, for the manifest; None where nothing is confidential."""
    if found is None or found.protection is None:
        return None
    done = found.protection
    return {
        "rule": done.rule.words,
        **done.totals,
        "information_lost_percent": done.lost_percent,
        "primary_percent_of_hidden_to_nearest_ten": done.primary_percent,
        "narrowest_interval": done.narrowest,
        "by_indicator_and_level": done.cells.to_dict("records"),
        "attacks": list(_attacks(done.rule)),
        "not_protected_against": list(_unprotected(done.rule)),
    }
