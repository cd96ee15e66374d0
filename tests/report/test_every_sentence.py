"""Every sentence with a number, on the start page and on group pages, is recomputed from tables.

A kind of sentence is a pattern and what writes such a sentence anew from the tables of the folder,
read by pandas alone. A sentence with a number that is of no kind fails.
"""

import re
from html import unescape

from tests.report.figures_told import KINDS
from tests.report.told_by_tables import MOST, Sentence, Tables, are, kind, listed

BLOCK = re.compile(
    r"<(p|h1|h2|h3|li|caption|summary|strong)\b[^>]*>"
    r"((?:(?!<(?:p|h\d|li|ul|ol|table|div|dl)\b).)*?)</\1>",
    re.DOTALL,
)
ALTERNATIVE = re.compile(r'<(?:img|svg)\b[^>]*?(?:alt|aria-label)="([^"]+)"')
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\d])|\n")


def blocks(page):
    """Texts of a page, without its tables to look at and its code to embed."""
    page = re.sub(r"<(style|script|tbody|thead|code|dl)\b.*?</\1>", " ", page, flags=re.DOTALL)
    texts = [one for _, one in BLOCK.findall(page)] + ALTERNATIVE.findall(page)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split(" ")).strip() for one in texts]


def sentences(page):
    for block in blocks(page):
        yield from (" ".join(one.split()) for one in SENTENCE.split(block) if re.search(r"\d", one))


# ---- what does not depend on the data ---------------------------------------------------------

FIXED = [
    r"An LSOA (\(lower-layer super output area\) )?is a neighbourhood of about 1,500 people.*",
    r"All LSOAs in England are ranked .* decile 1 is the most deprived 10% in England\.",
    r"Deprivation deciles in England: 1 is the most deprived 10% of LSOAs, 10 the least.*",
    r"LSOAs in the most deprived 10%, 20% and 30% in England: number, and share of all.*",
    r"LSOAs in the most deprived 30% in England, of all LSOAs\.",
    r"in most deprived [13]0%",
    r"Deciles rank areas within England at each release\.",
    r"Smoothed within 1,500 m; not shown where fewer than 10 children are within 1,500 m\.",
    r"Children per km², smoothed within 1\.5 km\.",
    r"Disclosure control: counts under 5 are not shown\.",
    r"Numbers on the map: wards, and how many of their LSOAs are in the most deprived 30%\.",
    r"10|[1-9]",  # the key of deciles
]


@kind("|".join(FIXED))
def _fixed(s):
    return s[0]


@kind(r".*Indices of Deprivation (\d{4}), LSOAs of (\d{4})\.")
def _release(s):
    vintage = next(c for c in s.lsoas if re.fullmatch(r"lsoa\d\dcd", c))[4:6]
    return s[0].replace(s[1], str(s.release)).replace(s[2], f"20{vintage}")


@kind(r"Made .*\d{4}\.")
def _made(s):
    return f"Made {s.made}."


@kind(r".*residents: (mid-\d{4})$")
def _edition(s):
    years = s.by_area["population_year"].unique()
    return f"LSOAs in the most deprived 10%, 20% and 30% in England, by area; residents: {years[0]}"


@kind(r"Not shown for areas this small.*\((LSOA 2021|ward 2024)\): (.*)\.")
def _too_small(s):
    column = {"LSOA 2021": "lsoa21", "ward 2024": "wd24"}[s[1]]
    own = s.rug[s.rug["area_type"].eq(column)]
    hidden = own["state"].eq("suppressed").groupby(own["indicator_id"]).all()
    gone = set(s.rug["indicator_id"]) - set(own["indicator_id"]) | set(hidden.index[hidden])
    label = s.rug.drop_duplicates("indicator_id").set_index("indicator_id")["short_name"]
    assert {label[one] for one in gone} == set(s[2].split(", "))
    return s[0]


# ---- headlines --------------------------------------------------------------------------------


@kind(r"\d+ of \d+ LSOAs \([\d.]+%\) are in the most deprived 30% in England: .*")
def _headline(s):
    whole, top = s.counts(s.place), s.of_level(s.levels[-1])
    split = ", ".join(f"{row.top_30} in {name}" for name, row in top.iterrows())
    share = whole["top_30"] / whole["lsoas"]
    return (
        f"{s.of_all(s.place)} LSOAs ({share:.1%}) are in the most deprived 30% in England: {split}."
    )


@kind(r"(None|\d+) (is|are) in the most deprived 10% and \d+ in .*20%\.")
def _tenths(s):
    own = s.counts(s.area)
    ten = f"{own['top_10'] or 'None'} {are(own['top_10'])} in the most deprived 10%"
    return f"{ten} and {own['top_20']} in the most deprived 20%."


@kind(r"None is in the most deprived 20%\.")
def _no_tenths(s):
    return s[0] if not s.counts(s.area)["top_20"] else ""


