"""Kinds of sentences of captions and alternative texts, each written anew from the tables."""

import re

import numpy as np
import pandas as pd

from tests.report.told_by_tables import KINDS, MOST, are, kind, listed

__all__ = ["KINDS"]

IN_30 = "in the most deprived 30%"


def stop(s):
    """Full stop of a sentence that has one; titles have none."""
    return "." if s[0].endswith(".") else ""


def times(ratio):
    return f"{ratio:.2f}" if ratio < 0.1 or 0.9 < ratio < 1.1 else f"{ratio:.1f}"


# ---- deprivation ------------------------------------------------------------------------------


@kind(rf"The share of .*'s LSOAs {IN_30} (rose|fell) from .*% in \d+ to .*% in \d+\.?")
def _rose(s):
    before, now = s.years
    earlier = s.read(f"tables/deprivation_by_area_{before}.csv").iloc[-1]
    was, own = earlier["top_30"] / earlier["lsoas"], s.counts(s.place)
    share = own["top_30"] / own["lsoas"]
    return (
        f"The share of {s.place}'s LSOAs {IN_30} {'rose' if share > was else 'fell'} from "
        f"{was:.1%} in {before} to {share:.1%} in {now}{stop(s)}"
    )


@kind(r"The LSOAs were redrawn between releases \(.*; dotted lines\), (.*)")
def _redrawn(s):
    of = s.figure("change").drop_duplicates("release")
    told = "; ".join(f"{row.release}: LSOAs of 20{row.vintage[4:]}" for row in of.itertuples())
    return f"The LSOAs were redrawn between releases ({told}; dotted lines), {s[1]}"


@kind(r"Small bar charts, one an area, over \d+ releases\.")
def _small_bars(s):
    return (
        f"Small bar charts, one an area, over {s.figure('change')['release'].nunique()} releases."
    )


@kind(r"(?P<area>.+): \d{4} \d+ of \d+ \([\d.]+%\); \d{4} \d+ of .*")
def _by_release(s):
    before, now = s.years
    earlier = s.read(f"tables/deprivation_by_area_{before}.csv").set_index("area").loc[s["area"]]
    own, told = s.counts(s["area"]), []
    for year, row in ((before, earlier), (now, own)):
        share = row["top_30"] / row["lsoas"]
        told.append(f"{year} {row['top_30']} of {row['lsoas']} ({share:.1%})")
    return f"{s['area']}: {'; '.join(told)}."


def _first_group(s):
    groups = s.of_level(s.levels[0])
    return groups.loc[(groups["top_30"] / groups["lsoas"]).idxmax()]


@kind(rf"\d+ of the \d+ LSOAs of .* (is|are) {IN_30}, the greatest share\.?")
def _greatest(s):
    first = _first_group(s)
    return (
        f"{first['top_30']} of the {first['lsoas']} LSOAs of {first.name} "
        f"{are(first['top_30'])} {IN_30}, the greatest share{stop(s)}"
    )


@kind(rf"\d+ of the \d+ LSOAs of .* \(.*%\) are {IN_30} in England\.?")
def _greatest_bar(s):
    first = _first_group(s)
    share = first["top_30"] / first["lsoas"]
    return (
        f"{first['top_30']} of the {first['lsoas']} LSOAs of {first.name} ({share:.1%}) are "
        f"{IN_30} in England{stop(s)}"
    )


@kind(rf".* (hold|holds) \d+ of the \d+ LSOAs {IN_30} in England\.?")
def _holds(s):
    held = s.of_level(s.levels[0])["top_30"].sort_values(ascending=False, kind="stable")
    first, verb = (held[:2], "hold") if s[1] == "hold" else (held[:1], "holds")
    return (
        f"{listed(first.index)} {verb} {first.sum()} of the {held.sum()} LSOAs {IN_30} in "
        f"England{stop(s)}"
    )


@kind(rf"(LSOAs {IN_30} in England, of those with a decile|By \w+|In the most deprived 30%): .*")
def _list_of_areas(s):
    """Areas with their counts, and shares where told; every group is there."""

    def counted(match):
        own = s.counts(match[1])
        share = f" ({own['top_30'] / own['lsoas']:.1%})" if match[2] else ""
        return f"{match[1]} {s.of_all(match[1])}{share}"

    names = "|".join(map(re.escape, [*s.level_of, s.place]))
    assert all(name in s[0] for name in s.lsoas[s.levels[0]].unique())
    told, number = re.subn(rf"\b({names}) \d+ of \d+( \([\d.]+%\))?", counted, s[0])
    return told if number == len(re.findall(r"\d+ of \d+", s[0])) else ""


