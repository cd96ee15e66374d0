"""What people open the map for, done by script in few steps and compared with tables."""

import re

import pandas as pd
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST_STEPS = 5
GROUP = "Harnwick North"
NEED = "children in need"


class Reader:
    """Somebody before the page, each of whose steps is counted."""

    def __init__(self, page, folder):
        self.page = page
        self.folder = folder

    def begins(self, name="map"):
        """Open a page anew, with nothing chosen."""
        self.page.goto("about:blank")
        self.page.goto((self.folder / f"{name}.html").as_uri())
        if name == "map":
            self.page.wait_for_selector(".geo[data-ready=all]")
        self.steps = 0

    def step(self, act, *given, **options):
        self.steps += 1
        assert self.steps <= MOST_STEPS
        return act(*given, **options)

    def searches(self, words):
        self.step(self.page.fill, "#geo-search", words)

    def presses(self, key):
        self.step(self.page.keyboard.press, key)

    def opens(self, section):
        self.step(self.page.locator("summary", has_text=section).click)

    def chooses(self, field, label):
        self.step(self.page.select_option, field, label=label)

    def clicks(self, selector):
        self.step(self.page.click, selector)


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def reader(chromium, sampled_pages, request):
    """A reader of the sample's pages, without a network, on a wide and on a narrow screen."""
    viewport = request.param
    context = chromium.new_context(
        offline=True, reduced_motion="reduce", viewport=viewport, has_touch=viewport is NARROW
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield Reader(context.new_page(), sampled_pages.out)
    context.close()


@pytest.fixture
def lsoas(sampled_pages):
    return pd.read_csv(sampled_pages.out / "tables/lsoas.csv")


@pytest.fixture
def cells(sampled_pages, lsoas):
    """Cells of LSOAs in the Tartan Rug's table, with the group that each is in."""
    table = pd.read_csv(sampled_pages.out / "tartan-rug.csv", low_memory=False)
    table = table[table["area_type"].eq("lsoa21") & table["latest"]]
    return table.merge(lsoas[["lsoa21cd", "collaborative"]], left_on="area_code",
                       right_on="lsoa21cd", validate="many_to_one")  # fmt: skip


def test_somebody_finds_the_neighbourhood_of_their_street(reader, lsoas):
    """By name or code at once; by ward or town a list or a nearer map, and a click there."""
    page = reader.page
    home = lsoas.iloc[100]
    for words in (home["local_name"], home["lsoa21cd"].lower()):
        reader.begins()
        reader.searches(words)
        reader.presses("Enter")
        assert_card_is_of(home, page)

    reader.begins()
    reader.searches(home["wd24nm"])
    reader.presses("Enter")
    names = page.locator("#geo-rows button").all_text_contents()
    of_ward = lsoas[lsoas["wd24nm"].eq(home["wd24nm"])].set_index("local_name", drop=False)
    assert sorted(names) == sorted(of_ward.index)
    reader.clicks("#geo-rows button >> nth=0")
    assert_card_is_of(of_ward.loc[names[0]], page)

    reader.begins()
    town = page.locator("#geo-towns button").first.text_content()
    reader.searches(town)
    reader.presses("Enter")
    assert page.text_content("#geo-status") == f"The map shows {town}"
    frame = page.locator("#map_geo").bounding_box()
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    reader.step(page.mouse.click, *middle)
    found = page.inner_text(".card h3")
    assert found.startswith(town)
    assert_card_is_of(lsoas.set_index("local_name", drop=False).loc[found], page)


def assert_card_is_of(lsoa, page):
    card = page.inner_text(".card")
    told = [lsoa["local_name"], lsoa["lsoa21cd"], lsoa["wd24nm"], f"decile {lsoa['imd_decile']} –"]
    assert [words for words in told if words not in card] == []


def test_a_lead_sees_which_of_their_areas_has_most_children_in_need(reader, cells):
    page = reader.page
    reader.begins()
    reader.chooses("#geo-where", GROUP)
    reader.opens("Layers")
    reader.chooses("#geo-heat", f"{NEED.capitalize()} (circles)")
    own = cells[cells["indicator_id"].eq("children_in_need") & cells["collaborative"].eq(GROUP)]
    own = own.set_index("area")["count"]
    known, unknown = own.dropna().astype(int), int(own.isna().sum())
    ranked = known.sort_values(ascending=False)
    assert ranked.iloc[0] > ranked.iloc[1]
    first = page.locator("#geo-rows tr").first
    assert first.locator("button").text_content() == ranked.index[0]
    assert first.locator("td").first.text_content() == str(ranked.iloc[0])
    assert page.text_content("#geo-caption") == f"Areas in {GROUP}, most {NEED} first"
    heading = page.inner_text("h1")
    least = "at least " if unknown else ""
    assert heading.startswith(f"{GROUP}: {least}{known.sum()} {NEED}, ")
    assert re.search(
        rf"; most in {re.escape(ranked.index[0])}( \(.+\))?: {ranked.iloc[0]}$", heading
    )


def test_a_writer_copies_a_true_sentence_with_its_source(reader, cells):
    page = reader.page
    reader.begins()
    reader.chooses("#geo-show", "Children in need")
    reader.chooses("#geo-where", GROUP)
    reader.opens("Save, print or share")
    reader.clicks("#geo-quote")
    page.locator("#geo-sentence-copied", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    own = cells[cells["indicator_id"].eq("children_in_need") & cells["collaborative"].eq(GROUP)]
    judged = own[own["comparison"].isin(["worse", "similar", "better"])]
    worse = int(judged["comparison"].eq("worse").sum())
    which = "" if len(judged) == len(own) else " that can be compared"
    verb = "is" if worse == 1 else "are"
    told = f"{worse} of {len(judged)} areas{which} {verb} worse than England"
    assert copied.startswith(f"Children in need, {GROUP}: {told}. ")
    assert f"Source: {own['source'].iat[0].rstrip('.')}." in copied
    assert "Synthetic data: an invented borough." in copied


def test_a_lead_sets_two_collaboratives_side_by_side(reader, sampled_pages):
    page, pair = reader.page, ("Harnwick North", "Coldbury and the Vale")
    reader.begins("tartan-rug")
    reader.chooses("#where", pair[0])
    reader.chooses("#beside", pair[1])
    table = pd.read_csv(sampled_pages.out / "tartan-rug.csv", low_memory=False)
    table = table[table["area_type"].eq("collaborative") & table["latest"]]
    ones = table.drop_duplicates(["indicator", "area"], keep=False)  # of all persons alone
    wide = ones[ones["area"].isin(pair)].set_index(["indicator", "area"])
    high = ones.set_index("indicator")["polarity"].map({"high_is_good": 1, "low_is_good": -1})
    rows = page.locator("#pair tbody tr")
    worse, seen = dict.fromkeys(pair, 0), 0
    for row in rows.all():
        name = row.locator("th").evaluate("e => e.firstChild.textContent")
        *_, words = row.locator("td").all_inner_texts()
        if name not in wide.index.get_level_values(0):
            continue
        one, other = (wide.loc[(name, area)] for area in pair)
        apart = one["lower_ci"] > other["upper_ci"] or other["lower_ci"] > one["upper_ci"]
        assert words.startswith("clearly ") <= apart, name
        if words.startswith("clearly worse in "):
            larger_is_worse = high[name].iloc[0] < 0
            first_larger = one["value"] > other["value"]
            loser = pair[0] if larger_is_worse == first_larger else pair[1]
            assert words.startswith(f"clearly worse in {loser} by "), name
            worse[loser] += 1
        seen += 1
    assert seen > 20
    assert sum(worse.values()) > 3
    told = page.inner_text("#pair p")
    for area in pair:
        number = int(re.search(rf"{area} is clearly worse off in (\d+)", told)[1])
        assert number >= worse[area]
    cells = page.locator("#rug thead th[data-area]").all_inner_texts()
    assert set(pair) <= set(cells)