@kind(r"The (.*) with most of them: .*")
def _most_of_them(s):
    groups = s.of_level(s.levels[0]).sort_values("top_30", ascending=False, kind="stable")
    first = [f"{name} ({s.of_all(name)})" for name in groups.index[:3]]
    return f"The {s[1]} with most of them: {listed(first)}."


@kind(r"(\d+) – (most|least) deprived 10% \d+|([2-9]) \d+")
def _legend(s):
    decile = int(s[1] or s[3])
    number = int(s.lsoas["imd_decile"].eq(decile).sum())
    return f"{decile} – {s[2]} deprived 10% {number}" if s[2] else f"{decile} {number}"


@kind(r"(.*): (none|\d+) of \d+ LSOAs? (is|are) in the most deprived 30% in England")
def _group(s):
    own = s.counts(s.area)
    number = own["top_30"]
    lsoas = f"{own['lsoas']} LSOA{'s' * (own['lsoas'] > 1)}"
    return (
        f"{s.area}: {number or 'none'} of {lsoas} {are(number)} in the most deprived 30% in England"
    )


@kind(r"[\d.]+% of its residents and [\d.]+% of its children live in .*")
def _residents(s):
    own = s.counts(s.area)
    people, children = (own[f"{who}_top_30"] / own[who] for who in ("population", "children"))
    year = s.by_area["population_year"].iloc[0]
    return (
        f"{people:.1%} of its residents and {children:.1%} of its children live in the most "
        f"deprived 30% ({year})."
    )


@kind(r"(.*): \d+ of \d+")
def _ward(s):
    own = s.within(s.area)
    own = own[own["wd24nm"].eq(s[1])]
    return f"{s[1]}: {int((own['imd_decile'] <= MOST).sum())} of {len(own)}"


@kind(r"And (\d+) more; Whom to serve first has all\.")
def _more_first(s):
    return f"And {len(s.within(s.area, s.first())) - 15} more; Whom to serve first has all."


# ---- indicators -------------------------------------------------------------------------------


@kind(r"Worse than England in \d+ of \d+ judged indicators?, better in .*\.")
def _judged(s):
    judged, worse, better = s.judged(s.area)
    of = f"Worse than England in {worse} of {len(judged)} judged indicators"
    return f"{of}, better in {better or 'none'}."


@kind(r"(?P<name>.+): (?P<own>[\d.,]+)%? \(England (?P<other>[\d.,]+)%?\)")
def _need(s):
    judged, *_ = s.judged(s.area)
    row = judged[judged["short_name"].eq(s["name"])].iloc[0]
    england = s.rug[s.rug["area_type"].eq("england")]
    beside = england[england["indicator_id"].eq(row["indicator_id"])].iloc[0]
    sign = "%" * str(row["unit"]).startswith("%")
    return f"{s['name']}: {row['text']}{sign} (England {beside['text']}{sign})"


@kind(
    r"(.*) (is|are each) worse than England in \d+ of .* that can be judged"
    r"(, the most of all\.?|, and better in none\.?)"
)
def _finding(s):
    groups = {name: s.judged(name) for name in sorted(s.lsoas[s.levels[0]].unique())}
    most = max(worse for _, worse, _ in groups.values())
    (first,) = [name for name, (_, worse, _) in groups.items() if worse == most]
    judged, worse, better = groups[first]
    of = f"{first} is worse than England in {worse} of"
    end = "." if s[0].endswith(".") else ""
    if "better" in s[3]:
        also = f", and better in {better or 'none'}{end}"
        return f"{of} {len(judged)} indicators that can be judged{also}"
    return f"{of} the {len(judged)} indicators that can be judged, the most of all{end}"


@kind(r"By Index of Multiple Deprivation, \d+ of \d+ LSOAs come first: .*")
def _first(s):
    held = s.first()[s.levels[0]].value_counts()
    return (
        f"By Index of Multiple Deprivation, {len(s.first())} of {len(s.lsoas)} LSOAs come first: "
        f"{held.index[0]} holds {held.iloc[0]} of them."
    )


# ---- change -----------------------------------------------------------------------------------


@kind(r"(None|\d+) of \d+ LSOAs (is|are) in a more deprived decile .*")
def _moved(s):
    return s.moved() + ("." if s[0].endswith(".") else "")


@kind(r"(None|\d+ LSOAs?) (is|are) (newly|no longer) in the most deprived 30% in England.*")
def _crossed(s):
    names = s.crossed()[s[3] == "no longer"]
    told = f": {listed(names)}" if 0 < len(names) <= 5 else ""
    lsoas = f"{len(names)} LSOA{'s' * (len(names) > 1)}" if names else "None"
    return f"{lsoas} {are(len(names))} {s[3]} in the most deprived 30% in England{told}."