@kind(r"Map of the (\d+) collaboratives of (.*)\.")
def _map_of_groups(s):
    return f"Map of the {s.lsoas[s.levels[0]].nunique()} collaboratives of {s.place}."


@kind(r"(Map of (?:the )?)\d+ LSOAs of .*?(, shaded by decile of deprivation in England)?\.")
def _map_of_lsoas(s):
    return f"{s[1]}{len(s.lsoas)} LSOAs of {s.place}{s[2] or ''}."


@kind(rf"\d+ \(.*%\) are {IN_30}: \d+ in the most deprived 10%, \d+ in the most deprived 20%\.")
def _shaded(s):
    own = s.counts(s.place)
    return (
        f"{own['top_30']} ({own['top_30'] / own['lsoas']:.1%}) are {IN_30}: {own['top_10']} in "
        f"the most deprived 10%, {own['top_20']} in the most deprived 20%."
    )


@kind(r"Hexagons stand .* km from their LSOAs on average; \d+% of neighbouring areas .*")
def _hexagons(s):
    hexes = s.figure("equal-area")
    far = hexes["displacement"].mean() / 1000
    kept = hexes["neighbours_kept"].sum() / hexes["neighbours"].sum()
    return (
        f"Hexagons stand {far:.1f} km from their LSOAs on average; {kept:.0%} of neighbouring "
        "areas touch here too."
    )


@kind(r"Index of Multiple Deprivation: change of decile from \d+ to \d+, on (.*)")
def _change_of(s):
    before, now = s.years
    return f"Index of Multiple Deprivation: change of decile from {before} to {now}, on {s[1]}"


@kind(r"2 or more deciles more deprived: \d+; .*")
def _classes_of_change(s):
    steps = s.changes["change"]
    classes = {
        "2 or more deciles more deprived": steps <= -2,
        "1 decile more deprived": steps == -1,
        "same decile": steps == 0,
        "1 decile less deprived": steps == 1,
        "2 or more deciles less deprived": steps >= 2,
        "boundary changed, not compared": steps.isna(),
    }
    return "; ".join(f"{words}: {int(those.sum())}" for words, those in classes.items()) + "."


# ---- people and targeting ---------------------------------------------------------------------


@kind(r"Children: children aged 0 to 15, .*")
def _children(s):
    year = s.by_area["population_year"].iloc[0]
    release = f"English Indices of Deprivation {s.release}"
    return f"Children: children aged 0 to 15, {year}, as published with the {release}."


@kind(r"[\d.]+% of all children are in the \d+ LSOAs that come first \(.*\)(; the first .*|\.?)")
def _reached(s):
    curve, first = s.read("tables/coverage.csv").query("area_type == 'lsoa21'"), len(s.first())
    share = curve.loc[curve["areas"].eq(first), "share_of_need"].item()
    told = (
        f"{share:.1%} of all children are in the {first} LSOAs that come first "
        f"({first / len(s.lsoas):.1%} of {len(s.lsoas)})"
    )
    if not s[1].startswith(";"):
        return told + stop(s)
    shares = [0, *curve["share_of_need"]]
    held = [f"the first {at}% of the LSOAs hold {s.held(shares, at / 100)}" for at in (10, 25, 50)]
    return f"{told}; {listed(held)} of all children."


@kind(r"Half of the (.*) (is|are) in \d+ of \d+ LSOAs \(.*%\)\.?")
def _half(s):
    curve = s.figure("concentration")
    few = int((curve["share_of_count"] < 0.5 - 1e-12).sum())
    of = len(curve) - 1
    return f"Half of the {s[1]} {s[2]} in {few} of {of} LSOAs ({few / of:.1%}){stop(s)}"


@kind(r"10% of the LSOAs hold .* of the (.*)\.")
def _curve(s):
    shares = s.figure("concentration")["share_of_count"]
    held = [f"{at}% of the LSOAs hold {s.held(shares, at / 100)}" for at in (10, 25, 50)]
    return f"{listed(held)} of the {s[1]}."


