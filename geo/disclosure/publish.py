"""What may be published of confidential indicators: as many areas as can be shown safely."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from geo.disclosure.audit import audit_disclosure, audit_dominance
from geo.disclosure.earlier import Earlier
from geo.disclosure.hiding_order import key_of_counts
from geo.disclosure.linked_series import relations_between, unexplained
from geo.disclosure.optimise import UnprotectableError
from geo.disclosure.publications import WITHHELD
from geo.disclosure.relations import Relation, Relations, related, with_blanks
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.disclosure.table import KEYS
from geo.errors import GeoError, TableError, labelled
from geo.notes import Notes, note
from geo.vocabulary.area_types import area_type
from geo.vocabulary.measures import contributions_in


@dataclass(frozen=True)
class Safeguards:
    """What confidential counts are protected by, and against.

    Parameters
    ----------
    rule : Rule
        Which numbers are too small.
    relations : sequence of Relation, optional
        Series that add up in every area; those that hold in the table where not given.
    earlier : Earlier, optional
        What was published before.
    key : bytes, optional
        As for :func:`suppress`.
    """

    rule: Rule = field(default_factory=Rule)
    relations: Sequence[Relation] | None = None
    earlier: Earlier | None = None
    key: bytes | None = None


def publishable(
    table: pd.DataFrame,
    hierarchy: pd.DataFrame,
    catalogue: pd.DataFrame,
    *,
    safeguards: Safeguards,
    small: Sequence[str] = (),
    spare: Sequence[str] = (),
    notes: Notes | None = None,
) -> pd.DataFrame:
    """Suppress small numbers so that larger areas keep theirs, and attack what is left.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators of all areas that are to be printed, each row with an index of its own.
    hierarchy : DataFrame
        As for :func:`suppress`.
    catalogue : DataFrame
        ``indicator_id``, ``short_name``, ``measure``, ``multiplier``, ``confidential``.
    safeguards : Safeguards
        The rule, what was published before, and the like.
    small : sequence of str
        Area types, the smallest first, that are withheld (zeros too) for an indicator where that
        leaves the larger areas more of their figures.
    spare : sequence of str
        Area types that are printed only where they cost nothing and give nothing away.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    DataFrame
        As from :func:`suppress`; rows that are withheld are suppressed and their ``note`` says
        why. Spare rows that cannot be printed are absent, and so are contributions of single
        people. ``attrs["narrowest"]`` is as of :func:`audit_disclosure`.

    Raises
    ------
    GeoError
        If the attacker finds anything all the same.

    Warns
    -----
    GeoWarning
        Names the indicators that are withheld by area type.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003"],
    ...     "town": ["Crewe", "Crewe", "Alsager"]})
    >>> counts = pd.DataFrame({"area_code": [*lsoas["lsoa21cd"], "Crewe", "Alsager"],
    ...     "area_type": ["lsoa21"] * 3 + ["town"] * 2, "indicator_id": "neet", "period": "2024",
    ...     "sex": "all", "age": "all", "count": [3, 2, 9, 5, 9], "denominator": 100})
    >>> facts = pd.DataFrame({"indicator_id": ["neet"], "short_name": ["NEET"],
    ...     "measure": ["proportion"], "multiplier": [100], "confidential": [True]})
    >>> notes = []
    >>> safe = publishable(
    ...     counts, lsoas, facts, safeguards=Safeguards(Rule()), small=["lsoa21"], notes=notes)
    >>> safe.loc[safe["area_code"] == "Crewe", "count"].item()
    5.0
    """
    secret = table["indicator_id"].isin(catalogue.loc[catalogue["confidential"], "indicator_id"])
    if not secret.any():
        return table.drop(columns=contributions_in(table))
    protect = _Protection.of(table[secret], hierarchy, catalogue, safeguards)
    _note_unexplained(unexplained(table[secret], protect.relations), catalogue, notes)
    extra = table["area_type"].isin(spare)
    rest = table[secret & ~extra]
    shown = protect.least_costly(rest, small)
    shown = protect.with_spare(shown, table[secret & extra])
    narrowest = protect.require_safe(shown, table)
    if protect.earlier is not None:
        _note_revised(shown, protect.earlier, catalogue, notes)
        _note_told(shown, protect.earlier, catalogue, notes)
    withheld = rest[~rest.index.isin(shown.index)]
    _note_withheld(withheld, catalogue, notes)
    nothing = dict.fromkeys(withheld.select_dtypes("number"), float("nan"))
    withheld = withheld.assign(
        **nothing, state="suppressed", rule=protect.rule.words, note=WITHHELD
    )
    out = pd.concat([table[~secret], shown, withheld]).sort_index()
    out = out.drop(columns=contributions_in(out))
    out.attrs["narrowest"] = narrowest
    return out


@dataclass(frozen=True)
class _Protection:
    """What all steps of suppression and audit of a table have in common."""

    hierarchy: pd.DataFrame
    catalogue: pd.DataFrame
    rule: Rule
    relations: Relations
    earlier: Earlier | None
    key: bytes

    @classmethod
    def of(
        cls,
        secret: pd.DataFrame,
        hierarchy: pd.DataFrame,
        catalogue: pd.DataFrame,
        given: Safeguards,
    ) -> "_Protection":
        """Find out of the confidential counts what is not given."""
        relations, earlier = given.relations, given.earlier
        if relations is None:
            relations = relations_between(secret, catalogue)
        if earlier is not None:
            earlier, relations = earlier.attacked(secret, relations, given.rule)
        key = given.key or key_of_counts(secret)
        return cls(hierarchy, catalogue, given.rule, Relations(relations), earlier, key)

    def least_costly(self, rest: pd.DataFrame, small: Sequence[str]) -> pd.DataFrame:
        """Suppress with all areas, without the smallest, and so on; keep the best of each.

        Indicators that are related are taken together.
        """
        block = related(rest["indicator_id"], self.relations, 0)
        cost: dict[int, int] = {}
        best: dict[int, pd.DataFrame] = {}
        refused = TableError(
            "The indicators have no row of an area to be shown, so that there is nothing to "
            "publish; give figures of the LSOAs or wards of the place."
        )
        for left in range(len(small) + 1):
            table = rest[~rest["area_type"].isin(small[:left])]
            if table.empty:
                break
            larger = [kind for kind in table["area_type"].unique() if kind not in small]
            try:
                safe = self._suppressed(table, larger, block)
            except TableError as problem:  # perhaps nothing would be left with the smallest areas
                refused = problem
                continue
            hidden = safe["state"].eq("suppressed") & safe["area_type"].isin(larger)
            for number, part in safe.groupby(safe["indicator_id"].map(block)):
                lost = int(hidden[part.index].sum())
                if lost < cost.get(number, len(safe) + 1):
                    cost[number], best[number] = lost, part
        if len(best) < len(set(block.values())):
            raise refused if self.earlier is None else self._beside_earlier(rest, block, best)
        return pd.concat(best.values())

    def _suppressed(
        self, table: pd.DataFrame, keep: Sequence[str], block: dict[Hashable, int]
    ) -> pd.DataFrame:
        """Suppress; beside earlier publications without the blocks for which that cannot be done.

        Of those something was printed before that this table would open.
        """
        try:
            return suppress(
                table,
                self.hierarchy,
                rule=self.rule,
                keep=keep,
                catalogue=self.catalogue,
                relations=self.relations,
                earlier=self.earlier,
                key=self.key,
            )
        except UnprotectableError as problem:
            to_blame = {block.get(name) for name in problem.indicators}
            rest = table[~table["indicator_id"].map(block).isin(to_blame)]
            if self.earlier is None or rest.empty or len(rest) == len(table):
                raise
            return self._suppressed(rest, keep, block)

    def _beside_earlier(
        self, rest: pd.DataFrame, block: dict[Hashable, int], best: dict[int, pd.DataFrame]
    ) -> GeoError:
        """Say which indicators cannot be printed beside what was published before."""
        assert self.earlier is not None
        lacking = [name for name in rest["indicator_id"].unique() if block[name] not in best]
        words = self.catalogue.set_index("indicator_id")["short_name"][lacking]
        return GeoError(
            f"{labelled(words)} cannot be printed beside {labelled(self.earlier.names)}: whatever "
            "is hidden now, small counts that were hidden there or are here could be worked out "
            "from both; keep the groups and the rule of that publication, or leave "
            f"{'these indicators' if len(lacking) > 1 else 'this indicator'} out."
        )

    def with_spare(self, shown: pd.DataFrame, extra: pd.DataFrame) -> pd.DataFrame:
        """Add the spare rows where none is small and, with them, the attacker finds nothing.

        Of sums that dominance judges none is added.
        """
        if extra.empty or self.rule.round_to > 1:
            return shown
        least = max(self.rule.counts_under, self.rule.rates_under)
        fine = extra["count"].ge(least) & extra["denominator"].ge(self.rule.small_denominators)
        if self.rule.contributions:
            fine &= extra[contributions_in(extra)].isna().all(axis=1)
        number = related(pd.concat([_tables(shown), _tables(extra)]), self.relations, slice(2))
        fine = fine.groupby(_tables(extra).map(number)).transform("all")
        added = extra[fine].assign(rule=self.rule.words)
        return pd.concat([shown, *self._harmless(shown, added, number)])

    def _harmless(
        self, shown: pd.DataFrame, added: pd.DataFrame, number: dict[Hashable, int]
    ) -> list[pd.DataFrame]:
        """Choose the rows that give nothing away, block by block of related tables.

        Blocks have nothing to do with each other, so that all of them are attacked at once.
        """
        block = _tables(added).map(number)
        blocks = block.unique()
        if not len(blocks):
            return []
        beside = shown[_tables(shown).map(number).isin(blocks)]
        try:
            found = self.audit(pd.concat([beside, added]))
        except TableError:  # counts contradict each other with the rows of some block
            if len(blocks) == 1:
                return []
            first = block.isin(blocks[: len(blocks) // 2])
            return [
                one
                for half in (added[first], added[~first])
                for one in self._harmless(shown, half, number)
            ]
        return [added[~block.isin(_tables(found).map(number))]]

    def require_safe(self, shown: pd.DataFrame, before: pd.DataFrame) -> int | None:
        """Stop where the attacker finds anything; else tell how narrow the best interval is."""
        found = self.audit(shown)
        narrowest = found.attrs.get("narrowest")
        if found.empty:
            found = audit_dominance(
                shown,
                before,
                self.hierarchy,
                rule=self.rule,
                catalogue=self.catalogue,
                relations=self.relations,
            )
        if len(found):
            cells = [f"{one.indicator_id} of {one.area_code}" for one in found.itertuples()]
            raise GeoError(
                f"{len(found)} hidden figures could be worked out from what is to be printed "
                f"({labelled(cells)}; {found['recovered'].iat[0]}); nothing is written. Print "
                "fewer levels, or leave these indicators out."
            )
        return narrowest

    def audit(self, shown: pd.DataFrame) -> pd.DataFrame:
        """Attack what is to be printed."""
        return audit_disclosure(
            shown,
            self.hierarchy,
            rule=self.rule,
            catalogue=self.catalogue,
            relations=self.relations,
            earlier=self.earlier,
        )


def _tables(rows: pd.DataFrame) -> pd.Series:
    """Give indicator and period of each row, whose areas, sexes and ages are linked."""
    return pd.Series(list(zip(rows["indicator_id"], rows["period"], strict=True)), rows.index)


def _note_unexplained(labels: pd.DataFrame, catalogue: pd.DataFrame, notes: Notes | None) -> None:
    words = catalogue.set_index("indicator_id")["short_name"]
    for (name, over), rows in labels.groupby(["indicator_id", "over"]):
        several = {"sex": "sexes", "age": "ages"}[str(over)]
        note(
            notes,
            f"Nothing says how the {several} {labelled(rows['label'])} of {words[name]} add up, so "
            "they are protected as standing side by side; write ages as bands (0-4, 65+), or leave "
            "out those that hold others.",
        )


def _note_revised(
    shown: pd.DataFrame, earlier: Earlier, catalogue: pd.DataFrame, notes: Notes | None
) -> None:
    """Name the indicators of which another count is printed now; what is hidden is not told of."""
    if earlier.contradictory:
        note(
            notes,
            f"{labelled(earlier.names)} contradict each other, as after a revision, so what they "
            "printed is left aside where the data at hand cannot tell whether it still holds.",
        )
    printed = with_blanks(shown[shown["count"].notna()])
    again = pd.MultiIndex.from_frame(printed[list(KEYS)]).isin(earlier.revised)
    if again.any():
        names = printed.loc[again, "indicator_id"].unique()
        note(
            notes,
            f"Counts of {labelled(catalogue.set_index('indicator_id')['short_name'][names])} are "
            f"other ones than in {labelled(earlier.names)}: where they are, those are taken to "
            "tell nothing of these.",
        )


def _note_told(
    shown: pd.DataFrame, earlier: Earlier, catalogue: pd.DataFrame, notes: Notes | None
) -> None:
    """Name the indicators of which hidden counts can be read elsewhere, and say of how many."""
    told = shown[shown["state"].eq("suppressed") & earlier.tells(shown)]
    words = catalogue.set_index("indicator_id")["short_name"]
    for name, rows in told.groupby("indicator_id", sort=False):
        note(
            notes,
            f"{labelled(earlier.names)} by themselves give {len(rows)} counts of {words[name]} "
            "away that are hidden here: nothing that is hidden here protects those.",
        )


def _note_withheld(withheld: pd.DataFrame, catalogue: pd.DataFrame, notes: Notes | None) -> None:
    words = catalogue.set_index("indicator_id")["short_name"]
    for kind, rows in withheld.groupby("area_type"):
        names = words[rows["indicator_id"].unique()]
        note(notes, f"{WITHHELD} ({area_type(str(kind)).dated}): {labelled(names, 99)}.")