@kind(r"\d+ of \d+ LSOAs (is|are) not compared: (.*)")
def _not_compared(s):
    lost = int(s.changes["change"].isna().sum())
    return f"{lost} of {len(s.changes)} LSOAs {are(lost)} not compared: {s[2]}"


@kind(r"What changed since (\d{4})|LSOAs whose decile changed from \d{4} to \d{4}, by area")
def _since(s):
    first, last = s.years
    whole = f"LSOAs whose decile changed from {first} to {last}, by area"
    return f"What changed since {first}" if s[1] else whole


@kind(r"Moved furthest towards (more|less) deprived \(5 of (\d+)\)")
def _furthest(s):
    sign = -1 if s[1] == "more" else 1
    number = int((sign * s.changes["change"] > 0).sum())
    return f"Moved furthest towards {s[1]} deprived (5 of {number})"


@kind(r"(?P<name>.+ \(\w+\)), (?P<group>.+): decile \d+ → \d+")
def _mover(s):
    (row,) = s.changes[s.changes["local_name"].eq(s["name"])].to_dict("records")
    same = s.changes.loc[(row["change"] * s.changes["change"]) > 0, "change"].abs()
    assert abs(row["change"]) >= same.nlargest(5).min()
    was, now = (int(row[f"decile_{year}"]) for year in s.years)
    return f"{s['name']}, {row[s.levels[0]]}: decile {was} → {now}"


@kind(r"How unclear cases were decided \((\d+)\)")
def _unclear(s):
    return f"How unclear cases were decided ({len(s.manifest['warnings'])})"


@kind(r"(Index of Multiple Deprivation, by decile in England; )?(.+, .*\d{4}.*)\.")
def _measure(s):
    """Name, unit and periods of an indicator, in that order, with the areas it is told by."""
    every = s.read("tartan-rug.csv")
    named = sorted(set(every["indicator"]), key=len, reverse=True)
    name = next((one for one in named if s[2].startswith(one)), None)
    if name is None:
        return ""
    own = every[every["indicator"].eq(name)]
    latest, first = own.loc[own["latest"], "period"].iat[0], min(own["period"])
    rest = re.sub(r", by (ward|LSOA)", "", s[2].removeprefix(name))
    units, periods = (f", {own['unit'].iat[0]}", ""), (latest, f"{first} to {latest}")
    return s[0] if rest in {f"{unit}, {when}" for unit in units for when in periods} else ""


# ---- the pages --------------------------------------------------------------------------------


def anew(text, tables, area):
    """Write a sentence anew; None where it is of no kind."""
    for pattern, write in KINDS:
        if match := pattern.fullmatch(text):
            return write(Sentence(tables, area, match))
    return None


def wrong(page, tables, area):
    """Sentences that tell other numbers than the tables, or are of no kind: what they should be."""
    told = [one for one in dict.fromkeys(sentences(page)) if tables.has_number(one)]
    return {text: right for text in told if (right := anew(text, tables, area)) != text}


def test_every_sentence_of_the_start_page_is_told_by_the_tables(sampled):
    tables = Tables(sampled.out)
    page = (sampled.out / "index.html").read_text("utf-8")
    assert wrong(page, tables, tables.place) == {}


def test_every_card_of_the_start_page_has_the_counts_of_its_group(sampled):
    tables = Tables(sampled.out)
    page = (sampled.out / "index.html").read_text("utf-8")
    cards = re.findall(r"<h3><a[^>]*>([^<]*)</a></h3>\s*<dl[^>]*>(.*?)</dl>", page, re.DOTALL)
    assert len(cards) == tables.lsoas[tables.levels[0]].nunique()
    for name, told in cards:
        own = tables.counts(unescape(name))
        expected = [own["lsoas"], own["top_10"], own["top_30"]]
        assert [int(one) for one in re.findall(r"<dd>(\d+)</dd>", told)] == expected


def test_every_sentence_of_a_groups_page_is_told_by_the_tables(sampled):
    tables = Tables(sampled.out)
    pages = {path.stem: path for path in (sampled.out / "collaboratives").glob("*.html")}
    assert len(pages) == len(tables.level_of)
    for name in tables.level_of:
        page = pages[name.lower().replace(" ", "-")].read_text("utf-8")
        assert (name, wrong(page, tables, name)) == (name, {})


def test_no_caption_says_anything_twice(sampled):
    for path in sorted((sampled.out / "figures").glob("*.txt")):
        caption = path.read_text("utf-8").partition("\nCaption\n")[2]
        told = [one for one in SENTENCE.split(caption) if len(one) > 20]
        assert sorted(told) == sorted(set(told)), path.name


def test_a_sentence_with_another_number_or_of_no_kind_fails(sampled):
    tables = Tables(sampled.out)
    headline = sampled.headline[0]
    for page in (headline.replace("43 of", "44 of"), f"{headline} This is 1 too many."):
        assert len(wrong(f"<p>{page}</p>", tables, tables.place)) == 1