@kind(r"The greatest density, (.*) children per km², is in (.*?)\.?")
def _density(s):
    top = s.figure("density").iloc[-1]
    band = f"{top['lower']:,.0f}–{top['upper']:,.0f}"
    assert all(top[f"{name} km²"] > 0 for name in s[2].split(" and ") if f"{name} km²" in top)
    return f"The greatest density, {band} children per km², is in {s[2]}{stop(s)}"


@kind(r"Ground in each band, from the lowest: .*")
def _bands(s):
    rows = s.figure("density").itertuples(index=False)
    bands = (f"{row[0]:,.0f}–{row[1]:,.0f}, {row[2]:,.1f} km²" for row in rows)
    return f"Ground in each band, from the lowest: {'; '.join(bands)}."


@kind(r"Of the \d+ LSOAs that come first, (.*) holds \d+\.?")
def _first_hold(s):
    held = s.first()[s.levels[0]].value_counts()
    told = f"{held.index[0]} holds {held.iloc[0]}{stop(s)}"
    return f"Of the {len(s.first())} LSOAs that come first, {told}"


@kind(
    r"Index of Multiple Deprivation: rank among all LSOAs of England, 1 the most deprived; the "
    r"first 40 of \d+ shown\."
)
def _shown(s):
    return re.sub(r"of \d+ shown", f"of {len(s.first())} shown", s[0])


# ---- indicators -------------------------------------------------------------------------------


def leading(s):
    """Short name of the indicator that is mapped, and how many LSOAs are of each class."""
    cells = s.figure("indicator")
    rug = s.rug[s.rug["indicator_id"].eq(cells["indicator_id"].iat[0])]
    lsoas = rug[rug["area_type"].eq("lsoa21")]
    pd.testing.assert_series_equal(  # the picture's table is the report's
        cells.set_index("area_code")["class"].sort_index(),
        lsoas.set_index("area_code")["comparison"].sort_index(),
        check_names=False,
    )
    return rug["short_name"].iat[0], lsoas


@kind(r"(.*): worse than England in \d+ of \d+ LSOAs\.?")
def _worse_lsoas(s):
    name, lsoas = leading(s)
    worse = int(lsoas["comparison"].eq("worse").sum())
    return f"{name}: worse than England in {worse} of {len(lsoas)} LSOAs{stop(s)}"


@kind(r"Number of LSOAs in each class: .*")
def _classes(s):
    counts = leading(s)[1]["comparison"].value_counts()
    told = "; ".join(f"{one} {'to' if one == 'similar' else 'than'} England: {counts[one]}"
                     for one in ("worse", "similar", "better"))  # fmt: skip
    return f"Number of LSOAs in each class: {told}."


@kind(r"Lowest of those: .*")
def _lowest(s):
    worse = leading(s)[1].query("comparison == 'worse'").nsmallest(5, "value")
    code = s.lsoas.set_index("lsoa21cd")["lsoa21nm"]
    told = ", ".join(f"{code[row.area_code]} ({row.value:.1f})" for row in worse.itertuples())
    return f"Lowest of those: {told}."


@kind(r"LSOAs compared with England \(.*\) at 95% confidence\.")
def _benchmark(s):
    value = leading(s)[1]["benchmark_value"].iat[0]
    return f"LSOAs compared with England ({value:.1f}%) at 95% confidence."


@kind(r"About \d+ of \d+ comparisons would differ from England at 95% by chance alone (.*)")
def _chance(s):
    if s[1].startswith("if no area differed."):
        tested = len(leading(s)[1])
    else:
        cells = s.rug[s.rug["area_type"].eq(s.levels[0])]["comparison"]
        tested = int(cells.isin(["worse", "similar", "better", "higher", "lower"]).sum())
    return (
        f"About {0.05 * tested:.0f} of {tested} comparisons would differ from England at 95% by "
        f"chance alone {s[1]}"
    )


@kind(rf"(.*): \d+ of \d+ LSOAs {IN_30} are worse than England\.?")
def _both(s):
    name, lsoas = leading(s)
    deciles = s.lsoas.set_index("lsoa21cd")["imd_decile"]
    own = lsoas[lsoas["area_code"].map(deciles) <= MOST]
    worse = int(own["comparison"].eq("worse").sum())
    return f"{name}: {worse} of {len(own)} LSOAs {IN_30} are worse than England{stop(s)}"


@kind(r"Most deprived 30%, worse: .*")
def _thirds(s):
    _, lsoas = leading(s)
    decile = lsoas["area_code"].map(s.lsoas.set_index("lsoa21cd")["imd_decile"])
    thirds = pd.cut(decile, [0, 3, 7, 10])
    names = ("Most deprived 30%", "Middle 40%", "Least deprived 30%")
    told = [
        f"{name}, {one}: {int((thirds.cat.codes.eq(at) & lsoas['comparison'].eq(one)).sum())}"
        for at, name in enumerate(names)
        for one in ("worse", "similar", "better")
    ]
    return "; ".join(told) + "."


@kind(r"(.*): \d+ of \d+ wards are worse than England by more than chance, \d+ better\.?")
def _funnel(s):
    points = s.figure("funnel")
    worse = int((points["value"] < points["lower_ci_998"]).sum())
    better = int((points["value"] > points["upper_ci_998"]).sum())
    many = int(points["value"].notna().sum())
    return (
        f"{leading(s)[0]}: {worse} of {many} wards are worse than England by more than chance, "
        f"{better} better{stop(s)}"
    )


@kind(r"Funnel plot of \d+ wards about England's (.*)%\.")
def _plot(s):
    points = s.figure("funnel").dropna(subset="value")
    england = points["benchmark_value"].iat[0]
    return f"Funnel plot of {len(points)} wards about England's {england:.1f}%."


@kind(r"(Worse|Better), outside the (99\.8%|95%, but not the 99\.8%,) limits: (.*)\.")
def _outside(s):
    points, upper = s.figure("funnel"), s[1] == "Better"
    far = (
        points["value"] > points["upper_ci_998"]
        if upper
        else points["value"] < points["lower_ci_998"]
    )
    rows = points[points["comparison"].eq(s[1].lower()) & far.eq(s[2] == "99.8%")]
    names = re.split(r", | and ", s[3])
    assert sorted(names) == sorted(rows["area"])
    return s[0]


@kind(r"Within the 95% limits: \d+\.")
def _within(s):
    return f"Within the 95% limits: {int(s.figure('funnel')['comparison'].eq('within').sum())}."


@kind(r"Limits: .* \(mean of z² .*, winsorised\)\.")
def _overdispersed(s):
    points = s.figure("funnel").dropna(subset="value")
    p = points["benchmark_value"] / 100
    z = (points["value"] / 100 - p) / np.sqrt(p * (1 - p) / points["denominator"])
    z = z.clip(z.quantile(0.1), z.quantile(0.9))
    return re.sub(r"z² [\d.]+", f"z² {(z**2).mean():.1f}", s[0])


def gaps(s):
    rows = s.figure("gap")
    return rows, rows[rows["polarity"].ne("no_judgement") & rows["comparison"].isin(["worse", "similar", "better"])]  # fmt: skip # noqa: E501


@kind(rf"\d+ of the \d+ indicators that can be judged are worse {IN_30} than in the rest, .*")
def _widest(s):
    _, judged = gaps(s)
    worse = judged[judged["comparison"].eq("worse")]
    far = worse["ratio"].where(worse["polarity"].eq("low_is_good"), 1 / worse["ratio"])
    most = worse.loc[far.idxmax()]
    return (
        f"{len(worse)} of the {len(judged)} indicators that can be judged are worse {IN_30} than "
        f"in the rest, {most['indicator']} most: {times(most['ratio'])} times as high{stop(s)}"
    )


@kind(r".*(: the most deprived 30% of areas against the rest; ratio with 95% interval\.)")
def _against(s):
    return f"{s.place}{s[1]}"


@kind(r"Not counted above: .*")
def _not_counted(s):
    rows, _ = gaps(s)
    names = s.rug.drop_duplicates("indicator_id").set_index("indicator_id")["short_name"]
    absent = names[~names.index.isin(rows["indicator_id"])]
    neither = int(rows["polarity"].eq("no_judgement").sum())
    return (
        f"Not counted above: {neither} of which high is neither good nor bad; {len(absent)} with "
        f"no count of the most deprived 30% and of the rest ({listed(absent)})."
    )


@kind(r"(Chart of ratios, the most deprived 30% of areas against the rest, in )\d+ indicators\.")
def _ratios(s):
    return f"{s[1]}{len(s.figure('gap'))} indicators."


@kind(r".+ [\d.]+ times \([\d.]+ to [\d.]+\); .*")
def _every_ratio(s):
    ends = ["ratio", "ratio_lower_ci", "ratio_upper_ci"]
    told = [
        "{} {} times ({} to {})".format(row["indicator"], *(times(row[end]) for end in ends))
        for row in s.figure("gap").to_dict("records")
    ]
    return "; ".join(told) + "."


@kind(r"Spine chart of \d+ indicators: (.*) against England, with the spread of \d+ wards\.")
def _spine(s):
    rows = s.figure("spine")
    of = f"{rows['area'].iat[0]} against England, with the spread of {rows['spread_areas'].max()}"
    return f"Spine chart of {len(rows)} indicators: {of} wards."


@kind(r"(.*), England and the spread of \d+ wards; latest period of each indicator\.")
def _spread(s):
    rows = s.figure("spine")
    of = f"{rows['area'].iat[0]}, England and the spread of {s.lsoas['wd24cd'].nunique()} wards"
    return f"{of}; latest period of each indicator."


@kind(r"No spread is drawn in \d+ of \d+ rows, where fewer than half of the \d+ wards (.*)")
def _no_spread(s):
    rows, wards = s.figure("spine"), s.lsoas["wd24cd"].nunique()
    thin = int((rows["spread_areas_with_a_number"] < wards / 2).sum())
    return (
        f"No spread is drawn in {thin} of {len(rows)} rows, where fewer than half of the {wards} "
        f"wards {s[1]}"
    )


def cells(s):
    return s.rug[s.rug["area_type"].eq(s.levels[0])]


@kind(r"\d+ indicators, compared with England at 95% confidence; latest period of each\.")
def _compared(s):
    number = cells(s)["indicator_id"].nunique()
    return f"{number} indicators, compared with England at 95% confidence; latest period of each."


@kind(r"(Cells of collaboratives|Suppressed|Missing): \d+\.")
def _states(s):
    state = {"Suppressed": "suppressed", "Missing": "missing"}.get(s[1])
    number = len(cells(s)) if state is None else int(cells(s)["state"].eq(state).sum())
    return f"{s[1]}: {number}."


@kind(r"With a value: \d+ \(true zero: \d+; not compared: \d+\)\.")
def _with_value(s):
    states = cells(s)["state"].value_counts()
    of = [int(states.get(one, 0)) for one in ("value", "zero", "not_compared")]
    return f"With a value: {sum(of)} (true zero: {of[1]}; not compared: {of[2]})."


@kind(r"(?P<area>.+): \d+ (worse than|similar to|better than) England, .*")
def _cells_of(s):
    told = cells(s)[cells(s)["area"].eq(s["area"])]["meaning"].value_counts()
    order = re.findall(r"(?:, |: )\d+ ((?:(?!, \d).)+?)(?=, \d|\.$)", s[0])
    assert set(order) == set(told.index)
    return f"{s['area']}: {', '.join(f'{told[one]} {one}' for one in order)}."


@kind(r"(.*): rising in \d+ of \d+ (\w+), falling in (\w+)\.?")
def _rising(s):
    rows = s.figure("trend").drop_duplicates("area")
    same = cells(s)[cells(s)["indicator"].eq(rows["indicator"].iat[0])]
    assert same["trend"].tolist() == rows["trend"].tolist()
    up, down = (int(rows["trend"].eq(one).sum()) for one in ("increasing", "decreasing"))
    name = same["short_name"].iat[0]
    return f"{name}: rising in {up} of {len(rows)} {s[2]}, falling in {down or 'none'}{stop(s)}"


@kind(r"(?P<area>.+): \d{4}/\d\d \d+, .* \((rising|falling|no clear trend)\)\.")
def _series(s):
    rows = s.figure("trend")
    rows = rows[rows["area"].eq(s["area"])]
    words = {"increasing": "rising", "decreasing": "falling"}
    told = ", ".join(f"{row.period} {row.value:.0f}" for row in rows.itertuples())
    return f"{s['area']}: {told} ({words.get(rows['trend'].iat[0], 'no clear trend')})."
